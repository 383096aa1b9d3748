namespace Keelson.Testing;

/// <summary>Knows how many requests are under way, watches not counted, so that a clock is not turned over their heads.</summary>
public sealed class RequestCounter(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>How long requests that are under way are waited for, as some end only when the clock is turned.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(500);

    /// <summary>How long threads that have something to do are waited for: other tests of the process have threads, too.</summary>
    private static readonly TimeSpan LongestRestOfThreads = TimeSpan.FromMilliseconds(60);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(1);

    /// <summary>How many looks in a row must find nothing to do; more where nothing tells of threads.</summary>
    private static readonly int Looks = OperatingSystem.IsLinux() ? 2 : 5;

    private int _inFlight;
    private long _total;

    /// <summary>Requests that have begun and not ended.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Requests so far.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>
    /// Returns when the work that requests set off has come to rest: in some looks in a row, a millisecond apart, none was under
    /// way, none had come, and no thread had anything to do; or after half a second, as some work never rests.
    /// </summary>
    public async Task WaitForRestAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        var (rests, before, quietSince) = (0, -1L, started);
        while (rests < Looks && TimeProvider.System.GetElapsedTime(started) < LongestRest)
        {
            await Task.Delay(BetweenLooks, TimeProvider.System).ConfigureAwait(false);
            var total = Total;
            var isQuiet = InFlight == 0 && total == before && !WorkUnderWay.IsQueued;
            if (!isQuiet) quietSince = TimeProvider.System.GetTimestamp();
            rests = !isQuiet ? 0
                : TimeProvider.System.GetElapsedTime(quietSince) > LongestRestOfThreads || !WorkUnderWay.HasThreads() ? rests + 1 : 0;
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
