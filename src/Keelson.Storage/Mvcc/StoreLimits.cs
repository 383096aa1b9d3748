namespace Keelson.Storage.Mvcc;

/// <summary>What a request to an embedded store may not exceed.</summary>
internal static class StoreLimits
{
    /// <summary>The most operations and comparisons of a transaction, nested ones counted. etcd's default is 128.</summary>
    public const int MaxOperations = 10_000;

    /// <summary>How deep transactions may lie in one another.</summary>
    public const int MaxNesting = 16;

    /// <summary>The longest key: 16 KiB. Kubernetes stays below one.</summary>
    public const int MaxKeyBytes = 16 << 10;

    /// <summary>The most bytes that a transaction may carry: 32 MiB. Kubernetes' largest objects have 3.</summary>
    public const long MaxTransactionBytes = 32L << 20;

    /// <summary>The longest lease, as in etcd: 285 years.</summary>
    public static readonly TimeSpan MaxTimeToLive = TimeSpan.FromSeconds(9_000_000_000);
}
