namespace Keelson.Rpc.Client;

/// <summary>The time that a call has, and the token that ends it: its own deadline, or the caller's wish.</summary>
internal sealed class CallDeadline : IDisposable
{
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly TimeSpan? _timeout;
    private readonly CancellationToken _caller;
    private readonly CancellationToken _closing;
    private readonly CancellationTokenSource? _timer;
    private readonly CancellationTokenSource _linked;

    public CallDeadline(TimeProvider time, TimeSpan? timeout, CancellationToken caller, CancellationToken closing)
    {
        _time = time;
        _started = time.GetTimestamp();
        _timeout = timeout;
        _caller = caller;
        _closing = closing;
        if (timeout is { } limit && limit < RpcLimits.LongestDeadline) _timer = new(limit > TimeSpan.Zero ? limit : TimeSpan.Zero, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(caller, closing, _timer?.Token ?? CancellationToken.None);
        Token = _linked.Token;
    }

    public CancellationToken Token { get; }

    /// <summary>What is left, to be told to the server; null for no limit.</summary>
    public TimeSpan? Remaining => _timeout - _time.GetElapsedTime(_started);

    public bool IsCaller(CancellationToken token) => token == _caller;

    /// <summary>Ends everything that the call still does.</summary>
    public void Abandon() => _linked.Cancel();

    /// <summary>What a cancellation is to the caller: its own wish, or the deadline.</summary>
    public Exception Explain(Exception error)
    {
        if (_caller.IsCancellationRequested) return new OperationCanceledException(error.Message, error, _caller);
        if (_timer is { IsCancellationRequested: true }) return new RpcException(RpcStatus.DeadlineExceeded, "The deadline of the call has passed.", error);
        if (_closing.IsCancellationRequested) return new RpcException(RpcStatus.Unavailable, "The channel was closed.", error);
        return new RpcException(RpcStatus.Cancelled, "The call was given up.", error);
    }

    public void Dispose()
    {
        _linked.Dispose();
        _timer?.Dispose();
    }
}
