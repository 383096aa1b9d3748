using Keelson.Api.Meta.V1;

namespace Keelson.Client.Streaming.RemoteCommand;

/// <summary>
/// Joins a client's exchange with a backend's session, whatever either speaks: an API server that is asked by WebSocket v5
/// and asks the kubelet by SPDY v4 is the usual one.
/// </summary>
public static class RemoteCommandBridge
{
    /// <summary>Carries everything both ways until the command has ended and the client has heard so; both are closed then.</summary>
    public static async Task<Status> RunAsync(RemoteCommandServer client, RemoteCommandSession backend, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(backend);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var watching = WatchAsync(client, over);
        var input = client.Stdin is { } from && backend.Stdin is { } to ? CopyInputAsync(from, to, over.Token) : Task.CompletedTask;
        var sizes = CopySizesAsync(client, backend, over.Token);
        try
        {
            await Task.WhenAll(CopyOutputAsync(backend.Stdout, client.Stdout, over.Token), CopyOutputAsync(backend.Stderr, client.Stderr, over.Token)).ConfigureAwait(false);
            var status = await backend.Completion.WaitAsync(over.Token).ConfigureAwait(false);
            await client.WriteStatusAsync(status, over.Token).ConfigureAwait(false);
            return status;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return RemoteStatus.OfFailure("the client went away");
        }
        catch (IOException gone)
        {
            return RemoteStatus.OfFailure(gone.Message);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(input, sizes).ConfigureAwait(false);
            await backend.DisposeAsync().ConfigureAwait(false);
            await client.CloseAsync(CancellationToken.None).ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    /// <summary>Says to a client, in the protocol's own way, that no backend could be had; the upgrade cannot be taken back.</summary>
    public static async Task RefuseAsync(RemoteCommandServer client, Status status, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        try
        {
            await client.WriteStatusAsync(status, cancel).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // Nobody is left to hear it.
        }

        await client.CloseAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Ends the whole when the client is gone, so that no command runs on for nobody.</summary>
    private static async Task WatchAsync(RemoteCommandServer client, CancellationTokenSource over)
    {
        await client.Disconnected.ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
    }

    private static async Task CopyInputAsync(ChannelStream from, ChannelStream to, CancellationToken cancel)
    {
        try
        {
            await from.CopyToAsync(to, cancel).ConfigureAwait(false);
            await to.CompleteWritesAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception over) when (over is IOException or OperationCanceledException)
        {
            // A command may end without reading its input. What still comes is for nobody.
            from.DiscardIncoming();
        }
    }

    private static async Task CopyOutputAsync(ChannelStream? from, ChannelStream? to, CancellationToken cancel)
    {
        if (from is null) return;
        try
        {
            await from.CopyToAsync(to ?? Stream.Null, cancel).ConfigureAwait(false);
        }
        catch (StreamingException) when (from.Failure is not null)
        {
            // The backend broke off: the status tells.
        }
    }

    private static async Task CopySizesAsync(RemoteCommandServer client, RemoteCommandSession backend, CancellationToken cancel)
    {
        try
        {
            await foreach (var size in client.ReadSizesAsync(cancel).ConfigureAwait(false)) await backend.ResizeAsync(size, cancel).ConfigureAwait(false);
        }
        catch (Exception over) when (over is IOException or OperationCanceledException)
        {
            // With the command its terminal ends.
        }
    }
}
