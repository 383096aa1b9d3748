using System.Globalization;

namespace Keelson.Node.Proxy.Health;

/// <summary>Whether the proxy keeps up: changes that wait too long mean that it does not.</summary>
internal sealed class ProxyHealth(TimeProvider time, TimeSpan patience)
{
    private readonly Lock _gate = new();
    private DateTimeOffset? _waitingSince;
    private DateTimeOffset? _updated;

    public bool IsHealthy
    {
        get
        {
            lock (_gate) return _updated is not null && (_waitingSince is not { } since || time.GetUtcNow() - since <= patience);
        }
    }

    public void Queued()
    {
        lock (_gate) _waitingSince ??= time.GetUtcNow();
    }

    /// <summary>Notes that all that waited before the given moment is in the kernel.</summary>
    public void Updated(DateTimeOffset began)
    {
        lock (_gate)
        {
            _updated = time.GetUtcNow();
            if (_waitingSince <= began) _waitingSince = null;
        }
    }

    public SmallAnswer Answer()
    {
        var isHealthy = IsHealthy;
        DateTimeOffset updated;
        lock (_gate) updated = isHealthy && _waitingSince is null ? time.GetUtcNow() : _updated ?? DateTimeOffset.MinValue;
        var body = string.Create(CultureInfo.InvariantCulture, $"{{\"lastUpdated\": \"{updated:yyyy-MM-ddTHH:mm:ss.ffffffZ}\",\"currentTime\": \"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.ffffffZ}\", \"nodeEligible\": true}}");
        return new SmallAnswer(isHealthy ? 200 : 503, "application/json", body);
    }
}
