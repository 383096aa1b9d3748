namespace Keelson.Client.Tests.Support;

/// <summary>Knows whether a request is under way, so that the clock stands still meanwhile.</summary>
internal sealed class CountingHandler(HttpMessageHandler inner) : HttpMessageHandler
{
    private const int Rests = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(20);

    private readonly HttpMessageInvoker _inner = new(inner, disposeHandler: false);
    private int _underWay;

    /// <summary>Waits until no request is under way and nobody has anything to do, and leaves some time to whoever was interrupted.</summary>
    public async Task WaitForRestAsync()
    {
        await Task.Delay(Pause, TimeProvider.System);
        var started = TimeProvider.System.GetTimestamp();
        for (var rests = 0; rests < Rests;)
        {
            await Task.Run(static () => { });
            if (Volatile.Read(ref _underWay) > 0)
            {
                started = TimeProvider.System.GetTimestamp();
                rests = 0;
            }
            else if (ThreadPool.PendingWorkItemCount == 0 || TimeProvider.System.GetElapsedTime(started) > LongestRest)
            {
                rests++;
            }
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _underWay);
        try
        {
            return await _inner.SendAsync(request, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
