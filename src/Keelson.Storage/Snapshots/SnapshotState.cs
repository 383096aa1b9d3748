using Keelson.Storage.Mvcc;

namespace Keelson.Storage.Snapshots;

/// <summary>Snapshots of, and into, a state that lies in memory.</summary>
internal static class SnapshotState
{
    public static async ValueTask SaveAsync(StoreState state, Stream destination, CancellationToken cancel)
    {
        using var writer = new SnapshotWriter(destination);
        await writer.BeginAsync(state.Revision, state.Compacted, cancel).ConfigureAwait(false);
        foreach (var lease in state.Leases.All) await writer.LeaseAsync(lease.Id, lease.TimeToLive, cancel).ConfigureAwait(false);
        foreach (var (key, version) in Versions(state.Keys))
        {
            await writer.VersionAsync(key, version, version.Item!.Value.Span, cancel).ConfigureAwait(false);
        }

        await writer.EndAsync(cancel).ConfigureAwait(false);
    }

    public static async ValueTask<StoreState> LoadAsync(Stream source, CancellationToken cancel)
    {
        using var reader = new SnapshotReader(source);
        await reader.BeginAsync(cancel).ConfigureAwait(false);
        var leases = LeaseBook.Empty;
        StateBuilder? builder = null;
        while (true)
        {
            switch (await reader.NextAsync(cancel).ConfigureAwait(false))
            {
                case SnapshotFormat.LeaseKind when builder is null && leases.Find(reader.Lease.Id) is null:
                    leases = leases.Grant(reader.Lease.Id, reader.Lease.TimeToLive);
                    break;
                case SnapshotFormat.VersionKind:
                    builder ??= new StateBuilder(reader.Compacted, leases, keepItems: true);
                    builder.Add(reader.Version.Key, reader.Version.Version, reader.Value.ToArray());
                    break;
                case SnapshotFormat.EndKind:
                    builder ??= new StateBuilder(reader.Compacted, leases, keepItems: true);
                    var state = builder.Build(reader.Revision);
                    return builder.Problems.Count == 0 ? state : throw Contradiction(builder.Problems[0]);
                default:
                    throw Contradiction("its leases are out of place");
            }
        }
    }

    public static StoreException Contradiction(string problem) =>
        new(StoreError.Damaged, $"the snapshot contradicts itself: {problem}; nothing was restored, take another snapshot");

    /// <summary>Every version of every key, in the order of history.</summary>
    public static IEnumerable<(byte[] Key, KeyVersion Version)> Versions(KeyTree keys)
    {
        var versions = new List<(byte[] Key, KeyVersion Version)>(checked((int)keys.Versions));
        Collect(keys.Root, versions);
        versions.Sort(static (one, other) => one.Version.Id.CompareTo(other.Version.Id));
        return versions;
    }

    private static void Collect(KeyNode? node, List<(byte[] Key, KeyVersion Version)> versions)
    {
        if (node is KeyBranch branch)
        {
            foreach (var child in branch.Children) Collect(child, versions);
        }
        else if (node is KeyLeaf leaf)
        {
            foreach (var entry in leaf.Entries)
            {
                versions.Add((entry.Key, entry.Latest));
                for (var older = entry.Older; older is not null; older = older.Next) versions.Add((entry.Key, older.Version));
            }
        }
    }
}
