using Keelson.Api.Authentication.V1;
using Keelson.Api.FlowControl.V1;
using Keelson.Server.Http;
using Keelson.Server.Serving;

namespace Keelson.Server.Fairness;

/// <summary>Where a request belongs.</summary>
/// <param name="Key">Tells the flows of a schema apart: by user, by namespace, or not at all.</param>
internal readonly record struct Flow(FlowSchema Schema, PriorityLevel Level, string Key);

/// <summary>The flow schemas in their order, each with its level. What every cluster needs is in it, whether or not it is stored.</summary>
internal sealed class FlowTable
{
    /// <summary>The schema and the level that stand in where nothing else fits.</summary>
    public const string CatchAll = "catch-all";

    public const string Exempt = "exempt";

    private readonly (FlowSchema Schema, PriorityLevel Level)[] _entries;

    /// <param name="levels">The levels by their names, the two that every cluster has among them.</param>
    public FlowTable(IEnumerable<FlowSchema> schemas, IReadOnlyDictionary<string, PriorityLevel> levels)
    {
        var known = schemas.ToDictionary(schema => schema.Metadata.Name, StringComparer.Ordinal);
        foreach (var needed in BootstrapFlows.Schemas.Where(schema => schema.Metadata.Name is Exempt or CatchAll)) known.TryAdd(needed.Metadata.Name, needed);

        // One whose level is missing is passed over until it is there.
        _entries = [.. known.Values.Where(schema => levels.ContainsKey(schema.Spec.PriorityLevelConfiguration.Name))
            .OrderBy(schema => schema.Spec.MatchingPrecedence).ThenBy(schema => schema.Metadata.Name, StringComparer.Ordinal)
            .Select(schema => (schema, levels[schema.Spec.PriorityLevelConfiguration.Name]))];
    }

    /// <summary>The first schema that fits a request; what fits none is in the last.</summary>
    public Flow Find(UserInfo user, RequestInfo request)
    {
        foreach (var (schema, level) in _entries)
        {
            if (FlowRules.Fit(schema, user, request)) return new Flow(schema, level, KeyOf(schema, user, request));
        }

        var (last, rest) = _entries.First(entry => entry.Schema.Metadata.Name == CatchAll);
        return new Flow(last, rest, user.Username);
    }

    private static string KeyOf(FlowSchema schema, UserInfo user, RequestInfo request) => schema.Spec.DistinguisherMethod?.Type switch
    {
        FlowDistinguisherMethodType.ByUser => user.Username,
        FlowDistinguisherMethodType.ByNamespace => request.Namespace,
        _ => "",
    };
}
