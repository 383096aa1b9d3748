using Google.Protobuf;
using Keelson.Storage.Etcd.Protos;
using Wire = Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Etcd;

/// <summary>The store's types as the messages of the etcd v3 API.</summary>
internal static class EtcdMapping
{
    // As the first key it is before every key; as the end of a range it means that there is none.
    private static readonly ByteString Zero = ByteString.CopyFrom(0);

    /// <summary>A range that holds nothing, which the API has no form for: an end that no key is before.</summary>
    public static bool IsEmpty(KeyRange keys) =>
        !keys.IsSingle && keys.End is { } end && (end.Span.SequenceCompareTo(keys.Start.Span) <= 0 || end.Span.SequenceEqual([(byte)0]));

    public static (ByteString Key, ByteString RangeEnd) ToWire(KeyRange keys)
    {
        if (keys.IsSingle) return (ToWire(keys.Start), ByteString.Empty);
        var start = keys.Start.IsEmpty ? Zero : ToWire(keys.Start);
        return (start, keys.End is { } end ? ToWire(end) : Zero);
    }

    public static ByteString ToWire(ReadOnlyMemory<byte> bytes) => UnsafeByteOperations.UnsafeWrap(bytes);

    public static Wire.RangeRequest ToWire(RangeRequest request)
    {
        var (key, end) = ToWire(request.Keys);
        return new() { Key = key, RangeEnd = end, Revision = request.Revision, Limit = request.Limit, KeysOnly = request.KeysOnly, CountOnly = request.CountOnly };
    }

    public static TxnRequest ToWire(Transaction transaction)
    {
        var request = new TxnRequest();
        request.Compare.AddRange(transaction.Compare.Select(ToWire));
        request.Success.AddRange(transaction.Success.Select(ToWire));
        request.Failure.AddRange(transaction.Failure.Select(ToWire));
        return request;
    }

    public static StoredItem ToStore(KeyValue item) =>
        new(item.Key.Memory, item.Value.Memory, item.CreateRevision, item.ModRevision, item.Version, item.Lease);

    public static RangeResult ToStore(RangeResponse response, long revision) =>
        new([.. response.Kvs.Select(ToStore)], revision, response.Count, response.More);

    public static CommitResult ToStore(TxnResponse response, long revision) =>
        new(response.Succeeded, revision, [.. response.Responses.Select(answer => ToStore(answer, revision))]);

    public static Change ToStore(Event change) =>
        new(change.Type == Event.Types.EventType.Delete, ToStore(change.Kv), change.PrevKv is { } previous ? ToStore(previous) : null);

    private static OperationResult ToStore(ResponseOp response, long revision) => response.ResponseCase switch
    {
        ResponseOp.ResponseOneofCase.ResponseRange => new OperationResult.Range(ToStore(response.ResponseRange, revision)),
        ResponseOp.ResponseOneofCase.ResponsePut => new OperationResult.Put(response.ResponsePut.PrevKv is { } previous ? ToStore(previous) : null),
        ResponseOp.ResponseOneofCase.ResponseDeleteRange =>
            new OperationResult.Delete(response.ResponseDeleteRange.Deleted, [.. response.ResponseDeleteRange.PrevKvs.Select(ToStore)]),
        ResponseOp.ResponseOneofCase.ResponseTxn => new OperationResult.Nested(ToStore(response.ResponseTxn, revision)),
        _ => throw new StoreException(StoreError.Unavailable, $"The server answered an operation with {response.ResponseCase}."),
    };

    private static Compare ToWire(Comparison comparison)
    {
        var (key, end) = ToWire(comparison.Keys);
        var compare = new Compare
        {
            Key = key,
            RangeEnd = end,
            Result = comparison.Operator switch
            {
                CompareOperator.Equal => Compare.Types.CompareResult.Equal,
                CompareOperator.NotEqual => Compare.Types.CompareResult.NotEqual,
                CompareOperator.Less => Compare.Types.CompareResult.Less,
                _ => Compare.Types.CompareResult.Greater,
            },
        };
        switch (comparison.Target)
        {
            case CompareTarget.ModRevision:
                compare.Target = Compare.Types.CompareTarget.Mod;
                compare.ModRevision = comparison.Number;
                break;
            case CompareTarget.CreateRevision:
                compare.Target = Compare.Types.CompareTarget.Create;
                compare.CreateRevision = comparison.Number;
                break;
            case CompareTarget.Version:
                compare.Target = Compare.Types.CompareTarget.Version;
                compare.Version = comparison.Number;
                break;
            case CompareTarget.Lease:
                compare.Target = Compare.Types.CompareTarget.Lease;
                compare.Lease = comparison.Number;
                break;
            default:
                compare.Target = Compare.Types.CompareTarget.Value;
                compare.Value = ToWire(comparison.Value);
                break;
        }

        return compare;
    }

    private static RequestOp ToWire(Operation operation)
    {
        switch (operation)
        {
            case Operation.Put put:
                return new()
                {
                    RequestPut = new()
                    {
                        Key = ToWire(put.Key),
                        Value = ToWire(put.Value),
                        Lease = put.Lease,
                        PrevKv = put.ReturnPrevious,
                        IgnoreValue = put.KeepValue,
                        IgnoreLease = put.KeepLease,
                    },
                };
            case Operation.Delete delete:
                var (key, end) = ToWire(delete.Keys);
                return new() { RequestDeleteRange = new() { Key = key, RangeEnd = end, PrevKv = delete.ReturnPrevious } };
            case Operation.Range range:
                return new() { RequestRange = ToWire(range.Request) };
            case Operation.Nested nested:
                return new() { RequestTxn = ToWire(nested.Transaction) };
            default:
                throw new StoreException(StoreError.InvalidRequest, $"An operation of type {operation.GetType().Name} is unknown.");
        }
    }
}
