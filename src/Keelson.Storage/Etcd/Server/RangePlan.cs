using Keelson.Storage.Etcd.Protos;
using Wire = Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Etcd.Server;

/// <summary>A range request of the API: what to ask the store for, and how to make the answer from it.</summary>
/// <remarks>The store reads in key order; other orders and the filters by revision are made here, and the limit after them.</remarks>
internal sealed class RangePlan
{
    private readonly Wire.RangeRequest _request;
    private readonly bool _sorts;
    private readonly bool _filters;

    public RangePlan(Wire.RangeRequest request)
    {
        if (!Enum.IsDefined(request.SortOrder) || !Enum.IsDefined(request.SortTarget)) throw ApiMapping.Invalid(EtcdErrors.InvalidSort);
        _request = request;
        _sorts = request.SortOrder != Wire.RangeRequest.Types.SortOrder.None || request.SortTarget != Wire.RangeRequest.Types.SortTarget.Key;
        _filters = request.MinModRevision != 0 || request.MaxModRevision != 0 || request.MinCreateRevision != 0 || request.MaxCreateRevision != 0;
        var whole = _sorts || _filters;
        StoreRequest = new(
            ApiMapping.ToStore(request.Key, request.RangeEnd),
            Math.Max(0, request.Revision),
            whole ? 0 : (int)Math.Clamp(request.Limit, 0, int.MaxValue),
            KeysOnly: request.KeysOnly && !(_sorts && request.SortTarget == Wire.RangeRequest.Types.SortTarget.Value),
            CountOnly: request.CountOnly);
    }

    public RangeRequest StoreRequest { get; }

    public RangeResponse Answer(RangeResult result, ResponseHeader header)
    {
        var response = new RangeResponse { Header = header, Count = result.Count, More = result.More };
        if (_request.CountOnly) return response;
        IEnumerable<StoredItem> items = result.Items;
        if (_filters) items = items.Where(Passes);
        if (_sorts) items = Sorted(items);
        foreach (var item in items)
        {
            if ((_sorts || _filters) && _request.Limit > 0 && response.Kvs.Count == _request.Limit)
            {
                response.More = true;
                break;
            }

            response.Kvs.Add(ApiMapping.ToWire(_request.KeysOnly ? item with { Value = default } : item));
        }

        return response;
    }

    private bool Passes(StoredItem item) =>
        (_request.MinModRevision == 0 || item.ModRevision >= _request.MinModRevision)
        && (_request.MaxModRevision == 0 || item.ModRevision <= _request.MaxModRevision)
        && (_request.MinCreateRevision == 0 || item.CreateRevision >= _request.MinCreateRevision)
        && (_request.MaxCreateRevision == 0 || item.CreateRevision <= _request.MaxCreateRevision);

    private IEnumerable<StoredItem> Sorted(IEnumerable<StoredItem> items)
    {
        Comparison<StoredItem> compare = _request.SortTarget switch
        {
            Wire.RangeRequest.Types.SortTarget.Version => (one, other) => one.Version.CompareTo(other.Version),
            Wire.RangeRequest.Types.SortTarget.Create => (one, other) => one.CreateRevision.CompareTo(other.CreateRevision),
            Wire.RangeRequest.Types.SortTarget.Mod => (one, other) => one.ModRevision.CompareTo(other.ModRevision),
            Wire.RangeRequest.Types.SortTarget.Value => (one, other) => one.Value.Span.SequenceCompareTo(other.Value.Span),
            _ => (one, other) => one.Key.Span.SequenceCompareTo(other.Key.Span),
        };
        var comparer = Comparer<StoredItem>.Create(compare);
        return _request.SortOrder == Wire.RangeRequest.Types.SortOrder.Descend
            ? items.OrderDescending(comparer)
            : items.Order(comparer);
    }
}
