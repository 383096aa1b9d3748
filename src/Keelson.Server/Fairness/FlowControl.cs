using Keelson.Api.Authentication.V1;
using Keelson.Api.FlowControl.V1;
using Keelson.Server.Cache;
using Keelson.Server.Http;
using Keelson.Server.Registry;

namespace Keelson.Server.Fairness;

/// <summary>Priority and fairness: finds where a request belongs by the objects that say so, and gives it its seats.</summary>
internal sealed class FlowControl
{
    private const string Group = "flowcontrol.apiserver.k8s.io";

    private readonly ResourceCache _schemas;
    private readonly ResourceCache _levels;
    private readonly SeatLedger _ledger;
    private readonly Lock _reading = new();
    private volatile Known _known;

    public FlowControl(StateFeed feed, ResourceRegistry registry, int totalSeats, TimeProvider time)
    {
        _ledger = new SeatLedger(totalSeats, time);
        _schemas = CacheOf("flowschemas");
        _levels = CacheOf("prioritylevelconfigurations");
        _known = Read();

        ResourceCache CacheOf(string plural) => feed.CacheOf(registry.Find(Group, plural) ?? throw new InvalidOperationException($"{plural} are not registered"));
    }

    public SeatLedger Ledger => _ledger;

    public FlowMetrics Metrics { get; } = new();

    /// <summary>Where a request belongs.</summary>
    public Flow Find(UserInfo user, RequestInfo request) => Current().Table.Find(user, request);

    private Known Current()
    {
        var known = _known;
        if (ReferenceEquals(known.Schemas, _schemas.State) && ReferenceEquals(known.Levels, _levels.State)) return known;
        lock (_reading)
        {
            if (!ReferenceEquals(_known.Schemas, _schemas.State) || !ReferenceEquals(_known.Levels, _levels.State)) _known = Read();
            return _known;
        }
    }

    private Known Read()
    {
        var (schemas, levels) = (_schemas.State, _levels.State);
        var configured = _ledger.Configure(All<PriorityLevelConfiguration>(levels));
        return new Known(schemas, levels, new FlowTable(All<FlowSchema>(schemas), configured));
    }

    private static IEnumerable<T> All<T>(CacheState state) => state.Index.All.Select(item => item.Object.Typed).OfType<T>();

    private sealed record Known(CacheState Schemas, CacheState Levels, FlowTable Table);
}
