using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Client.Streaming.Spdy;

namespace Keelson.Client.Streaming.RemoteCommand;

/// <summary>The serving end of exec and attach: reads what the client types, writes what the command says, and how it ended.</summary>
public sealed class RemoteCommandServer : IAsyncDisposable
{
    private readonly RemoteChannels _channels;
    private bool _isSaid;

    private RemoteCommandServer(RemoteChannels channels)
    {
        _channels = channels;
        // A client has nothing to say on these, and what it says all the same must not hold the others up.
        channels.Stdout?.DiscardIncoming();
        channels.Stderr?.DiscardIncoming();
        channels.Error.DiscardIncoming();
    }

    public string Protocol => _channels.Protocol;

    /// <summary>What the client sends; null where it was not asked for. It ends when the client says so, or goes away.</summary>
    public ChannelStream? Stdin => _channels.Stdin;

    public ChannelStream? Stdout => _channels.Stdout;

    public ChannelStream? Stderr => _channels.Stderr;

    /// <summary>Ends when the client is gone; a client may still read when it has nothing more to say.</summary>
    public Task Disconnected => _channels.Ended;

    /// <summary>Accepts the streams that a client opens over SPDY; each may come only once, in any order.</summary>
    /// <param name="upgraded">The connection after the answer 101; it is the exchange's from now on, also when this fails.</param>
    /// <param name="protocol">What <see cref="StreamProtocols.Choose"/> said for RemoteCommandOverSpdy.</param>
    /// <exception cref="StreamingException">The client did not open its streams in time.</exception>
    public static async Task<RemoteCommandServer> AcceptSpdyAsync(Stream upgraded, string protocol, RemoteStreams streams, StreamLimits? limits = null, CancellationToken cancel = default)
    {
        limits ??= StreamLimits.Default;
        var connection = SpdyConnection.Start(upgraded, isServer: true, limits);
        var channels = RemoteChannels.Of(connection, protocol, limits);
        var missing = RemoteChannels.Names(streams, protocol).ToHashSet();
        using var limit = new CancellationTokenSource(limits.OpenTimeout, limits.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            while (missing.Count > 0)
            {
                var stream = await connection.AcceptAsync(both.Token).ConfigureAwait(false)
                    ?? throw new StreamingException("the client went away before it had opened its streams");
                if (stream.Headers.TryGetValue("streamtype", out var name) && missing.Remove(name)) channels.TrySet(name, stream);
                else await stream.ResetAsync(SpdyResetReason.ProtocolError, both.Token).ConfigureAwait(false);
            }

            return new RemoteCommandServer(channels);
        }
        catch (Exception failure)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            if (failure is OperationCanceledException && !cancel.IsCancellationRequested) throw new StreamingException("timed out waiting for client to create streams", failure);
            throw;
        }
    }

    /// <summary>Serves a client over a WebSocket.</summary>
    /// <param name="protocol">The sub-protocol that was chosen of RemoteCommandOverWebSocket, or nothing where the client offered none.</param>
    public static async Task<RemoteCommandServer> AcceptWebSocketAsync(WebSocket socket, string protocol, RemoteStreams streams, StreamLimits? limits = null, CancellationToken cancel = default)
    {
        var channels = RemoteChannels.Of(socket, protocol, streams, isServer: true, limits ?? StreamLimits.Default);
        try
        {
            // An empty message on the first channel that the server writes to tells clients that all is connected.
            var first = channels.Stdout ?? channels.Stderr ?? channels.Error;
            await ((WebSockets.SocketChannel)first).SendEmptyAsync(cancel).ConfigureAwait(false);
        }
        catch
        {
            await channels.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return new RemoteCommandServer(channels);
    }

    /// <summary>The sizes that the client's terminal takes, until the client ends that stream or sends what is none; once.</summary>
    public async IAsyncEnumerable<TerminalSize> ReadSizesAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        if (_channels.Resize is not { } stream) yield break;
        var reader = new TerminalSizeReader(stream);
        try
        {
            while (await reader.ReadAsync(cancel).ConfigureAwait(false) is { } size) yield return size;
        }
        finally
        {
            // What comes later must not hold the other streams up.
            stream.DiscardIncoming();
        }
    }

    /// <summary>Says how the command ended, once; before v4 there are only words, and none for success.</summary>
    public async Task WriteStatusAsync(Status status, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(status);
        if (Interlocked.Exchange(ref _isSaid, true)) return;
        if (StreamProtocols.HasStatus(Protocol)) await _channels.Error.WriteAsync(ApiJson.Encode(status), cancel).ConfigureAwait(false);
        else if (!status.IsSuccess()) await _channels.Error.WriteAsync(Encoding.UTF8.GetBytes(status.Message), cancel).ConfigureAwait(false);
        await _channels.Error.CompleteWritesAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Ends in order: the outputs end, what was written arrives, then the connection closes.</summary>
    public async Task CloseAsync(CancellationToken cancel = default)
    {
        try
        {
            // In v5 the server ends nothing by signal; its closing of the socket ends all.
            if (_channels.Error is SpdyStream)
            {
                if (Stdout is not null) await Stdout.CompleteWritesAsync(cancel).ConfigureAwait(false);
                if (Stderr is not null) await Stderr.CompleteWritesAsync(cancel).ConfigureAwait(false);
                await _channels.Error.CompleteWritesAsync(cancel).ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            // The client is gone.
        }

        await _channels.CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Cuts the connection; use <see cref="CloseAsync"/> where the client is to hear the end.</summary>
    public ValueTask DisposeAsync() => _channels.DisposeAsync();
}
