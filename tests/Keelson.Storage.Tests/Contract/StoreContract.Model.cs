using System.Globalization;

namespace Keelson.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    /// <summary>How many random steps one run of the model test takes; an engine behind a network takes fewer.</summary>
    protected virtual int ModelSteps => 400;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_store_does_what_a_naive_model_does(int seed)
    {
        var random = new Random(seed);
        var start = await PutAsync("k0", "start");
        var model = new NaiveStore(start, Key("k0"), Bytes("start"));
        await using var watch = Watch(new WatchRequest(Everything, start, WithPrevious: true));
        var told = await watch.TakeUntilAsync(start);
        for (var step = 0; step < ModelSteps; step++)
        {
            switch (random.Next(12))
            {
                case < 8:
                    await StepAsync(model, RandomTransaction(random, model, 0));
                    break;
                case 8:
                    await CompareRangeAsync(model, random);
                    break;
                case 9 when random.Next(10) == 0 && model.Revision > Math.Max(start, model.Compacted):
                    told.AddRange(await watch.TakeUntilAsync(model.Revision));
                    model.Compacted = random.NextInt64(Math.Max(start, model.Compacted) + 1, model.Revision + 1);
                    await Store.CompactAsync(model.Compacted, Deadline);
                    break;
                default:
                    var key = Key($"k{random.Next(8)}");
                    var at = random.NextInt64(Math.Max(start, model.Compacted), model.Revision + 1);
                    Same(model.Get(key, at), await Store.GetAsync(key, at, Deadline));
                    break;
            }
        }

        told.AddRange(await watch.TakeUntilAsync(model.Revision));
        Assert.Equal(start, told[0].Item.ModRevision);
        told.RemoveAt(0);
        Assert.Equal(model.Changes.Select(change => (Told(change), change.Item.ModRevision)), told.Select(change => (Told(change), change.Item.ModRevision)));
        foreach (var (expected, actual) in model.Changes.Zip(told))
        {
            Same(expected.Item, actual.Item);
            Same(expected.Previous, actual.Previous);
        }
    }

    private async Task StepAsync(NaiveStore model, Transaction transaction)
    {
        var expected = model.Commit(transaction);
        if (expected is null)
        {
            await RefusedAsync(StoreError.InvalidRequest, async () => await Store.CommitAsync(transaction, Deadline));
            return;
        }

        Assert.Equal(Told(expected), Told(await Store.CommitAsync(transaction, Deadline)));
    }

    private async Task CompareRangeAsync(NaiveStore model, Random random)
    {
        var request = RandomRange(random, model);
        var expected = model.Range(request, request.Revision == 0 ? null : request.Revision);
        Assert.Equal(Told(expected), Told(await Store.RangeAsync(request, Deadline)));
    }

    private RangeRequest RandomRange(Random random, NaiveStore model)
    {
        var oldest = Math.Max(model.First, model.Compacted);
        var revision = random.Next(2) == 0 ? 0 : random.NextInt64(oldest, model.Revision + 1);
        return new RangeRequest(RandomKeys(random), revision, random.Next(3) == 0 ? random.Next(1, 5) : 0, random.Next(5) == 0, random.Next(5) == 0);
    }

    private KeyRange RandomKeys(Random random) => random.Next(3) switch
    {
        0 => KeyRange.Single(Key($"k{random.Next(8)}")),
        1 => Between($"k{random.Next(8)}", $"k{random.Next(8)}"),
        _ => Everything,
    };

    private Transaction RandomTransaction(Random random, NaiveStore model, int depth)
    {
        var compare = Enumerable.Range(0, random.Next(3)).Select(_ => RandomComparison(random, model)).ToList();
        return new Transaction(compare, RandomOperations(random, model, depth), RandomOperations(random, model, depth));
    }

    // At most one nested transaction a level: what etcd does when one deletes what another has put is its own matter.
    private List<Operation> RandomOperations(Random random, NaiveStore model, int depth)
    {
        var operations = Enumerable.Range(0, random.Next(3)).Select<int, Operation>(_ => random.Next(9) switch
        {
            < 5 => new Operation.Put(Key($"k{random.Next(8)}"), Bytes(random.Next(1000).ToString(CultureInfo.InvariantCulture)), ReturnPrevious: random.Next(2) == 0),
            < 7 => new Operation.Delete(RandomKeys(random), random.Next(2) == 0),
            _ => new Operation.Range(RandomRange(random, model)),
        }).ToList();
        if (depth < 2 && random.Next(5) == 0) operations.Insert(random.Next(operations.Count + 1), new Operation.Nested(RandomTransaction(random, model, depth + 1)));
        return operations;
    }

    private Comparison RandomComparison(Random random, NaiveStore model)
    {
        var target = (CompareTarget)random.Next(5);
        var number = target is CompareTarget.ModRevision or CompareTarget.CreateRevision ? random.NextInt64(model.Revision + 2) : random.NextInt64(4);
        return new Comparison(RandomKeys(random), target, (CompareOperator)random.Next(4), number, Bytes(random.Next(1000).ToString(CultureInfo.InvariantCulture)));
    }

    private static string Told(StoredItem item) =>
        string.Create(CultureInfo.InvariantCulture, $"{Text(item.Key)}={Text(item.Value)} c{item.CreateRevision} m{item.ModRevision} v{item.Version} l{item.Lease}");

    private static string Told(RangeResult result) =>
        $"{result.Revision} {result.Count} {result.More} [{string.Join(", ", result.Items.Select(Told))}]";

    // Which revision a step inside a transaction tells is left open: before the first change, some engines
    // tell the one before, some the one that the transaction is going to take.
    private static string Told(CommitResult result) => $"{result.Succeeded} {result.Revision} ({string.Join("; ", result.Results.Select(Told))})";

    private static string Told(OperationResult result) => result switch
    {
        OperationResult.Put put => "put " + (put.Previous is null ? "" : Told(put.Previous)),
        OperationResult.Delete delete => $"delete {delete.Deleted} {string.Join(", ", delete.Previous.Select(Told))}",
        OperationResult.Range range => "range " + Told(range.Result with { Revision = 0 }),
        OperationResult.Nested nested => "nested " + Told(nested.Result with { Revision = 0 }),
        _ => "unknown",
    };
}
