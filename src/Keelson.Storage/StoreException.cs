namespace Keelson.Storage;

/// <summary>Why a store did not do what it was asked.</summary>
public enum StoreError
{
    /// <summary>The revision asked for has been compacted away.</summary>
    Compacted,

    /// <summary>The revision asked for does not exist yet.</summary>
    FutureRevision,

    /// <summary>The request makes no sense: an empty key, the same key put twice in a transaction, an unknown lease.</summary>
    InvalidRequest,

    /// <summary>The lease does not exist.</summary>
    LeaseNotFound,

    /// <summary>A lease of that number exists.</summary>
    LeaseExists,

    /// <summary>There is no room left: the disk is full or the store's own limit is reached.</summary>
    NoSpace,

    /// <summary>The store found its data damaged, or an invariant broken; it refuses writes until somebody has looked.</summary>
    Damaged,

    /// <summary>The store cannot be reached or is closing; the outcome of a write may be unknown.</summary>
    Unavailable,
}

/// <summary>A failure of a store that its caller can act on.</summary>
public sealed class StoreException(StoreError error, string message, Exception? inner = null) : Exception(message, inner)
{
    public StoreError Error { get; } = error;

    /// <summary>With <see cref="StoreError.Compacted"/>: the oldest revision that still can be read.</summary>
    public long CompactedRevision { get; init; }
}
