using Google.Protobuf;
using Keelson.Rpc;
using Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Etcd.Server;

/// <summary>The messages of the API as the store's types, and back.</summary>
internal static class ApiMapping
{
    public static KeyRange ToStore(ByteString key, ByteString rangeEnd)
    {
        if (key.IsEmpty) throw Invalid(EtcdErrors.EmptyKey);
        return ToKeys(key, rangeEnd);
    }

    /// <summary>As <see cref="ToStore(ByteString, ByteString)"/>, where no key means the first one.</summary>
    public static KeyRange ToKeys(ByteString key, ByteString rangeEnd)
    {
        var start = key.IsEmpty ? new byte[] { 0 } : key.Memory;
        if (rangeEnd.IsEmpty) return KeyRange.Single(start);

        // The cast matters: without it, null would become an empty end, which means a single key.
        return new(start, rangeEnd.Span.SequenceEqual([(byte)0]) ? (ReadOnlyMemory<byte>?)null : rangeEnd.Memory);
    }

    public static Operation.Put ToStore(PutRequest put)
    {
        if (put.Key.IsEmpty) throw Invalid(EtcdErrors.EmptyKey);
        if (put.IgnoreValue && !put.Value.IsEmpty) throw Invalid(EtcdErrors.ValueProvided);
        if (put.IgnoreLease && put.Lease != 0) throw Invalid(EtcdErrors.LeaseProvided);
        return new(put.Key.Memory, put.Value.Memory, put.Lease, put.PrevKv, put.IgnoreValue, put.IgnoreLease);
    }

    public static Operation.Delete ToStore(DeleteRangeRequest delete) => new(ToStore(delete.Key, delete.RangeEnd), delete.PrevKv);

    public static Comparison ToStore(Compare compare)
    {
        var comparison = compare.Result switch
        {
            Compare.Types.CompareResult.Equal => CompareOperator.Equal,
            Compare.Types.CompareResult.NotEqual => CompareOperator.NotEqual,
            Compare.Types.CompareResult.Less => CompareOperator.Less,
            Compare.Types.CompareResult.Greater => CompareOperator.Greater,
            _ => throw Invalid($"etcdserver: a comparison of kind {(int)compare.Result} is unknown"),
        };
        var keys = ToStore(compare.Key, compare.RangeEnd);
        return compare.Target switch
        {
            Compare.Types.CompareTarget.Version => new(keys, CompareTarget.Version, comparison, compare.Version),
            Compare.Types.CompareTarget.Create => new(keys, CompareTarget.CreateRevision, comparison, compare.CreateRevision),
            Compare.Types.CompareTarget.Mod => new(keys, CompareTarget.ModRevision, comparison, compare.ModRevision),
            Compare.Types.CompareTarget.Lease => new(keys, CompareTarget.Lease, comparison, compare.Lease),
            Compare.Types.CompareTarget.Value => new(keys, CompareTarget.Value, comparison, Value: compare.Value.Memory),
            _ => throw Invalid($"etcdserver: a comparison of target {(int)compare.Target} is unknown"),
        };
    }

    public static KeyValue ToWire(StoredItem item) => new()
    {
        Key = EtcdMapping.ToWire(item.Key),
        Value = EtcdMapping.ToWire(item.Value),
        CreateRevision = item.CreateRevision,
        ModRevision = item.ModRevision,
        Version = item.Version,
        Lease = item.Lease,
    };

    public static Event ToWire(Change change)
    {
        var item = new Event { PrevKv = change.Previous is { } previous ? ToWire(previous) : null };
        if (!change.IsDeletion)
        {
            item.Kv = ToWire(change.Item);
            return item;
        }

        item.Type = Event.Types.EventType.Delete;
        item.Kv = new() { Key = EtcdMapping.ToWire(change.Item.Key), ModRevision = change.Item.ModRevision };
        return item;
    }

    public static RpcException Invalid(string message) => new(RpcStatus.InvalidArgument, message);
}
