namespace Keelson.Client.Transport;

/// <summary>Lets through so many a second on average and so many at once.</summary>
internal sealed class TokenBucket
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly double _perSecond;
    private readonly double _burst;
    private double _tokens;
    private DateTimeOffset _last;

    public TokenBucket(double perSecond, int burst, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perSecond);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(burst);
        (_perSecond, _burst, _time) = (perSecond, burst, time);
        _tokens = burst;
        _last = time.GetUtcNow();
    }

    /// <summary>Takes one token, also one that is not there yet, and says how long it is until it is.</summary>
    public TimeSpan Reserve()
    {
        lock (_lock)
        {
            Refill();
            _tokens--;
            return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / _perSecond);
        }
    }

    /// <summary>Takes one token if there is one.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            Refill();
            if (_tokens < 1) return false;
            _tokens--;
            return true;
        }
    }

    public async ValueTask WaitAsync(CancellationToken cancel)
    {
        var pause = Reserve();
        if (pause <= TimeSpan.Zero) return;
        try
        {
            await Task.Delay(pause, _time, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_lock) _tokens = Math.Min(_burst, _tokens + 1);
            throw;
        }
    }

    private void Refill()
    {
        var now = _time.GetUtcNow();
        if (now <= _last) return;
        _tokens = Math.Min(_burst, _tokens + ((now - _last).TotalSeconds * _perSecond));
        _last = now;
    }
}
