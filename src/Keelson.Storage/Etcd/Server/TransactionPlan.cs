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

    public TxnResponse Answer(CommitResult result)
    {
        var progress = new Progress(result.Revision, Changes(result.Results));
        return Answer(result, _context.Header(result.Revision), progress);
    }

    internal static PutResponse Answer(OperationResult.Put result, ResponseHeader header) =>
        new() { Header = header, PrevKv = result.Previous is { } previous ? ApiMapping.ToWire(previous) : null };

    internal static DeleteRangeResponse Answer(OperationResult.Delete result, ResponseHeader header)
    {
        var response = new DeleteRangeResponse { Header = header, Deleted = result.Deleted };
        response.PrevKvs.AddRange(result.Previous.Select(ApiMapping.ToWire));
        return response;
    }

    private TxnResponse Answer(CommitResult result, ResponseHeader header, Progress progress)
    {
        var response = new TxnResponse { Header = header, Succeeded = result.Succeeded };
        var steps = result.Succeeded ? _success : _failure;
        for (var index = 0; index < steps.Count; index++) response.Responses.Add(steps[index].Answer(result.Results[index], progress));
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
                    (result, progress) => new() { ResponseRange = range.Answer(((OperationResult.Range)result).Result, progress.After(result)) });
            case RequestOp.RequestOneofCase.RequestPut:
                return new(
                    ApiMapping.ToStore(request.RequestPut),
                    (result, progress) => new() { ResponsePut = Answer((OperationResult.Put)result, progress.After(result)) });
            case RequestOp.RequestOneofCase.RequestDeleteRange:
                return new(
                    ApiMapping.ToStore(request.RequestDeleteRange),
                    (result, progress) => new() { ResponseDeleteRange = Answer((OperationResult.Delete)result, progress.After(result)) });
            case RequestOp.RequestOneofCase.RequestTxn:
                // Its header is empty, as in etcd.
                var nested = new TransactionPlan(_context, request.RequestTxn, depth + 1);
                return new(
                    new Operation.Nested(nested.Transaction),
                    (result, progress) => new() { ResponseTxn = nested.Answer(((OperationResult.Nested)result).Result, new(), progress) });
            default:
                // An operation without content reads nothing in etcd; a key is what it lacks.
                throw ApiMapping.Invalid(EtcdErrors.EmptyKey);
        }
    }

    private static bool Changes(IEnumerable<OperationResult> results) => results.Any(result => result switch
    {
        OperationResult.Put => true,
        OperationResult.Delete delete => delete.Deleted > 0,
        OperationResult.Nested nested => Changes(nested.Result.Results),
        _ => false,
    });

    private sealed record Step(Operation Operation, Func<OperationResult, Progress, ResponseOp> Answer);

    // The header of an operation's answer tells the revision as it was right after that operation.
    private sealed class Progress(long revision, bool changes)
    {
        private long _revision = changes ? revision - 1 : revision;

        public ResponseHeader After(OperationResult result)
        {
            if (Changes([result])) _revision = revision;
            return new() { Revision = _revision };
        }
    }
}
