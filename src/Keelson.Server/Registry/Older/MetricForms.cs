using Keelson.Api.Values;

namespace Keelson.Server.Registry.Older;

/// <summary>Metrics of autoscalers as the annotations of autoscaling/v1 have them, and as v2 has them: fields with other names.</summary>
internal static class MetricForms
{
    private static readonly Dictionary<string, (string Older, string[] Newer)[]> Specs = new(StringComparer.Ordinal)
    {
        ["resource"] = [("name", ["name"]), ("targetAverageUtilization", ["target", "averageUtilization"]), ("targetAverageValue", ["target", "averageValue"])],
        ["containerResource"] =
        [
            ("name", ["name"]), ("container", ["container"]), ("targetAverageUtilization", ["target", "averageUtilization"]), ("targetAverageValue", ["target", "averageValue"]),
        ],
        ["pods"] = [("metricName", ["metric", "name"]), ("selector", ["metric", "selector"]), ("targetAverageValue", ["target", "averageValue"])],
        ["object"] =
        [
            ("target", ["describedObject"]), ("metricName", ["metric", "name"]), ("selector", ["metric", "selector"]), ("targetValue", ["target", "value"]),
            ("averageValue", ["target", "averageValue"]),
        ],
        ["external"] =
        [
            ("metricName", ["metric", "name"]), ("metricSelector", ["metric", "selector"]), ("targetValue", ["target", "value"]), ("targetAverageValue", ["target", "averageValue"]),
        ],
    };

    private static readonly Dictionary<string, (string Older, string[] Newer)[]> Statuses = new(StringComparer.Ordinal)
    {
        ["resource"] = [("name", ["name"]), ("currentAverageUtilization", ["current", "averageUtilization"]), ("currentAverageValue", ["current", "averageValue"])],
        ["containerResource"] =
        [
            ("name", ["name"]), ("container", ["container"]), ("currentAverageUtilization", ["current", "averageUtilization"]), ("currentAverageValue", ["current", "averageValue"]),
        ],
        ["pods"] = [("metricName", ["metric", "name"]), ("selector", ["metric", "selector"]), ("currentAverageValue", ["current", "averageValue"])],
        ["object"] =
        [
            ("target", ["describedObject"]), ("metricName", ["metric", "name"]), ("selector", ["metric", "selector"]), ("currentValue", ["current", "value"]),
            ("averageValue", ["current", "averageValue"]),
        ],
        ["external"] =
        [
            ("metricName", ["metric", "name"]), ("metricSelector", ["metric", "selector"]), ("currentValue", ["current", "value"]), ("currentAverageValue", ["current", "averageValue"]),
        ],
    };

    public static MapValue SpecToOlder(MapValue metric) => ToOlder(metric, Specs);

    public static MapValue SpecToNewer(MapValue metric) => ToNewer(metric, Specs, isTarget: true);

    public static MapValue StatusToOlder(MapValue metric) => ToOlder(metric, Statuses);

    public static MapValue StatusToNewer(MapValue metric) => ToNewer(metric, Statuses, isTarget: false);

    private static MapValue ToOlder(MapValue metric, Dictionary<string, (string Older, string[] Newer)[]> forms)
    {
        foreach (var (section, fields) in forms)
        {
            if (metric[section] is not MapValue source) continue;
            var result = MapValue.Empty;
            foreach (var (older, newer) in fields)
            {
                if (source[newer] is { IsNull: false } value) result = result.With(older, value);
            }

            metric = metric.With(section, result);
        }

        return metric;
    }

    private static MapValue ToNewer(MapValue metric, Dictionary<string, (string Older, string[] Newer)[]> forms, bool isTarget)
    {
        foreach (var (section, fields) in forms)
        {
            if (metric[section] is not MapValue source) continue;
            var result = MapValue.Empty;
            foreach (var (older, newer) in fields)
            {
                if (source[older] is { IsNull: false } value) result = result.With(newer, value);
            }

            if (isTarget) result = result.With(["target", "type"], TypeOf(result["target"]));
            metric = metric.With(section, result);
        }

        return metric;
    }

    // With both an average and a value, the average counts: v1 has to have a value.
    private static string TypeOf(Value? target) =>
        target?["averageUtilization"] is not null ? "Utilization" : target?["averageValue"] is not null ? "AverageValue" : "Value";
}
