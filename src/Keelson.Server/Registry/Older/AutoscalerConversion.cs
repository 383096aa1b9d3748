using Keelson.Api;
using Keelson.Api.Json;
using Keelson.Api.Values;
using Keelson.Server.CustomResources;

namespace Keelson.Server.Registry.Older;

/// <summary>
/// Autoscalers of autoscaling/v1 and v2. What v1 has no field for is in annotations, as upstream keeps it, so that nothing is
/// lost on the way there and back.
/// </summary>
internal sealed class AutoscalerConversion : IObjectConverter
{
    private const string Older = "autoscaling/v1";
    private const string Newer = "autoscaling/v2";
    private const string MetricsKey = "autoscaling.alpha.kubernetes.io/metrics";
    private const string BehaviorKey = "autoscaling.alpha.kubernetes.io/behavior";
    private const string CurrentMetricsKey = "autoscaling.alpha.kubernetes.io/current-metrics";
    private const string ConditionsKey = "autoscaling.alpha.kubernetes.io/conditions";
    private const string Target = "targetCPUUtilizationPercentage";
    private const string Current = "currentCPUUtilizationPercentage";

    private static readonly string[] Percent = ["resource", "target", "averageUtilization"];
    private static readonly string[] CurrentPercent = ["resource", "current", "averageUtilization"];
    private static readonly KindInfo NewerKind = Catalog.Find(GroupVersionKind.Parse(Newer, "HorizontalPodAutoscaler")!.Value)!;

    public Task<IReadOnlyList<MapValue>> ConvertAsync(IReadOnlyList<MapValue> objects, string apiVersion, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<MapValue>>([.. objects.Select(value => Convert(value, apiVersion))]);

    public static MapValue Convert(MapValue value, string apiVersion)
    {
        if (value["apiVersion"]?.AsText() == apiVersion) return value;
        return apiVersion == Older ? ToOlder(value) : ToNewer(value);
    }

    private static MapValue ToOlder(MapValue value)
    {
        var (spec, status) = (Map(value["spec"]), Map(value["status"]));
        var (metrics, measured) = (List(spec["metrics"]), List(status["currentMetrics"]));
        var processor = metrics.FindIndex(metric => IsProcessor(metric) && metric[Percent] is not null);
        if (processor >= 0)
        {
            spec = spec.With(Target, metrics[processor][Percent]!);
            metrics.RemoveAt(processor);
        }

        var known = measured.FindIndex(metric => IsProcessor(metric) && metric[CurrentPercent] is not null);
        if (known >= 0) status = status.With(Current, measured[known][CurrentPercent]!);
        var result = value.With("apiVersion", Older)
            .With("spec", spec.Without("metrics").Without("behavior"))
            .With("status", status.Without("currentMetrics").Without("conditions"));
        result = Keep(result, MetricsKey, metrics.Count == 0 ? null : ListValue.From(metrics.Select(MetricForms.SpecToOlder)));
        result = Keep(result, BehaviorKey, spec["behavior"]);
        result = Keep(result, CurrentMetricsKey, measured.Count == 0 ? null : ListValue.From(measured.Select(MetricForms.StatusToOlder)));
        return Keep(result, ConditionsKey, status["conditions"]);
    }

    private static MapValue ToNewer(MapValue value)
    {
        var (spec, status) = (Map(value["spec"]), Map(value["status"]));
        var metrics = List(Take(ref value, MetricsKey)).ConvertAll(MetricForms.SpecToNewer);
        if (spec[Target] is { IsNull: false } percent)
        {
            metrics.Insert(0, MapValue.Of(("type", "Resource"), ("resource", MapValue.Of(("name", "cpu"), ("target", MapValue.Of(("type", "Utilization"), ("averageUtilization", percent)))))));
        }

        spec = spec.Without(Target);
        if (metrics.Count > 0) spec = spec.With("metrics", ListValue.From(metrics));
        if (Take(ref value, BehaviorKey) is MapValue behavior) spec = spec.With("behavior", behavior);
        status = status.Without(Current);
        var measured = List(Take(ref value, CurrentMetricsKey)).ConvertAll(MetricForms.StatusToNewer);
        status = status.With("currentMetrics", measured.Count > 0 ? ListValue.From(measured) : Value.Null);
        if (Take(ref value, ConditionsKey) is ListValue conditions) status = status.With("conditions", conditions);
        return Canonical(value.With("apiVersion", Newer).With("spec", spec).With("status", status));
    }

    // What is stored is as if it had come in the newer version, with its defaults.
    private static MapValue Canonical(MapValue value)
    {
        var read = ApiJson.Decode(ValueWriter.WriteBytes(value), NewerKind, new DecodeReport());
        var filled = ((IHasDefaults)read).WithDefaults();
        return (MapValue)ValueReader.Read(ApiJson.Encode((IKind)filled));
    }

    private static MapValue Keep(MapValue value, string annotation, Value? content) => content is null or NullValue
        ? value
        : value.With(["metadata", "annotations", annotation], ValueWriter.WriteText(content, JsonFormat.Plain));

    // An annotation that is no such document stays what it is: a text.
    private static Value? Take(ref MapValue value, string annotation)
    {
        if (value["metadata", "annotations", annotation]?.AsText() is not { } text) return null;
        try
        {
            var content = ValueReader.Read(text);
            var left = value.Without(["metadata", "annotations", annotation]);
            value = left["metadata", "annotations"] is MapValue { Count: 0 } ? left.Without(["metadata", "annotations"]) : left;
            return content;
        }
        catch (JsonFormatException)
        {
            return null;
        }
    }

    private static bool IsProcessor(MapValue metric) => metric["type"]?.AsText() == "Resource" && metric["resource", "name"]?.AsText() == "cpu";

    private static MapValue Map(Value? value) => value as MapValue ?? MapValue.Empty;

    private static List<MapValue> List(Value? value) => value is ListValue list ? [.. list.OfType<MapValue>()] : [];
}
