using Keelson.Api.Core.V1;
using Keelson.Api.Names;
using Keelson.Api.Networking.V1;
using Keelson.Server.Cache;
using Keelson.Server.Registry;
using Keelson.Server.Storing;

namespace Keelson.Server.Allocation;

/// <summary>What is wrong between services and the records of their addresses, and which writes put it right. It writes nothing itself.</summary>
/// <remarks>
/// Every write here is one on condition that both sides still are what they were seen to be, so a repair that comes too late does nothing.
/// The findings are upstream's, with its reasons and messages.
/// </remarks>
internal sealed class AddressRepair(RegisteredResource services, AddressRecords records, ServiceRangeSet ranges, StateFeed feed, TimeProvider time)
{
    /// <summary>
    /// How long a record may be there before its service; default a minute, as upstream. Here both are written at once: this is for
    /// servers of others at the same store.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    private const string OfService = "ClusterIPAllocation";
    private const string OfRecord = "IPAddressAllocation";

    public ResourceCache Services => feed.CacheOf(services);

    /// <summary>Looks at the addresses of a service.</summary>
    public IEnumerable<AddressFinding> OfOneService(string path)
    {
        if (Services.State.Index.Find(StoredForm.Key(path)) is not { } item || ServiceHoldings.Read(item) is not { } service) yield break;
        if (!ServiceFields.HasAddress(service) || service.Spec.IsHeadless) yield break;
        foreach (var text in service.Spec.ClusterIPs)
        {
            // A service that changed meanwhile is looked at again for that.
            if (Look(item, service, text) is { } finding && ReferenceEquals(Services.State.Index.Find(item.Key), item)) yield return finding;
        }
    }

    /// <summary>Looks at the record of an address.</summary>
    /// <param name="dueIn">Where it is too early to say, when to look again.</param>
    public AddressFinding? OfOneRecord(string address, out TimeSpan? dueIn)
    {
        dueIn = null;
        if (records.Find(address) is not { } item || AddressRecords.Read(item) is not { } record || !AddressRecords.IsManaged(record) || record.Metadata.DeletionTimestamp is not null) return null;
        if (record.Spec.ParentRef is not { Group: "", Resource: "services" } parent)
        {
            return Found("IPAddressNotAllocated", $"IPAddress {address} appears to have been modified, not referencing a Service {Shown(record.Spec.ParentRef)}: cleaning up");
        }

        if (Services.State.Index.Find(StoredForm.Key($"{parent.Namespace}/{parent.Name}")) is not { } owner)
        {
            var age = time.GetUtcNow() - record.Metadata.CreationTimestamp.ToDateTimeOffset();
            if (age > Grace) return Found("IPAddressNotAllocated", $"IPAddress: {address} for Service {parent.Namespace}/{parent.Name} appears to have leaked: cleaning up");
            dueIn = Grace - age + TimeSpan.FromSeconds(1);
            return null;
        }

        if (ServiceHoldings.Read(owner) is not { } service || AddressRecords.AddressesOf(service).Contains(address)) return null;
        return Found("IPAddressWrongReference", $"IPAddress: {address} for Service {parent.Namespace}/{parent.Name} has a wrong reference; cleaning up", Unchanged(owner));

        AddressFinding Found(string reason, string message, params ReadOnlySpan<Companion> conditions) =>
            new(About(record), reason, OfRecord, message, [records.End(item), .. conditions]);
    }

    private AddressFinding? Look(CachedObject item, Service service, string text)
    {
        if (!NetworkAddress.TryParse(text, out var parsed)) return Told("ClusterIPNotValid", $"Cluster IP {text} is not a valid IP; please recreate Service");
        var (address, metadata) = (parsed.ToString(), service.Metadata);
        var family = AddressRecords.FamilyOf(address);
        if (!ranges.All.Any(range => range.Has(parsed))) return Told("ClusterIPOutOfRange", $"Cluster IP [{family}]: {address} is not within any configured Service CIDR; please recreate service");
        var record = records.Find(address);
        if (record is null) return records.Has(address) ? null : Repaired($"Cluster IP [{family}]: {address} is not allocated; repairing");
        if (AddressRecords.Read(record) is not { } known || known.Metadata.DeletionTimestamp is not null) return null;
        if (AddressRecords.RefersTo(known, metadata))
        {
            var isLabelled = AddressRecords.IsManaged(known) && known.Metadata.Labels.GetValueOrDefault(AddressRecords.FamilyLabel) == family;
            return isLabelled ? null : new AddressFinding(About(service), "", "", "", [records.Write(address, metadata, record), Unchanged(item)]);
        }

        return Holder(known) is { } other && AddressRecords.AddressesOf(other).Contains(address)
            ? Told("ClusterIPAlreadyAllocated", $"Cluster IP [{family}]:{address} was assigned to multiple services; please recreate service")
            : Repaired($"the ClusterIP [{family}]: {address} for Service {metadata.Namespace}/{metadata.Name} has a wrong reference; repairing");

        AddressFinding Told(string reason, string message) => new(About(service), reason, reason == "ClusterIPNotValid" ? "ClusterIPValidation" : OfService, message, []);

        AddressFinding Repaired(string message) => new(About(service), "ClusterIPNotAllocated", OfService, message, [records.Write(address, metadata, record), Unchanged(item)]);
    }

    private Service? Holder(IPAddress record) =>
        record.Spec.ParentRef is { Group: "", Resource: "services" } parent && Services.State.Index.Find(StoredForm.Key($"{parent.Namespace}/{parent.Name}")) is { } found
            ? ServiceHoldings.Read(found)
            : null;

    private Companion Unchanged(CachedObject service) => new(services.Key(service.Name), service.Revision, null);

    public static ObjectReference About(Service service) => new()
    {
        ApiVersion = "v1", Kind = "Service", Namespace = service.Metadata.Namespace, Name = service.Metadata.Name, Uid = service.Metadata.Uid, ResourceVersion = service.Metadata.ResourceVersion,
    };

    private static ObjectReference About(IPAddress record) => new()
    {
        ApiVersion = "networking.k8s.io/v1", Kind = "IPAddress", Name = record.Metadata.Name, Uid = record.Metadata.Uid, ResourceVersion = record.Metadata.ResourceVersion,
    };

    private static string Shown(ParentReference? parent) => parent is null ? "<nil>" : $"{parent.Resource}.{parent.Group} {parent.Namespace}/{parent.Name}";
}

/// <summary>Something that is wrong with an address or a port.</summary>
/// <param name="Reason">The reason of the event that tells of it; empty where nobody is told.</param>
/// <param name="Writes">What puts it right, all of it or nothing, the record first; empty where nobody but its owner can.</param>
internal sealed record AddressFinding(ObjectReference About, string Reason, string Action, string Message, IReadOnlyList<Companion> Writes);
