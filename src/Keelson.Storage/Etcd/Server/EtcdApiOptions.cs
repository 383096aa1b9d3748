namespace Keelson.Storage.Etcd.Server;

/// <summary>How a store presents itself on the etcd v3 API.</summary>
public sealed record EtcdApiOptions
{
    public required TimeProvider Time { get; init; }

    /// <summary>The name of the only member.</summary>
    public required string Name { get; init; }

    /// <summary>Where clients reach it; known once the server listens.</summary>
    public required Func<IReadOnlyList<string>> ClientAddresses { get; init; }

    public required ulong ClusterId { get; init; }

    public required ulong MemberId { get; init; }

    /// <summary>A folder for snapshots that are being sent; it must have room for one.</summary>
    public required string SnapshotFolder { get; init; }

    /// <summary>Ends every watch and wait when the server stops.</summary>
    public CancellationToken Stopping { get; init; }

    /// <summary>How often a silent watch that wants progress marks gets one; 10 min unless set, as in etcd.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The largest request, and the size of a fragment of an answer to a watch; 1.5 MiB unless set, as in etcd.</summary>
    public int MaxRequestBytes { get; init; } = 1536 * 1024;

    /// <summary>The most operations of one list of a transaction; 128 unless set, as in etcd.</summary>
    public int MaxOperations { get; init; } = 128;

    /// <summary>The most watches on one stream; 10,000 unless set.</summary>
    public int MaxWatchesPerStream { get; init; } = 10_000;
}
