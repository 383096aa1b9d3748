namespace Keelson.Testing;

/// <summary>Knows how many requests are under way, watches not counted, so that a clock is not turned over their heads.</summary>
public sealed class RequestCounter(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(1);

    /// <summary>How many looks in a row, a millisecond apart, must find nothing to do.</summary>
    private const int Looks = 4;

    private int _inFlight;
    private long _total;

    /// <summary>Requests that have begun and not ended.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Requests so far.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>
    /// Returns when the work that requests set off has come to rest: for some milliseconds none is under way, none came, and the
    /// thread pool had nothing to do; or after a quarter of a second, as some work never rests.
    /// </summary>
    public async Task WaitForRestAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var (rests, before) = (0, -1L); rests < Looks && TimeProvider.System.GetElapsedTime(started) < LongestRest;)
        {
            await Task.Delay(BetweenLooks, TimeProvider.System).ConfigureAwait(false);
            var total = Total;
            rests = InFlight == 0 && total == before && ThreadPool.PendingWorkItemCount == 0 ? rests + 1 : 0;
            before = total;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Interlocked.Increment(ref _total);
        if (request.RequestUri!.Query.Contains("watch=", StringComparison.Ordinal)) return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        Interlocked.Increment(ref _inFlight);
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }
}
