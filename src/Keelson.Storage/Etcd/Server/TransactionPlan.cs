using Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Etcd.Server;

/// <summary>A transaction of the API: what to commit, and how to make the answer from the result.</summary>
internal sealed class TransactionPlan
{
    // Deeper than this nobody nests; the store has its own bound on the whole.
    private const int MaxDepth = 16;

    private readonly ApiContext _context;
    private readonly IReadOnlyList<Step> _success;
    private readonly IReadOnlyList<Step> _failure;

    public TransactionPlan(ApiContext context, TxnRequest request, int depth = 0)
    {
        var most = context.Options.MaxOperations;
        if (request.Compare.Count > most || request.Success.Count > most || request.Failure.Count > most || depth >= MaxDepth)
            throw ApiMapping.Invalid(EtcdErrors.TooManyOperations);

        _context = context;
        _success = [.. request.Success.Select(operation => Plan(operation, depth))];
        _failure = [.. request.Failure.Select(operation => Plan(operation, depth))];
        Transaction = new(
            [.. request.Compare.Select(ApiMapping.ToStore)],
            [.. _success.Select(step => step.Operation)],
            [.. _failure.Select(step => step.Operation)]);
    }

    public Transaction Transaction { get; }

    public TxnResponse Answer(CommitResult result, long revision)
    {
        var response = new TxnResponse { Header = _context.Header(revision), Succeeded = result.Succeeded };
        var steps = result.Succeeded ? _success : _failure;
        for (var index = 0; index < steps.Count; index++) response.Responses.Add(steps[index].Answer(result.Results[index], revision));
        return response;
    }

    private Step Plan(RequestOp request, int depth)
    {
        switch (request.RequestCase)
        {
            case RequestOp.RequestOneofCase.RequestRange:
                var range = new RangePlan(request.RequestRange);
                return new(
                    new Operation.Range(range.StoreRequest),
                    (result, revision) => new() { ResponseRange = range.Answer(((OperationResult.Range)result).Result, _context.Header(revision)) });
            case RequestOp.RequestOneofCase.RequestPut:
                return new(
                    ApiMapping.ToStore(request.RequestPut),
                    (result, revision) => new() { ResponsePut = Answer((OperationResult.Put)result, _context.Header(revision)) });
            case RequestOp.RequestOneofCase.RequestDeleteRange:
                return new(
                    ApiMapping.ToStore(request.RequestDeleteRange),
                    (result, revision) => new() { ResponseDeleteRange = Answer((OperationResult.Delete)result, _context.Header(revision)) });
            case RequestOp.RequestOneofCase.RequestTxn:
                var nested = new TransactionPlan(_context, request.RequestTxn, depth + 1);
                return new(
                    new Operation.Nested(nested.Transaction),
                    (result, revision) => new() { ResponseTxn = nested.Answer(((OperationResult.Nested)result).Result, revision) });
            default:
                // An operation without content reads nothing in etcd; a key is what it lacks.
                throw ApiMapping.Invalid(EtcdErrors.EmptyKey);
        }
    }

    internal static PutResponse Answer(OperationResult.Put result, ResponseHeader header) =>
        new() { Header = header, PrevKv = result.Previous is { } previous ? ApiMapping.ToWire(previous) : null };

    internal static DeleteRangeResponse Answer(OperationResult.Delete result, ResponseHeader header)
    {
        var response = new DeleteRangeResponse { Header = header, Deleted = result.Deleted };
        response.PrevKvs.AddRange(result.Previous.Select(ApiMapping.ToWire));
        return response;
    }

    private sealed record Step(Operation Operation, Func<OperationResult, long, ResponseOp> Answer);
}
