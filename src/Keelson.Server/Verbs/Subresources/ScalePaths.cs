using Keelson.Api;
using Keelson.Api.Autoscaling.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Selectors;
using Keelson.Api.Values;
using Keelson.Server.Objects;

namespace Keelson.Server.Verbs.Subresources;

/// <summary>Reads an object's scale, and writes it back: which fields these are is the same for all built-in kinds that have one.</summary>
internal static class ScalePaths
{
    private static readonly string[] Wanted = ["spec", "replicas"];

    public static Scale Read(ApiObject value)
    {
        var (map, metadata) = (value.ToValue(), value.Metadata);
        return new Scale
        {
            ApiVersion = "autoscaling/v1",
            Kind = "Scale",
            Metadata = new ObjectMeta
            {
                Name = metadata.Name,
                Namespace = metadata.Namespace,
                Uid = metadata.Uid,
                ResourceVersion = metadata.ResourceVersion,
                CreationTimestamp = metadata.CreationTimestamp,
            },
            Spec = new ScaleSpec { Replicas = (int)(map[Wanted]?.AsInteger() ?? 0) },
            Status = new ScaleStatus { Replicas = (int)(map["status", "replicas"]?.AsInteger() ?? 0), Selector = Selector(map["spec", "selector"]) },
        };
    }

    public static MapValue Write(MapValue value, int replicas) => value.With(Wanted, replicas);

    /// <summary>A selector as text, whichever of its two forms the kind has: labels alone, or labels and expressions.</summary>
    private static string Selector(Value? selector)
    {
        if (selector is not MapValue map) return "";
        var isPlain = !map.ContainsKey("matchLabels") && !map.ContainsKey("matchExpressions");
        var labels = (isPlain ? map : map["matchLabels"] as MapValue) ?? MapValue.Empty;
        var expressions = (map["matchExpressions"] as ListValue ?? ListValue.Empty).Select(expression => new LabelExpression(
            expression["key"]?.AsText() ?? "",
            expression["operator"]?.AsText() ?? "",
            (expression["values"] as ListValue ?? ListValue.Empty).Select(value => value.AsText() ?? "").ToApiList())).ToArray();
        var pairs = ApiMap<string>.FromPairs(((IEnumerable<KeyValuePair<string, Value>>)labels).Select(pair => new KeyValuePair<string, string>(pair.Key, pair.Value.AsText() ?? "")));
        return LabelQuery.TryCreate(pairs, expressions, out var query, out _) ? query.ToString() : "";
    }
}
