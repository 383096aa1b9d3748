using System.Diagnostics;
using System.Numerics;

namespace Keelson.Bench.Harness;

/// <summary>How long single calls took: counts in buckets, so that millions of calls leave no garbage to collect.</summary>
/// <remarks>A bucket is at most 1/64 wide of what is in it, which is finer than any figure here is exact.</remarks>
internal sealed class Latencies
{
    private const int StepBits = 6;
    private const int Steps = 1 << StepBits;

    private readonly long[] _counts = new long[(64 - StepBits) * Steps];

    public long Count { get; private set; }

    private long Longest { get; set; }

    public void Add(long startTimestamp) => AddTicks(Stopwatch.GetTimestamp() - startTimestamp);

    public void AddTicks(long ticks)
    {
        _counts[Bucket(Math.Max(ticks, 0))]++;
        Count++;
        Longest = Math.Max(Longest, ticks);
    }

    public void Merge(Latencies other)
    {
        for (var i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        Count += other.Count;
        Longest = Math.Max(Longest, other.Longest);
    }

    /// <summary>In milliseconds; <paramref name="share"/> is between 0 and 1, and 1 is exact.</summary>
    public double Percentile(double share)
    {
        if (Count == 0) throw new InvalidOperationException("Nothing was measured.");
        if (share >= 1) return Milliseconds(Longest);
        var wanted = Math.Max(1, (long)Math.Ceiling(share * Count));
        var bucket = 0;
        for (var seen = _counts[0]; seen < wanted; seen += _counts[bucket]) bucket++;
        return Milliseconds(Math.Min(Middle(bucket), Longest));
    }

    // Below 64 a bucket each; above, the highest bit and the six after it name the bucket.
    private static int Bucket(long ticks)
    {
        if (ticks < Steps) return (int)ticks;
        var shift = 63 - BitOperations.LeadingZeroCount((ulong)ticks) - StepBits;
        return (shift * Steps) + (int)(ticks >> shift);
    }

    private static double Middle(int bucket)
    {
        if (bucket < 2 * Steps) return bucket;
        var shift = (bucket / Steps) - 1;
        return ((long)(bucket - (shift * Steps)) << shift) + (((1L << shift) - 1) / 2.0);
    }

    private static double Milliseconds(double ticks) => ticks * 1000 / Stopwatch.Frequency;
}
