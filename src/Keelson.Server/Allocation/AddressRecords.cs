using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Names;
using Keelson.Api.Networking.V1;
using Keelson.Server.Cache;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Server.Storing;
using Keelson.Server.Verbs;
using Keelson.Storage;

namespace Keelson.Server.Allocation;

/// <summary>The IPAddress objects of services: each is written and removed in the transaction that gives or takes its address.</summary>
internal sealed class AddressRecords(RegisteredResource services, RegisteredResource records, StateFeed feed, TimeProvider time, Func<string> newUid) : ICompanions
{
    public const string FamilyLabel = "ipaddress.kubernetes.io/ip-family";
    public const string ManagedLabel = "ipaddress.kubernetes.io/managed-by";
    public const string ManagedValue = "ipallocator.k8s.io";

    private const string Writer = "kube-apiserver";

    // Which fields a record owns is the same for all.
    private ApiList<ManagedFieldsEntry> _owned;

    public ResourceCache Cache => feed.CacheOf(records);

    /// <summary>All addresses that have a record.</summary>
    public IEnumerable<NetworkAddress> Addresses => Cache.State.Index.All.Select(item => NetworkAddress.TryParse(item.Name.Name, out var address) ? address : default);

    /// <summary>The addresses that a service has, in canonical form.</summary>
    public static IEnumerable<string> AddressesOf(Service service)
    {
        if (!ServiceFields.HasAddress(service) || service.Spec.IsHeadless) yield break;
        foreach (var text in service.Spec.ClusterIPs)
        {
            if (NetworkAddress.TryParse(text, out var address)) yield return address.ToString();
        }
    }

    /// <summary>Whether somebody has an address, be it a service or another object, or a record that can't be read.</summary>
    public bool Has(string address)
    {
        var state = Cache.State;
        return state.Index.Find(StoredForm.Key(address)) is not null || (!state.Damaged.IsEmpty && state.Damaged.Find(address) is not null);
    }

    public CachedObject? Find(string address) => Cache.State.Index.Find(StoredForm.Key(address));

    public static IPAddress? Read(CachedObject? item)
    {
        try
        {
            return item?.Glance().Typed as IPAddress;
        }
        catch (DamagedObjectException)
        {
            return null;
        }
    }

    public IReadOnlyList<Companion> Of(RegisteredResource resource, CachedObject? before, ApiObject? after)
    {
        if (resource.KeyPrefix != services.KeyPrefix) return [];
        var had = before?.Object.Typed is Service old ? AddressesOf(old).ToList() : [];
        var has = after?.Typed is Service now ? AddressesOf(now).ToList() : [];
        if (had.SequenceEqual(has)) return [];
        var metadata = (after ?? before!.Object).Metadata;
        return [.. has.Except(had).Select(address => Given(address, metadata)), .. had.Except(has).Select(address => Taken(address, metadata)).OfType<Companion>()];
    }

    /// <summary>The record of a service's address, over whatever was there.</summary>
    public Companion Write(string address, ObjectMeta service, CachedObject? over)
    {
        var known = Read(over)?.Metadata ?? ObjectMeta.Empty;
        var record = Make(address, service);
        if (known.Uid.Length > 0)
        {
            record = record with { Metadata = known with { Labels = known.Labels.With(FamilyLabel, FamilyOf(address)).With(ManagedLabel, ManagedValue), ResourceVersion = "" } };
        }

        return new Companion(KeyOf(address), over?.Revision ?? 0, new Operation.Put(KeyOf(address), ObjectStore.Encode(records, records.Typed(record))));
    }

    /// <summary>The end of a record; one that a finalizer keeps is only marked.</summary>
    public Companion End(CachedObject record)
    {
        var key = records.Key(record.Name);
        if (Read(record) is not { Metadata.Finalizers.IsEmpty: false } kept) return new Companion(key, record.Revision, new Operation.Delete(KeyRange.Single(key)));
        if (kept.Metadata.DeletionTimestamp is not null) return new Companion(key, record.Revision, null);
        var marked = kept with { Metadata = kept.Metadata with { DeletionTimestamp = Time.FromDateTimeOffset(time.GetUtcNow()), DeletionGracePeriodSeconds = 0, ResourceVersion = "" } };
        return new Companion(key, record.Revision, new Operation.Put(key, ObjectStore.Encode(records, records.Typed(marked))));
    }

    public static bool RefersTo(IPAddress record, ObjectMeta service) =>
        record.Spec.ParentRef is { Group: "", Resource: "services" } parent && parent.Name == service.Name && parent.Namespace == service.Namespace;

    public static bool IsManaged(IPAddress record) => record.Metadata.Labels.GetValueOrDefault(ManagedLabel) == ManagedValue;

    public static string FamilyOf(string address) => ServiceRanges.FamilyOf(address.Contains(':', StringComparison.Ordinal));

    private byte[] KeyOf(string address) => records.Key(new ObjectName("", address));

    // What the service has a record of already, as after a repair, only has to stay as it is.
    private Companion Given(string address, ObjectMeta service) => Find(address) is { } item && Read(item) is { } record && IsManaged(record) && RefersTo(record, service)
        ? new Companion(KeyOf(address), item.Revision, null)
        : Write(address, service, null);

    // A record that is missing must not come meanwhile, and one of somebody else is none of the service's business.
    private Companion? Taken(string address, ObjectMeta service)
    {
        if (Find(address) is not { } item) return Has(address) ? null : new Companion(KeyOf(address), 0, null);
        return Read(item) is { } record && IsManaged(record) && RefersTo(record, service) ? End(item) : null;
    }

    private IPAddress Make(string address, ObjectMeta service)
    {
        var now = Time.FromDateTimeOffset(time.GetUtcNow());
        var made = (IPAddress)records.Typed(new IPAddress
        {
            Metadata = new ObjectMeta
            {
                Name = address,
                Uid = newUid(),
                CreationTimestamp = now,
                Labels = ApiMap<string>.From((FamilyLabel, FamilyOf(address)), (ManagedLabel, ManagedValue)),
            },
            Spec = new IPAddressSpec { ParentRef = new ParentReference { Resource = "services", Namespace = service.Namespace, Name = service.Name } },
        }).Typed!;
        if (_owned.IsEmpty) _owned = Ownership.Track(records, "", null, records.Typed(made), Writer, time.GetUtcNow()).Metadata.ManagedFields;
        return made with { Metadata = made.Metadata with { ManagedFields = _owned.Select(entry => entry with { Time = now }).ToApiList() } };
    }
}
