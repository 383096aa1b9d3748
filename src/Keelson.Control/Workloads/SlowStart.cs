namespace Keelson.Control.Workloads;

/// <summary>Does the same thing many times, first once, then twice as often each time, so that what can't work fails once and not a thousand times.</summary>
internal static class SlowStart
{
    /// <summary>Calls until all are done or a batch has a failure in it; says how many succeeded and the first failure.</summary>
    public static async Task<(int Succeeded, Exception? Failure)> RunAsync(int count, Func<int, Task> call)
    {
        var succeeded = 0;
        for (var (started, batch) = (0, 1); started < count; batch *= 2)
        {
            var size = Math.Min(batch, count - started);
            var failures = await Task.WhenAll(Enumerable.Range(started, size).Select(index => TryAsync(index, call))).ConfigureAwait(false);
            succeeded += failures.Count(failure => failure is null);
            if (Array.Find(failures, failure => failure is not null) is { } first) return (succeeded, first);
            started += size;
        }

        return (succeeded, null);
    }

    private static async Task<Exception?> TryAsync(int index, Func<int, Task> call)
    {
        try
        {
            await call(index).ConfigureAwait(false);
            return null;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return failure;
        }
    }
}
