namespace Keelson.Node.Kubelet;

/// <summary>Loops that live and end together.</summary>
internal static class Group
{
    /// <summary>Waits for all; when one ends or fails, the others are stopped.</summary>
    public static async Task RunAsync(CancellationTokenSource stop, params Task[] loops)
    {
        await Task.WhenAny(loops).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        var all = Task.WhenAll(loops);
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var loop in loops)
        {
            if (loop.Exception?.InnerException is { } failure) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }
}
