using Keelson.Api;
using Keelson.Api.Autoscaling.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Selectors;
using Keelson.Api.Values;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.Verbs.Subresources;

/// <summary>Reads an object's scale, and writes it back: which fields these are is the same for all built-in kinds, and said by definitions.</summary>
internal static class ScalePaths
{
    private static readonly string[] Wanted = ["spec", "replicas"];
    private static readonly string[] Observed = ["status", "replicas"];

    public static Scale Read(RegisteredResource resource, ApiObject value)
    {
        var (map, metadata) = (value.ToValue(), value.Metadata);
        var custom = resource.Custom?.Scale;
        var (wanted, observed) = custom is null ? (Wanted, Observed) : (Steps(custom.SpecReplicasPath), Steps(custom.StatusReplicasPath));
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
            Spec = new ScaleSpec { Replicas = (int)(map[wanted]?.AsInteger() ?? 0) },
            Status = new ScaleStatus { Replicas = (int)(map[observed]?.AsInteger() ?? 0), Selector = custom is null ? Selector(map["spec", "selector"]) : custom.LabelSelectorPath is { Length: > 0 } path ? map[Steps(path)]?.AsText() ?? "" : "" },
        };
    }

    public static MapValue Write(RegisteredResource resource, MapValue value, int replicas) =>
        value.With(WantedSteps(resource), replicas);

    /// <summary>Where the wanted number is.</summary>
    public static string[] WantedSteps(RegisteredResource resource) => resource.Custom?.Scale is { } custom ? Steps(custom.SpecReplicasPath) : Wanted;

    /// <summary>Refuses to tell the scale of an object that does not say how many it wants, where a definition says how such objects look.</summary>
    public static void RefuseMissing(RegisteredResource resource, ApiObject value)
    {
        if (resource.Custom?.Scale is not { } custom || value.ToValue()[Steps(custom.SpecReplicasPath)]?.AsInteger() is not null) return;
        throw Http.Failures.Internal($"the spec replicas field \"{custom.SpecReplicasPath}\" does not exist");
    }

    /// <summary>Refuses a scale that no object can have.</summary>
    public static void Check(Scale scale, string name)
    {
        if (scale.Spec.Replicas >= 0) return;
        throw Http.Failures.Invalid("autoscaling", "Scale", name, [MetadataRules.Invalid("spec.replicas", scale.Spec.Replicas, "must be greater than or equal to 0")]);
    }

    // A path is simple: names behind dots.
    public static string[] Steps(string path) => path[1..].Split('.');

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
