using System.Diagnostics;

namespace Keelson.Bench.Harness;

/// <summary>Clients that each call again as soon as the answer is there.</summary>
internal static class ClosedLoop
{
    /// <param name="call">Does one call, given the client's number and how many calls it made before.</param>
    public static async Task<(double PerSecond, Latencies Latencies)> RunAsync(
        int clients, TimeSpan duration, Func<int, int, ValueTask> call, CancellationToken cancel)
    {
        var until = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var begun = Stopwatch.GetTimestamp();
        var loops = Enumerable.Range(0, clients)
            .Select(client => Task.Run(() => LoopAsync(client, until, call, cancel), cancel)).ToArray();
        var all = new Latencies();
        foreach (var loop in loops) all.Merge(await loop);
        return (all.Count / Stopwatch.GetElapsedTime(begun).TotalSeconds, all);
    }

    private static async Task<Latencies> LoopAsync(int client, long until, Func<int, int, ValueTask> call, CancellationToken cancel)
    {
        var latencies = new Latencies();
        for (var n = 0; Stopwatch.GetTimestamp() < until; n++)
        {
            cancel.ThrowIfCancellationRequested();
            var started = Stopwatch.GetTimestamp();
            await call(client, n);
            latencies.Add(started);
        }

        return latencies;
    }
}
