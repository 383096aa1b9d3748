using System.Diagnostics;

namespace Keelson.Bench.Harness;

/// <summary>How long single calls took, of one client; several are merged when the load is over.</summary>
internal sealed class Latencies
{
    private readonly List<long> _ticks = [];
    private bool _isSorted;

    public int Count => _ticks.Count;

    public void Add(long startTimestamp) => AddTicks(Stopwatch.GetTimestamp() - startTimestamp);

    public void AddTicks(long ticks)
    {
        _ticks.Add(ticks);
        _isSorted = false;
    }

    public void Merge(Latencies other)
    {
        _ticks.AddRange(other._ticks);
        _isSorted = false;
    }

    /// <summary>In milliseconds; <paramref name="share"/> is between 0 and 1.</summary>
    public double Percentile(double share)
    {
        if (_ticks.Count == 0) throw new InvalidOperationException("Nothing was measured.");
        if (!_isSorted) _ticks.Sort();
        _isSorted = true;
        var index = Math.Clamp((int)Math.Ceiling(share * _ticks.Count) - 1, 0, _ticks.Count - 1);
        return _ticks[index] * 1000.0 / Stopwatch.Frequency;
    }
}
