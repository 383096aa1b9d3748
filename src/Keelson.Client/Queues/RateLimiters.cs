using Keelson.Client.Transport;

namespace Keelson.Client.Queues;

/// <summary>Rate limiters as upstream's controllers have them.</summary>
public static class RateLimiters
{
    /// <summary>From 5 ms up to 1,000 s for each item, doubling, and ten a second (a hundred at once) for all together.</summary>
    public static IRateLimiter<TItem> Default<TItem>(TimeProvider time)
        where TItem : notnull => Slowest<TItem>(
            Exponential<TItem>(new Backoff(TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1000))), Overall<TItem>(10, 100, time));

    /// <summary>A pause that grows with each failure of an item.</summary>
    public static IRateLimiter<TItem> Exponential<TItem>(Backoff backoff)
        where TItem : notnull => new ExponentialLimiter<TItem>(backoff);

    /// <summary>So many a second for all items together.</summary>
    public static IRateLimiter<TItem> Overall<TItem>(double perSecond, int burst, TimeProvider time)
        where TItem : notnull => new OverallLimiter<TItem>(new TokenBucket(perSecond, burst, time));

    /// <summary>The longest of the pauses that several ask for.</summary>
    public static IRateLimiter<TItem> Slowest<TItem>(params IRateLimiter<TItem>[] limiters)
        where TItem : notnull => new SlowestLimiter<TItem>(limiters);

    private sealed class ExponentialLimiter<TItem>(Backoff backoff) : IRateLimiter<TItem>
        where TItem : notnull
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<TItem, int> _failures = [];

        public TimeSpan When(TItem item)
        {
            lock (_lock)
            {
                var failures = _failures.GetValueOrDefault(item);
                _failures[item] = failures + 1;
                return backoff.After(failures);
            }
        }

        public int Failures(TItem item)
        {
            lock (_lock) return _failures.GetValueOrDefault(item);
        }

        public void Forget(TItem item)
        {
            lock (_lock) _failures.Remove(item);
        }
    }

    private sealed class OverallLimiter<TItem>(TokenBucket bucket) : IRateLimiter<TItem>
        where TItem : notnull
    {
        public TimeSpan When(TItem item) => bucket.Reserve();

        public int Failures(TItem item) => 0;

        public void Forget(TItem item)
        {
            // It counts what was let through, not whose it was.
        }
    }

    private sealed class SlowestLimiter<TItem>(IRateLimiter<TItem>[] limiters) : IRateLimiter<TItem>
        where TItem : notnull
    {
        public TimeSpan When(TItem item)
        {
            var longest = TimeSpan.Zero;
            foreach (var limiter in limiters)
            {
                var pause = limiter.When(item);
                if (pause > longest) longest = pause;
            }

            return longest;
        }

        public int Failures(TItem item) => limiters.Max(limiter => limiter.Failures(item));

        public void Forget(TItem item)
        {
            foreach (var limiter in limiters) limiter.Forget(item);
        }
    }
}
