using System.Text;
using Google.Protobuf;
using Keelson.Storage.Etcd.Protos;
using Wire = Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Tests.Etcd.Server;

/// <summary>Requests by a seeded chance: few keys, so that they meet; all options; now and then something senseless.</summary>
internal sealed class RandomRequests(Random random)
{
    private static readonly string[] Keys = ["a", "b", "b/1", "b/2", "c", "\0", "zz"];

    /// <summary>About how far the store is.</summary>
    public long Revision { get; set; } = 1;

    public IReadOnlyList<long> Leases { get; } = [7001, 7002, 7003];

    public PutRequest Put()
    {
        var put = new PutRequest { Key = Key(), Value = Value(), PrevKv = Chance(3), IgnoreValue = Chance(8), IgnoreLease = Chance(8) };
        if (put.IgnoreValue && !Chance(5)) put.Value = ByteString.Empty;
        if (!put.IgnoreValue && Chance(3)) put.Lease = Chance(6) ? 9999 : Lease();
        if (put.IgnoreLease && !Chance(5)) put.Lease = 0;
        return put;
    }

    public Wire.RangeRequest Range()
    {
        var range = new Wire.RangeRequest
        {
            Key = Key(),
            RangeEnd = End(),
            Limit = Chance(2) ? random.Next(-1, 4) : 0,
            SortOrder = (Wire.RangeRequest.Types.SortOrder)random.Next(3),
            SortTarget = (Wire.RangeRequest.Types.SortTarget)random.Next(5),
            KeysOnly = Chance(4),
            CountOnly = Chance(5),
            Serializable = Chance(2),
        };
        if (Chance(3)) range.Revision = random.NextInt64(-1, Revision + 2);
        if (Chance(4)) range.MinModRevision = random.NextInt64(Revision);
        if (Chance(4)) range.MaxModRevision = random.NextInt64(Revision);
        if (Chance(4)) range.MinCreateRevision = random.NextInt64(Revision);
        if (Chance(4)) range.MaxCreateRevision = random.NextInt64(Revision);
        return range;
    }

    public DeleteRangeRequest Delete() => new() { Key = Key(), RangeEnd = End(), PrevKv = Chance(2) };

    public TxnRequest Transaction(int depth = 0)
    {
        var transaction = new TxnRequest();
        for (var count = random.Next(3); count > 0; count--) transaction.Compare.Add(Compare());
        for (var count = random.Next(4); count > 0; count--) transaction.Success.Add(Operation(depth));
        for (var count = random.Next(4); count > 0; count--) transaction.Failure.Add(Operation(depth));
        return transaction;
    }

    public long Lease() => Leases[random.Next(Leases.Count)];

    private RequestOp Operation(int depth) => random.Next(depth < 2 ? 5 : 4) switch
    {
        0 => new() { RequestRange = Range() },
        1 => new() { RequestDeleteRange = Bounded(Delete()) },
        2 or 3 => new() { RequestPut = Put() },
        _ => new() { RequestTxn = Transaction(depth + 1) },
    };

    // etcd overlooks that a deletion without an upper bound touches a key that the transaction also puts; the store does not.
    private static DeleteRangeRequest Bounded(DeleteRangeRequest delete)
    {
        if (delete.RangeEnd.Span.SequenceEqual([(byte)0])) delete.RangeEnd = ByteString.CopyFromUtf8("zzz");
        return delete;
    }

    private Compare Compare()
    {
        var compare = new Compare { Key = Key(), RangeEnd = Chance(3) ? End() : ByteString.Empty, Result = (Compare.Types.CompareResult)random.Next(4) };
        switch (random.Next(5))
        {
            case 0: (compare.Target, compare.Version) = (Wire.Compare.Types.CompareTarget.Version, random.Next(3)); break;
            case 1: (compare.Target, compare.CreateRevision) = (Wire.Compare.Types.CompareTarget.Create, random.NextInt64(Revision)); break;
            case 2: (compare.Target, compare.ModRevision) = (Wire.Compare.Types.CompareTarget.Mod, random.NextInt64(Revision)); break;
            case 3: (compare.Target, compare.Value) = (Wire.Compare.Types.CompareTarget.Value, Value()); break;
            default: (compare.Target, compare.Lease) = (Wire.Compare.Types.CompareTarget.Lease, Chance(2) ? 0 : Lease()); break;
        }

        return compare;
    }

    private ByteString Key() => Chance(30) ? ByteString.Empty : ByteString.CopyFrom(Encoding.ASCII.GetBytes(Keys[random.Next(Keys.Length)]));

    private ByteString End() => random.Next(4) switch
    {
        0 => ByteString.Empty,
        1 => ByteString.CopyFrom(0),
        2 => ByteString.CopyFromUtf8("b0"),
        _ => Key(),
    };

    private ByteString Value() => ByteString.CopyFromUtf8($"{random.Next(5)}");

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;
}
