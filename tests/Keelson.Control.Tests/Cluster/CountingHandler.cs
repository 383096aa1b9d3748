namespace Keelson.Control.Tests.Cluster;

/// <summary>Knows how many requests are under way, watches not counted, so that the clock is not turned over their heads.</summary>
internal sealed class CountingHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private int _inFlight;
    private long _total;

    public int InFlight => Volatile.Read(ref _inFlight);

    public long Total => Interlocked.Read(ref _total);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _total);
        if (request.RequestUri!.Query.Contains("watch=", StringComparison.Ordinal)) return await base.SendAsync(request, cancellationToken);
        Interlocked.Increment(ref _inFlight);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }
}
