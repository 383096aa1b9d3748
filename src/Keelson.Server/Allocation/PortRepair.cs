using Keelson.Api.Core.V1;
using Keelson.Server.Cache;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Server.Storing;

namespace Keelson.Server.Allocation;

/// <summary>What is wrong between services and the records of their ports on nodes, and which writes put it right. It writes nothing itself.</summary>
/// <remarks>As <see cref="AddressRepair"/>: writes on condition that both sides still are what they were seen to be, and upstream's reasons and messages.</remarks>
internal sealed class PortRepair(RegisteredResource services, PortRecords records, ServiceRanges ranges, StateFeed feed)
{
    /// <summary>The reason that tells of a port that several services have, of which one has the record.</summary>
    public const string Shared = "PortAlreadyAllocated";

    public ResourceCache Services => feed.CacheOf(services);

    public PortRecords Records => records;

    /// <summary>Whether services may have ports that nothing is written of, as in a cluster of a time before there were records.</summary>
    public bool IsOfOldTime() => records.Cache.State.Index.Count == 0 && Services.State.Index.All.Any(MayHavePorts);

    /// <summary>Looks at the ports of a service.</summary>
    public IEnumerable<AddressFinding> OfOneService(string path)
    {
        if (Services.State.Index.Find(StoredForm.Key(path)) is not { } item || !MayHavePorts(item) || ServiceHoldings.Read(item) is not { } service) yield break;
        foreach (var port in ServiceHoldings.PortsOf(service).Order())
        {
            // A service that changed meanwhile is looked at again for that.
            if (Look(item, service, path, port) is { } finding && ReferenceEquals(Services.State.Index.Find(item.Key), item)) yield return finding;
        }
    }

    /// <summary>Looks at the record of a port. One that nobody has any more goes, and nobody has to know.</summary>
    public AddressFinding? OfOneRecord(int port)
    {
        if (records.Find(port) is not { } record) return null;
        var end = PortRecords.End(port, record);
        if (record.Owner.Length == 0) return HolderOf(port) is null ? Silent(end) : null;
        var state = Services.State;
        var found = state.Index.Find(StoredForm.Key(record.Owner));
        if (found is null)
        {
            // A service that can't be read may well have it.
            return !state.Damaged.IsEmpty && state.Damaged.Find(record.Owner) is not null ? null : Silent(end, new Companion(KeyOf(record.Owner), 0, null));
        }

        return ServiceHoldings.Read(found) is not { } service || ServiceHoldings.PortsOf(service).Contains(port) ? null : Silent(end, Unchanged(found));
    }

    private AddressFinding? Look(CachedObject item, Service service, string path, int port)
    {
        if (port < ranges.FirstPort || port > ranges.LastPort)
        {
            return Found("PortOutOfRange", $"Port {port} is not within the port range {ranges.FirstPort}-{ranges.LastPort}; please recreate service");
        }

        var record = records.Find(port);
        if (record?.Owner == path) return null;
        return record is { Owner.Length: > 0 } && Services.State.Index.Find(StoredForm.Key(record.Owner)) is { } other && ServiceHoldings.Read(other) is { } holder && ServiceHoldings.PortsOf(holder).Contains(port)
            ? Found(Shared, $"Port {port} was assigned to multiple services; please recreate service")
            : Found("PortNotAllocated", $"Port {port} is not allocated; repairing", PortRecords.Write(port, path, record), Unchanged(item));

        AddressFinding Found(string reason, string message, params Companion[] writes) => new(AddressRepair.About(service), reason, "PortAllocation", message, writes);
    }

    private CachedObject? HolderOf(int port) =>
        Services.State.Index.All.FirstOrDefault(item => MayHavePorts(item) && ServiceHoldings.Read(item) is { } service && ServiceHoldings.PortsOf(service).Contains(port));

    // Without decoding it: most services have none.
    private static bool MayHavePorts(CachedObject service) => service.Json.AsSpan().IndexOf("odePort\":"u8) >= 0;

    private static AddressFinding Silent(params Companion[] writes) => new(new ObjectReference(), "", "", "", writes);

    private Companion Unchanged(CachedObject service) => new(services.Key(service.Name), service.Revision, null);

    private byte[] KeyOf(string path)
    {
        var parts = path.Split('/', 2);
        return services.Key(parts.Length == 2 ? new ObjectName(parts[0], parts[1]) : new ObjectName("", path));
    }
}
