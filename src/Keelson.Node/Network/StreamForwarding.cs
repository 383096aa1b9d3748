using System.Buffers;
using System.Net.Sockets;

namespace Keelson.Node.Network;

/// <summary>Joins each accepted TCP connection with one to a target.</summary>
internal sealed class StreamForwarding(PortForwarderOptions options, Socket listener)
{
    private const int BufferBytes = 64 * 1024;
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<Task> _connections = [];

    public async Task RunAsync(CancellationToken cancel)
    {
        using var places = new SemaphoreSlim(options.MaxConnections);
        try
        {
            while (true)
            {
                await places.WaitAsync(cancel).ConfigureAwait(false);
                Socket accepted;
                try
                {
                    accepted = await listener.AcceptAsync(cancel).ConfigureAwait(false);
                }
                catch (SocketException failure)
                {
                    // The client was gone already, or there are no more files; the next may fare better.
                    places.Release();
                    options.OnError?.Invoke(failure);
                    await Task.Delay(AcceptPause, options.Time, cancel).ConfigureAwait(false);
                    continue;
                }

                Begin(accepted, places, cancel);
            }
        }
        finally
        {
            Task[] rest;
            lock (_connections) rest = [.. _connections];
            await Task.WhenAll(rest).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Begin(Socket accepted, SemaphoreSlim places, CancellationToken cancel)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var connection = ServeAsync(begun.Task, accepted, places, cancel);
        lock (_connections) _connections.Add(connection);
        _ = connection.ContinueWith(ended =>
        {
            lock (_connections) _connections.Remove(ended);
        }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        begun.SetResult();
    }

    private async Task ServeAsync(Task begun, Socket accepted, SemaphoreSlim places, CancellationToken cancel)
    {
        await begun.ConfigureAwait(false);
        try
        {
            using (accepted)
            {
                accepted.NoDelay = true;
                using var target = await DialAsync(cancel).ConfigureAwait(false);
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                await Task.WhenAll(CopyAsync(accepted, target, stop), CopyAsync(target, accepted, stop)).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or NetworkException or IOException)
        {
            if (!cancel.IsCancellationRequested) options.OnError?.Invoke(failure);
        }
        finally
        {
            places.Release();
        }
    }

    private async Task<Socket> DialAsync(CancellationToken cancel)
    {
        Exception last = new SocketException((int)SocketError.HostUnreachable);
        foreach (var target in options.Targets())
        {
            using var limit = new CancellationTokenSource(options.ConnectTimeout, options.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
            try
            {
                return await options.DialIn.ConnectAsync(target, either.Token).ConfigureAwait(false);
            }
            catch (SocketException failure)
            {
                last = failure;
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                last = new SocketException((int)SocketError.TimedOut);
            }
        }

        throw last;
    }

    // One direction. Its end is passed on, and the other direction goes on; a break ends both.
    private static async Task CopyAsync(Socket from, Socket to, CancellationTokenSource stop)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (true)
            {
                var count = await from.ReceiveAsync(buffer, stop.Token).ConfigureAwait(false);
                if (count == 0) break;
                for (var sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), stop.Token).ConfigureAwait(false);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception broken) when (broken is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // So that the other end sees a break, too, and not an orderly end.
            if (broken is SocketException) to.LingerState = new LingerOption(true, 0);
            await stop.CancelAsync().ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
