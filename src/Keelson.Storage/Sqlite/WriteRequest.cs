using Keelson.Storage.Mvcc;

namespace Keelson.Storage.Sqlite;

/// <summary>Something that waits to be written.</summary>
internal abstract class WriteRequest
{
    private const int Waiting = 0;
    private const int Started = 1;
    private const int Cancelled = 2;

    private int _stage;

    /// <summary>Takes the request up; false where its caller has given up.</summary>
    public bool TryStart() => Interlocked.CompareExchange(ref _stage, Started, Waiting) == Waiting;

    /// <summary>Gives the request up, unless it was taken up.</summary>
    public bool TryCancel() => Interlocked.CompareExchange(ref _stage, Cancelled, Waiting) == Waiting;

    /// <summary>Computes what follows from a state, and writes it down.</summary>
    public abstract StoreState Apply(StoreState state, WriteSession session);

    /// <summary>What was written is on disk, and readers see it.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception failure);
}

/// <param name="apply">Runs on the writer.</param>
/// <param name="onDurable">Runs on the writer, when what was written is on disk.</param>
internal sealed class WriteRequest<T>(Func<StoreState, WriteSession, (StoreState Next, T Result)> apply, Action<T>? onDurable = null) : WriteRequest
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    /// <summary>Learns of a failure, for a request that nobody awaits.</summary>
    public Action<Exception>? OnFailure { get; init; }

    public Task<T> Completion => _completion.Task;

    public override StoreState Apply(StoreState state, WriteSession session)
    {
        (var next, _result) = apply(state, session);
        return next;
    }

    public override void Complete()
    {
        onDurable?.Invoke(_result!);
        _completion.TrySetResult(_result!);
    }

    public override void Fail(Exception failure)
    {
        if (OnFailure is { } handle) handle(failure);
        else _completion.TrySetException(failure);
    }

    public void Cancel(CancellationToken cancel)
    {
        if (TryCancel()) _completion.TrySetCanceled(cancel);
    }
}
