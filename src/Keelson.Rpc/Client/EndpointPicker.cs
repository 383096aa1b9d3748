namespace Keelson.Rpc.Client;

/// <summary>Round robin over the endpoints that are well; one that failed rests for a while, longer each time.</summary>
internal sealed class EndpointPicker(IReadOnlyList<Endpoint> endpoints, RpcChannelOptions options)
{
    private readonly Lock _lock = new();
    private int _next = -1;

    /// <summary>The endpoint for the next attempt, and how long to wait before it is due.</summary>
    public (Endpoint Endpoint, TimeSpan Wait) Pick()
    {
        lock (_lock)
        {
            if (_next < 0) _next = options.Random.Next(endpoints.Count);
            var now = options.Time.GetTimestamp();
            Endpoint? soonest = null;
            for (var step = 0; step < endpoints.Count; step++)
            {
                var candidate = endpoints[(_next + step) % endpoints.Count];
                if (candidate.NotBefore <= now)
                {
                    _next = (_next + step + 1) % endpoints.Count;
                    return (candidate, TimeSpan.Zero);
                }

                if (soonest is null || candidate.NotBefore < soonest.NotBefore) soonest = candidate;
            }

            return (soonest!, options.Time.GetElapsedTime(now, soonest!.NotBefore));
        }
    }

    public void Succeeded(Endpoint endpoint)
    {
        lock (_lock) endpoint.Succeeded();
    }

    public void Failed(Endpoint endpoint)
    {
        lock (_lock)
        {
            // Half of the pause is fixed, half is chance.
            var full = Math.Min(options.BackoffMax.TotalSeconds, options.BackoffBase.TotalSeconds * Math.Pow(2, endpoint.Failures));
            var seconds = full / 2 + full / 2 * options.Random.NextDouble();
            endpoint.Failed(options.Time.GetTimestamp() + (long)(seconds * options.Time.TimestampFrequency));
        }
    }
}
