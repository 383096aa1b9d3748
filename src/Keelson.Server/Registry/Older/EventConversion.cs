using Keelson.Api.Values;
using Keelson.Server.CustomResources;

namespace Keelson.Server.Registry.Older;

/// <summary>Events of events.k8s.io/v1 and of core, where they are stored: the same fields, some under other names.</summary>
internal sealed class EventConversion : IObjectConverter
{
    private const string Other = "events.k8s.io/v1";
    private const string Core = "v1";

    private static readonly (string Other, string Core)[] Names =
    [
        ("regarding", "involvedObject"), ("note", "message"), ("reportingController", "reportingComponent"), ("deprecatedSource", "source"),
        ("deprecatedFirstTimestamp", "firstTimestamp"), ("deprecatedLastTimestamp", "lastTimestamp"), ("deprecatedCount", "count"),
    ];

    public Task<IReadOnlyList<MapValue>> ConvertAsync(IReadOnlyList<MapValue> objects, string apiVersion, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<MapValue>>([.. objects.Select(value => Convert(value, apiVersion))]);

    public static MapValue Convert(MapValue value, string apiVersion)
    {
        var from = value["apiVersion"]?.AsText();
        if (from == apiVersion) return value;
        var result = value.With("apiVersion", apiVersion);
        foreach (var (other, core) in Names)
        {
            var (before, after) = apiVersion == Core ? (other, core) : (core, other);
            if (result[before] is not { } content) continue;
            result = result.Without(before).With(after, content);
        }

        // Core always has these, so that clients of old find what they look for.
        if (apiVersion == Core && result["involvedObject"] is null) result = result.With("involvedObject", MapValue.Empty);
        return result;
    }
}
