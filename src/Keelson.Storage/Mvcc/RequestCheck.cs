namespace Keelson.Storage.Mvcc;

/// <summary>What can be said of a request without looking at any data: whether it is well-formed and within the limits.</summary>
internal static class RequestCheck
{
    public static void Key(ReadOnlyMemory<byte> key)
    {
        if (key.IsEmpty) throw StoreErrors.NoKey();
        if (key.Length > StoreLimits.MaxKeyBytes) throw StoreErrors.Invalid($"a key has at most {StoreLimits.MaxKeyBytes} bytes");
    }

    public static void Keys(KeyRange keys)
    {
        if (keys.IsSingle && keys.Start.IsEmpty) throw StoreErrors.NoKey();
    }

    public static void Range(RangeRequest request)
    {
        Keys(request.Keys);
        if (request.Limit < 0) throw StoreErrors.Invalid("a limit is not negative");
        if (request.Revision < 0) throw StoreErrors.Invalid("a revision is not negative");
    }

    public static void TimeToLive(TimeSpan timeToLive)
    {
        if (timeToLive <= TimeSpan.Zero) throw StoreErrors.Invalid("a lease lives for more than no time");
        if (timeToLive > StoreLimits.MaxTimeToLive) throw StoreErrors.Invalid("too large lease TTL");
    }

    public static void LeaseId(long id)
    {
        if (id < 0) throw StoreErrors.Invalid("a lease's number is not negative");
    }

    /// <summary>
    /// Refuses a transaction that is malformed, too large, or would change a key twice: two puts of one key,
    /// or a put of a key that a delete covers. The two branches of a nested transaction may overlap: one runs.
    /// </summary>
    public static void Transaction(Transaction transaction)
    {
        var budget = new Budget();
        Size(transaction, budget, 0);
        Duplicates(transaction.Success);
        Duplicates(transaction.Failure);
    }

    private static void Size(Transaction transaction, Budget budget, int depth)
    {
        if (depth >= StoreLimits.MaxNesting) throw StoreErrors.Invalid($"transactions lie at most {StoreLimits.MaxNesting} deep");
        foreach (var comparison in transaction.Compare)
        {
            Keys(comparison.Keys);
            budget.Take(comparison.Value.Length);
        }

        foreach (var operation in transaction.Success) Size(operation, budget, depth);
        foreach (var operation in transaction.Failure) Size(operation, budget, depth);
    }

    private static void Size(Operation operation, Budget budget, int depth)
    {
        switch (operation)
        {
            case Operation.Put put:
                Key(put.Key);
                if (put.KeepValue && !put.Value.IsEmpty) throw StoreErrors.Invalid("value is provided");
                if (put.KeepLease && put.Lease != 0) throw StoreErrors.Invalid("lease is provided");
                budget.Take(put.Key.Length + put.Value.Length);
                break;
            case Operation.Delete delete:
                Keys(delete.Keys);
                budget.Take(0);
                break;
            case Operation.Range range:
                Range(range.Request);
                budget.Take(0);
                break;
            case Operation.Nested nested:
                budget.Take(0);
                Size(nested.Transaction, budget, depth + 1);
                break;
        }
    }

    private static Writes Duplicates(IReadOnlyList<Operation> operations)
    {
        var writes = new Writes();
        foreach (var operation in operations)
        {
            if (operation is Operation.Delete delete) writes.Deletes.Add(delete.Keys);
        }

        foreach (var operation in operations)
        {
            if (operation is not Operation.Nested nested) continue;
            var success = Duplicates(nested.Transaction.Success);
            var failure = Duplicates(nested.Transaction.Failure);
            foreach (var key in success.Puts) writes.Put(key);
            foreach (var key in failure.Puts)
            {
                if (!success.Puts.Contains(key)) writes.Put(key);
            }

            writes.CheckPuts();
            writes.Deletes.AddRange(success.Deletes);
            writes.Deletes.AddRange(failure.Deletes);
        }

        foreach (var operation in operations)
        {
            if (operation is Operation.Put put) writes.Put(put.Key.ToArray());
        }

        writes.CheckPuts();
        return writes;
    }

    private sealed class Writes
    {
        private readonly List<byte[]> _unchecked = [];

        public HashSet<byte[]> Puts { get; } = new(KeyOrder.Instance);

        public List<KeyRange> Deletes { get; } = [];

        public void Put(byte[] key)
        {
            if (!Puts.Add(key)) throw StoreErrors.DuplicateKey();
            _unchecked.Add(key);
        }

        // Only puts that are new: one branch of a nested transaction may delete what the other puts.
        // A range covers a put where it covers the first put at or after its start.
        public void CheckPuts()
        {
            var puts = _unchecked.ToArray();
            _unchecked.Clear();
            if (Deletes.Count == 0 || puts.Length == 0) return;
            Array.Sort(puts, KeyOrder.Instance);
            foreach (var range in Deletes)
            {
                var place = Array.BinarySearch(puts, range.Start.ToArray(), KeyOrder.Instance);
                if (place < 0) place = ~place;
                if (place < puts.Length && range.Contains(puts[place])) throw StoreErrors.DuplicateKey();
            }
        }
    }

    private sealed class Budget
    {
        private int _operations;
        private long _bytes;

        public void Take(int bytes)
        {
            if (++_operations > StoreLimits.MaxOperations) throw StoreErrors.Invalid("too many operations in txn request");
            _bytes += bytes;
            if (_bytes > StoreLimits.MaxTransactionBytes) throw StoreErrors.Invalid("request is too large");
        }
    }
}
