namespace Keelson.Cluster;

/// <summary>Keeps a part of a cluster running: one that ends is started again, after a pause that grows.</summary>
internal static class Upkeep
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>After running so long a part is thought well, and its next pause is the first again.</summary>
    private static readonly TimeSpan WellAfter = TimeSpan.FromMinutes(1);

    public static async Task RunAsync(string part, Func<CancellationToken, Task> run, ClusterLog log, TimeProvider time, CancellationToken cancel)
    {
        var pause = FirstPause;
        while (!cancel.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            try
            {
                await run(cancel);
                if (!cancel.IsCancellationRequested) log.Write(part, "ended by itself");
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                log.Write(part, $"failed: {failure}");
            }

            if (time.GetElapsedTime(started) > WellAfter) pause = FirstPause;
            try
            {
                await Task.Delay(pause, time, cancel);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
