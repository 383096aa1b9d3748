using Keelson.Api.Meta.V1;
using Keelson.Api.Names;
using Keelson.Api.Networking.V1;
using Keelson.Server.Cache;

namespace Keelson.Server.Allocation;

/// <summary>The ranges of the ServiceCIDRs that there are. Not made for several threads.</summary>
internal sealed class ServiceRangeSet(ResourceCache cache)
{
    /// <summary>The range that the server itself makes, by upstream's name.</summary>
    public const string DefaultName = "kubernetes";

    /// <summary>The shortest prefix of an IPv6 range that addresses are given from, as upstream.</summary>
    private const int ShortestPrefix = 64;

    private CacheState? _seen;
    private List<NetworkRange> _ready = [];
    private List<NetworkRange> _all = [];

    /// <summary>Those that addresses are given from: the server's own first, then by name.</summary>
    public IReadOnlyList<NetworkRange> Ready
    {
        get
        {
            Look();
            return _ready;
        }
    }

    /// <summary>Also those that are going and those that are not ready.</summary>
    public IReadOnlyList<NetworkRange> All
    {
        get
        {
            Look();
            return _all;
        }
    }

    private void Look()
    {
        var state = cache.State;
        if (ReferenceEquals(state, _seen)) return;
        _seen = state;
        var ranges = state.Index.All.Select(Read).OfType<ServiceCIDR>().OrderBy(range => range.Metadata.Name != DefaultName).ToList();
        _all = Parse(ranges);
        _ready = Parse(ranges.Where(IsReady)).FindAll(range => !range.IsIPv6 || range.PrefixLength >= ShortestPrefix);
    }

    private static ServiceCIDR? Read(CachedObject item)
    {
        try
        {
            return item.Object.Typed as ServiceCIDR;
        }
        catch (DamagedObjectException)
        {
            return null;
        }
    }

    // One of which nobody has said anything is ready: a server gives addresses without controllers too.
    private static bool IsReady(ServiceCIDR range) =>
        range.Metadata.DeletionTimestamp is null && range.Status.Conditions.All(condition => condition.Type != "Ready" || condition.Status == ConditionStatus.True);

    private static List<NetworkRange> Parse(IEnumerable<ServiceCIDR> ranges) =>
        [.. ranges.SelectMany(range => range.Spec.Cidrs).Select(text => NetworkRange.TryParse(text, out var range) ? range : (NetworkRange?)null).OfType<NetworkRange>().Distinct()];
}
