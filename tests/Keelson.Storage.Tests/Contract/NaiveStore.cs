using System.Text;

namespace Keelson.Storage.Tests.Contract;

/// <summary>A store as one would write it without thinking of speed: every revision is a whole copy.</summary>
internal sealed class NaiveStore
{
    private readonly Dictionary<long, SortedDictionary<string, StoredItem>> _revisions = [];

    public NaiveStore(long revision, byte[] key, byte[] value)
    {
        First = Revision = revision;
        _revisions[revision] = new(StringComparer.Ordinal) { [Name(key)] = new StoredItem(key, value, revision, revision, 1) };
    }

    public long First { get; }

    public long Revision { get; private set; }

    public long Compacted { get; set; }

    public List<Change> Changes { get; } = [];

    private SortedDictionary<string, StoredItem> Current => _revisions[Revision];

    public StoredItem? Get(byte[] key, long revision) => _revisions[revision].GetValueOrDefault(Name(key));

    public RangeResult Range(RangeRequest request, long? revision) => Range(request, _revisions[revision ?? Revision], Revision);

    /// <summary>The answer, or null where the transaction must be refused.</summary>
    public CommitResult? Commit(Transaction transaction)
    {
        var draft = new Draft(new(Current, StringComparer.Ordinal), Revision);
        try
        {
            CheckDuplicates(transaction.Success);
            CheckDuplicates(transaction.Failure);
            var result = Run(transaction, draft);
            if (draft.Changes.Count == 0) return result;
            Revision++;
            _revisions[Revision] = draft.Items;
            Changes.AddRange(draft.Changes);
            return result;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Name(ReadOnlyMemory<byte> key) => Encoding.Latin1.GetString(key.Span);

    private CommitResult Run(Transaction transaction, Draft draft)
    {
        var succeeded = transaction.Compare.All(comparison => Holds(comparison, draft.Items));
        var results = (succeeded ? transaction.Success : transaction.Failure).Select(operation => Run(operation, draft)).ToList();
        return new CommitResult(succeeded, draft.Now, results);
    }

    private OperationResult Run(Operation operation, Draft draft)
    {
        switch (operation)
        {
            case Operation.Put put:
                var old = draft.Items.GetValueOrDefault(Name(put.Key));
                var item = new StoredItem(put.Key, put.Value, old?.CreateRevision ?? draft.Next, draft.Next, (old?.Version ?? 0) + 1);
                draft.Change(Name(put.Key), new Change(false, item, old));
                return new OperationResult.Put(put.ReturnPrevious ? old : null);
            case Operation.Delete delete:
                var gone = draft.Items.Values.Where(candidate => delete.Keys.Contains(candidate.Key.Span)).ToList();
                foreach (var one in gone) draft.Change(Name(one.Key), new Change(true, new StoredItem(one.Key, default, 0, draft.Next, 0), one));
                return new OperationResult.Delete(gone.Count, delete.ReturnPrevious ? gone : []);
            case Operation.Range range:
                var items = range.Request.Revision == 0 ? draft.Items : _revisions[range.Request.Revision];
                return new OperationResult.Range(Range(range.Request, items, draft.Now));
            default:
                return new OperationResult.Nested(Run(((Operation.Nested)operation).Transaction, draft));
        }
    }

    private static RangeResult Range(RangeRequest request, SortedDictionary<string, StoredItem> items, long revision)
    {
        var all = items.Values.Where(item => request.Keys.Contains(item.Key.Span)).ToList();
        if (request.CountOnly) return new RangeResult([], revision, all.Count, false);
        var some = request.Limit == 0 ? all : all.Take(request.Limit).ToList();
        return new RangeResult([.. some.Select(item => request.KeysOnly ? item with { Value = default } : item)], revision, all.Count, some.Count < all.Count);
    }

    private static bool Holds(Comparison comparison, SortedDictionary<string, StoredItem> items)
    {
        var found = items.Values.Where(item => comparison.Keys.Contains(item.Key.Span)).ToList();
        if (found.Count == 0) return comparison.Target != CompareTarget.Value && Holds(comparison, 0);
        return found.All(item => Holds(comparison, comparison.Target switch
        {
            CompareTarget.ModRevision => item.ModRevision.CompareTo(comparison.Number),
            CompareTarget.CreateRevision => item.CreateRevision.CompareTo(comparison.Number),
            CompareTarget.Version => item.Version.CompareTo(comparison.Number),
            CompareTarget.Lease => item.Lease.CompareTo(comparison.Number),
            _ => item.Value.Span.SequenceCompareTo(comparison.Value.Span),
        }, isOrder: true));
    }

    private static bool Holds(Comparison comparison, int value, bool isOrder = false)
    {
        var order = isOrder ? value : 0L.CompareTo(comparison.Number);
        return comparison.Operator switch
        {
            CompareOperator.Equal => order == 0,
            CompareOperator.NotEqual => order != 0,
            CompareOperator.Less => order < 0,
            _ => order > 0,
        };
    }

    // As etcd does: what lies deeper is looked at first, in order, and a put must not meet what was there before it.
    private static (HashSet<string> Puts, List<KeyRange> Deletes) CheckDuplicates(IReadOnlyList<Operation> operations)
    {
        var puts = new HashSet<string>();
        var deletes = operations.OfType<Operation.Delete>().Select(delete => delete.Keys).ToList();
        foreach (var nested in operations.OfType<Operation.Nested>())
        {
            var (then, thenDeletes) = CheckDuplicates(nested.Transaction.Success);
            var (otherwise, otherwiseDeletes) = CheckDuplicates(nested.Transaction.Failure);
            foreach (var key in then.Union(otherwise)) Put(key);
            deletes.AddRange(thenDeletes);
            deletes.AddRange(otherwiseDeletes);
        }

        foreach (var put in operations.OfType<Operation.Put>()) Put(Name(put.Key));
        return (puts, deletes);

        void Put(string key)
        {
            var isDeleted = deletes.Exists(range => range.Contains(Encoding.Latin1.GetBytes(key)));
            if (isDeleted || !puts.Add(key)) throw new InvalidOperationException("a key is changed twice");
        }
    }

    private sealed class Draft(SortedDictionary<string, StoredItem> items, long revision)
    {
        public SortedDictionary<string, StoredItem> Items => items;

        public List<Change> Changes { get; } = [];

        public long Next => revision + 1;

        public long Now => Changes.Count == 0 ? revision : Next;

        public void Change(string key, Change change)
        {
            if (items.GetValueOrDefault(key)?.ModRevision == Next) throw new InvalidOperationException("a key is changed twice");
            Changes.Add(change);
            if (change.IsDeletion) items.Remove(key);
            else items[key] = change.Item;
        }
    }
}
