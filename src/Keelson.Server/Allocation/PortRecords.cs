using System.Globalization;
using System.Text;
using Keelson.Api.Core.V1;
using Keelson.Api.Values;
using Keelson.Server.Cache;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Server.Storing;
using Keelson.Storage;

namespace Keelson.Server.Allocation;

/// <summary>Who has which port on nodes: a key of the store a port, written and removed in the transaction that gives or takes it.</summary>
/// <remarks>
/// The keys are nobody's objects: no API shows them. Their group has no dot, so no custom resource can ever have the same keys. A port
/// is one service's, whatever the protocol, as upstream.
/// </remarks>
internal sealed class PortRecords(RegisteredResource services, StateFeed feed) : ICompanions
{
    /// <summary>What the keys begin with; the number follows.</summary>
    public const string Prefix = "/registry/keelson/nodeports/";

    /// <summary>
    /// Ports that a write gives and takes at most; default 100, as etcd takes 128 operations. More can't be asked for at once; what is
    /// given back beyond that is free a moment later.
    /// </summary>
    public const int MaxAtOnce = 100;

    private static readonly string[] OwnerField = ["owner"];

    public ResourceCache Cache => feed.CacheAt(Prefix);

    public bool Has(int port)
    {
        var state = Cache.State;
        return state.Index.Find(NameOf(port)) is not null || (!state.Damaged.IsEmpty && state.Damaged.Find(Text(port)) is not null);
    }

    /// <summary>Who has a port; nobody where the record can't be read, which still keeps the port from others.</summary>
    public PortRecord? Find(int port)
    {
        var state = Cache.State;
        if (state.Index.Find(NameOf(port)) is { } item) return new PortRecord(OwnerOf(item), item.Revision);
        return !state.Damaged.IsEmpty && state.Damaged.Find(Text(port)) is { } damaged ? new PortRecord("", damaged.Revision) : null;
    }

    /// <summary>All ports that have a record, also one that can't be read.</summary>
    public IEnumerable<int> All()
    {
        var state = Cache.State;
        foreach (var name in state.Index.All.Select(item => item.Name.Name).Concat(state.Damaged.In([], null).Select(damaged => damaged.Key[Prefix.Length..])))
        {
            if (TryParse(name, out var port)) yield return port;
        }
    }

    public static string OwnerOf(CachedObject item) => FieldLogs.Read(item.Json, OwnerField) ?? "";

    public static bool TryParse(string name, out int port) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out port);

    public IReadOnlyList<Companion> Of(RegisteredResource resource, CachedObject? before, ApiObject? after)
    {
        if (resource.KeyPrefix != services.KeyPrefix) return [];
        var had = before?.Object.Typed is Service old ? ServiceHoldings.PortsOf(old) : [];
        var has = after?.Typed is Service now ? ServiceHoldings.PortsOf(now) : [];
        if (had.SetEquals(has)) return [];
        var metadata = (after ?? before!.Object).Metadata;
        var owner = $"{metadata.Namespace}/{metadata.Name}";
        var given = has.Except(had).Order().Select(port => Given(port, owner)).ToList();
        var taken = had.Except(has).Order().Take(Math.Max(0, MaxAtOnce - given.Count)).Select(port => Taken(port, owner)).OfType<Companion>();
        return [.. given, .. taken];
    }

    /// <summary>The record of a service's port, over whatever was there.</summary>
    public static Companion Write(int port, string owner, PortRecord? over)
    {
        var metadata = new MapBuilder().Set("name", Text(port)).Build();
        var value = new MapBuilder().Set("metadata", metadata).Set("owner", owner).Build();
        return new Companion(KeyOf(port), over?.Revision ?? 0, new Operation.Put(KeyOf(port), StoredForm.Encode(ValueWriter.WriteBytes(value))));
    }

    public static Companion End(int port, PortRecord record) => new(KeyOf(port), record.Revision, new Operation.Delete(KeyRange.Single(KeyOf(port))));

    // What the service has a record of already, as after a repair, only has to stay as it is.
    private Companion Given(int port, string owner) =>
        Find(port) is { } record && record.Owner == owner ? new Companion(KeyOf(port), record.Revision, null) : Write(port, owner, null);

    // A record that is missing must not come meanwhile, and another's is none of the service's business.
    private Companion? Taken(int port, string owner)
    {
        if (Find(port) is not { } record) return new Companion(KeyOf(port), 0, null);
        return record.Owner == owner ? End(port, record) : null;
    }

    private static byte[] KeyOf(int port) => Encoding.UTF8.GetBytes(Prefix + Text(port));

    private static byte[] NameOf(int port) => Encoding.UTF8.GetBytes(Text(port));

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What is written of a port.</summary>
/// <param name="Owner">Namespace and name of the service that has it.</param>
internal sealed record PortRecord(string Owner, long Revision);
