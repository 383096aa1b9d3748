namespace Keelson.Storage;

/// <summary>One version of one key.</summary>
/// <param name="CreateRevision">The revision that created the key, last time it was created.</param>
/// <param name="ModRevision">The revision of this version.</param>
/// <param name="Version">How many times the key was written since it was created, this one counted.</param>
/// <param name="Lease">The lease that the key hangs on, or zero.</param>
public sealed record StoredItem(
    ReadOnlyMemory<byte> Key,
    ReadOnlyMemory<byte> Value,
    long CreateRevision,
    long ModRevision,
    long Version,
    long Lease = 0);

/// <summary>Which keys: from <see cref="Start"/> on, up to but without <see cref="End"/>.</summary>
/// <remarks>An empty end means the one key <see cref="Start"/>; null means no upper bound.</remarks>
public readonly record struct KeyRange(ReadOnlyMemory<byte> Start, ReadOnlyMemory<byte>? End)
{
    /// <summary>Exactly one key.</summary>
    public static KeyRange Single(ReadOnlyMemory<byte> key) => new(key, ReadOnlyMemory<byte>.Empty);

    /// <summary>Every key that begins with <paramref name="prefix"/>.</summary>
    public static KeyRange Prefix(ReadOnlyMemory<byte> prefix) => new(prefix, After(prefix.Span));

    /// <summary>Every key.</summary>
    public static KeyRange All { get; } = new(ReadOnlyMemory<byte>.Empty, null);

    public bool IsSingle => End is { IsEmpty: true };

    public bool Contains(ReadOnlySpan<byte> key)
    {
        if (IsSingle) return key.SequenceEqual(Start.Span);
        return key.SequenceCompareTo(Start.Span) >= 0
            && (End is not { } end || key.SequenceCompareTo(end.Span) < 0);
    }

    // The first key that is past every key with the prefix: the last byte that can grow, grown.
    private static ReadOnlyMemory<byte>? After(ReadOnlySpan<byte> prefix)
    {
        for (var last = prefix.Length - 1; last >= 0; last--)
        {
            if (prefix[last] == 0xff) continue;
            var end = prefix[..(last + 1)].ToArray();
            end[last]++;
            return end;
        }

        return null;
    }
}

/// <summary>What to read.</summary>
/// <param name="Revision">The revision to read at; zero for the newest.</param>
/// <param name="Limit">The most items to return; zero for no limit. A continuation starts just after the last key.</param>
public sealed record RangeRequest(KeyRange Keys, long Revision = 0, int Limit = 0, bool KeysOnly = false, bool CountOnly = false);

/// <summary>What was read.</summary>
/// <param name="Revision">The store's newest revision when the range was read.</param>
/// <param name="Count">How many items the range holds, limit or not.</param>
/// <param name="More">Whether the limit cut items off.</param>
public sealed record RangeResult(IReadOnlyList<StoredItem> Items, long Revision, long Count, bool More);

/// <summary>The side of a key's state that a comparison looks at.</summary>
public enum CompareTarget { ModRevision, CreateRevision, Version, Lease, Value }

/// <summary>How a comparison compares.</summary>
public enum CompareOperator { Equal, NotEqual, Less, Greater }

/// <summary>A condition on one key (or on every key of a range); a missing key counts as all zeros.</summary>
/// <param name="Number">What numeric targets are compared with.</param>
/// <param name="Value">What the value is compared with.</param>
public sealed record Comparison(
    KeyRange Keys,
    CompareTarget Target,
    CompareOperator Operator,
    long Number = 0,
    ReadOnlyMemory<byte> Value = default);

/// <summary>One step of a transaction.</summary>
public abstract record Operation
{
    private Operation() { }

    /// <summary>Writes a key. With <see cref="KeepValue"/> or <see cref="KeepLease"/> that side stays as it was.</summary>
    public sealed record Put(
        ReadOnlyMemory<byte> Key,
        ReadOnlyMemory<byte> Value,
        long Lease = 0,
        bool ReturnPrevious = false,
        bool KeepValue = false,
        bool KeepLease = false) : Operation;

    /// <summary>Deletes every key of a range.</summary>
    public sealed record Delete(KeyRange Keys, bool ReturnPrevious = false) : Operation;

    /// <summary>Reads, seeing what the transaction has done so far.</summary>
    public sealed record Range(RangeRequest Request) : Operation;

    /// <summary>A transaction inside the transaction; it takes no revision of its own.</summary>
    public sealed record Nested(Transaction Transaction) : Operation;
}

/// <summary>If all comparisons hold, one list of operations, else the other.</summary>
public sealed record Transaction(
    IReadOnlyList<Comparison> Compare,
    IReadOnlyList<Operation> Success,
    IReadOnlyList<Operation> Failure);

/// <summary>What one operation answered, in the place of the operation.</summary>
public abstract record OperationResult
{
    private OperationResult() { }

    public sealed record Put(StoredItem? Previous) : OperationResult;

    public sealed record Delete(long Deleted, IReadOnlyList<StoredItem> Previous) : OperationResult;

    public sealed record Range(RangeResult Result) : OperationResult;

    public sealed record Nested(CommitResult Result) : OperationResult;
}

/// <summary>How a transaction went.</summary>
/// <param name="Succeeded">Whether the comparisons held.</param>
/// <param name="Revision">The store's revision after it: a new one where something was changed.</param>
public sealed record CommitResult(bool Succeeded, long Revision, IReadOnlyList<OperationResult> Results);

/// <summary>What to watch.</summary>
/// <param name="FromRevision">The first revision of interest; zero for what happens from now on.</param>
/// <param name="WithPrevious">Whether changes carry the version that they replaced.</param>
/// <param name="ProgressEvery">When nothing happens for so long, an empty batch says how far the watch is; null for never.</param>
public sealed record WatchRequest(KeyRange Keys, long FromRevision = 0, bool WithPrevious = false, TimeSpan? ProgressEvery = null);

/// <summary>Changes of one or more whole revisions, in order; with no changes it is a progress mark.</summary>
/// <param name="Revision">Everything up to this revision has been delivered. The first batch of a watch may be an empty one that says where it starts.</param>
public sealed record WatchBatch(long Revision, IReadOnlyList<Change> Changes);

/// <summary>A key was written or deleted.</summary>
/// <param name="Item">The new version; for a deletion the key, an empty value and the deleting revision.</param>
/// <param name="Previous">The version before, where the watch asked for it and it is still known.</param>
public sealed record Change(bool IsDeletion, StoredItem Item, StoredItem? Previous);

/// <summary>A lease and how long it has left.</summary>
public sealed record LeaseState(long Id, TimeSpan TimeToLive, TimeSpan Remaining, IReadOnlyList<ReadOnlyMemory<byte>> Keys);

/// <summary>What a store says of itself.</summary>
/// <param name="SizeBytes">What it takes on disk (or in memory).</param>
/// <param name="SizeInUseBytes">What of that holds data.</param>
/// <param name="Fault">Why the store refuses writes, or null where it is well.</param>
public sealed record StoreStatus(
    string Engine,
    long Revision,
    long CompactedRevision,
    long SizeBytes,
    long SizeInUseBytes,
    string? Fault);
