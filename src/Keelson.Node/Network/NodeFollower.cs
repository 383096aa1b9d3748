using System.Threading.Channels;
using Keelson.Client.Informers;
using Keelson.Client.Queues;

namespace Keelson.Node.Network;

/// <summary>Makes something agree with the nodes again and again: when they change, several changes at once, and now and then for repair.</summary>
internal sealed class NodeFollower(Informer<ApiNode> nodes, TimeProvider time, TimeSpan batchWindow, TimeSpan repairPeriod, Action<Exception>? onError)
{
    private static readonly Backoff Pauses = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30));

    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <param name="converge">Is told whether to look at everything, also at what should not have changed since the last time.</param>
    public async Task RunAsync(Func<bool, CancellationToken, Task> converge, CancellationToken cancel)
    {
        await nodes.WaitForSyncAsync(cancel).ConfigureAwait(false);
        using var registration = nodes.AddHandler(_ => _changed.Writer.TryWrite(true));
        var failures = 0;
        var isRepair = true;
        while (true)
        {
            _changed.Reader.TryRead(out _);
            try
            {
                await converge(isRepair || failures > 0, cancel).ConfigureAwait(false);
                failures = 0;
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                failures++;
                onError?.Invoke(failure);
            }

            isRepair = !await WaitAsync(failures > 0 ? Pauses.After(failures - 1) : repairPeriod, cancel).ConfigureAwait(false);
            await Task.Delay(batchWindow, time, cancel).ConfigureAwait(false);
        }
    }

    // Whether something changed before the time was over.
    private async Task<bool> WaitAsync(TimeSpan longest, CancellationToken cancel)
    {
        using var clock = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancel);
        try
        {
            return await _changed.Reader.WaitToReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }
}
