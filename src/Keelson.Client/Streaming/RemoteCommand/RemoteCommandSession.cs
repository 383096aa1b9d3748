using System.Net.WebSockets;
using Keelson.Api.Meta.V1;
using Keelson.Client.Streaming.Spdy;

namespace Keelson.Client.Streaming.RemoteCommand;

/// <summary>The asking end of exec and attach: a command that runs elsewhere, with its streams.</summary>
public sealed class RemoteCommandSession : IAsyncDisposable
{
    private readonly RemoteChannels _channels;
    private readonly CancellationTokenSource _lifetime = new();

    private RemoteCommandSession(RemoteChannels channels)
    {
        _channels = channels;
        // Nothing that comes on these is for anybody, and it must not hold the others up.
        channels.Stdin?.DiscardIncoming();
        channels.Resize?.DiscardIncoming();
        Completion = ReadStatusAsync();
    }

    public string Protocol => _channels.Protocol;

    /// <summary>What is written here the command reads; null where it was not asked for. Only its end by <see cref="ChannelStream.CompleteWritesAsync"/> is the command's end of input, and over a WebSocket only from v5 on.</summary>
    public ChannelStream? Stdin => _channels.Stdin;

    /// <summary>Read both outputs at the same time: one that nobody reads holds the other up when it is full.</summary>
    public ChannelStream? Stdout => _channels.Stdout;

    public ChannelStream? Stderr => _channels.Stderr;

    /// <summary>How the command ended. It never fails: a connection that broke is a Failure too.</summary>
    public Task<Status> Completion { get; }

    /// <summary>Opens the streams over SPDY.</summary>
    /// <param name="upgraded">The connection after the answer 101; it is the session's from now on, also when this fails.</param>
    /// <param name="protocol">What the server named in <see cref="StreamProtocols.VersionHeader"/>; nothing is the first version.</param>
    public static async Task<RemoteCommandSession> OverSpdyAsync(Stream upgraded, string protocol, RemoteStreams streams, StreamLimits? limits = null, CancellationToken cancel = default)
    {
        limits ??= StreamLimits.Default;
        var connection = SpdyConnection.Start(upgraded, isServer: false, limits);
        var channels = RemoteChannels.Of(connection, protocol, limits);
        using var limit = new CancellationTokenSource(limits.OpenTimeout, limits.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            List<SpdyStream> opened = [];
            foreach (var name in RemoteChannels.Names(streams, protocol))
            {
                var stream = await connection.OpenAsync(new Dictionary<string, string> { ["streamtype"] = name }, both.Token).ConfigureAwait(false);
                channels.TrySet(name, stream);
                opened.Add(stream);
            }

            foreach (var stream in opened) await stream.WaitForReplyAsync(both.Token).ConfigureAwait(false);
            return new RemoteCommandSession(channels);
        }
        catch (Exception failure)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            if (failure is OperationCanceledException && !cancel.IsCancellationRequested) throw new StreamingException("the server did not accept the streams in time", failure);
            throw;
        }
    }

    /// <summary>Takes the channels of a WebSocket.</summary>
    /// <param name="protocol">The sub-protocol that the server chose.</param>
    public static RemoteCommandSession OverWebSocket(WebSocket socket, string protocol, RemoteStreams streams, StreamLimits? limits = null) =>
        new(RemoteChannels.Of(socket, protocol, streams, isServer: false, limits ?? StreamLimits.Default));

    /// <summary>Tells the command's terminal its size; nothing happens where there is no terminal, or the protocol knows no sizes.</summary>
    public async Task ResizeAsync(TerminalSize size, CancellationToken cancel = default)
    {
        if (_channels.Resize is { } stream) await stream.WriteAsync(TerminalSizeReader.Encode(size), cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// Joins the command with the user's streams until it ends: input is read until then, outputs are written and left open.
    /// </summary>
    public async Task<Status> RunAsync(Stream? stdin, Stream? stdout, Stream? stderr, CancellationToken cancel = default)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var sending = Stdin is { } to ? SendAsync(stdin ?? Stream.Null, to, over.Token) : Task.CompletedTask;
        try
        {
            await Task.WhenAll(
                Stdout?.CopyToAsync(stdout ?? Stream.Null, cancel) ?? Task.CompletedTask,
                Stderr?.CopyToAsync(stderr ?? Stream.Null, cancel) ?? Task.CompletedTask).ConfigureAwait(false);
        }
        catch (StreamingException)
        {
            // Completion says it.
        }
        finally
        {
            if (cancel.IsCancellationRequested) await over.CancelAsync().ConfigureAwait(false);
        }

        try
        {
            return await Completion.WaitAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            // A stream that cannot be cancelled, such as a terminal's, is left to its reader: waiting would be for ever.
            await Task.WhenAny(sending, Task.Delay(TimeSpan.FromMilliseconds(100), _channels.Limits.Time, CancellationToken.None)).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _lifetime.CancelAsync().ConfigureAwait(false);
        await _channels.DisposeAsync().ConfigureAwait(false);
        await Completion.ConfigureAwait(false);
    }

    private static async Task SendAsync(Stream from, ChannelStream to, CancellationToken cancel)
    {
        try
        {
            await from.CopyToAsync(to, cancel).ConfigureAwait(false);
            await to.CompleteWritesAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception over) when (over is IOException or OperationCanceledException)
        {
            // A command may end without reading its input.
        }
    }

    private async Task<Status> ReadStatusAsync()
    {
        using var said = new MemoryStream();
        try
        {
            var buffer = new byte[4096];
            int count;
            while ((count = await _channels.Error.ReadAsync(buffer, _lifetime.Token).ConfigureAwait(false)) > 0)
            {
                if (said.Length + count > _channels.Limits.MessageBytes) return RemoteStatus.OfFailure("error stream protocol error: too many bytes");
                said.Write(buffer, 0, count);
            }
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            if (said.Length == 0) return RemoteStatus.OfFailure(broken is OperationCanceledException ? "the session was closed" : broken.Message);
        }

        finally
        {
            _channels.Error.DiscardIncoming();
        }

        if (said.Length == 0 && !IsSilenceSuccess()) return RemoteStatus.OfFailure("the connection ended before the command did");
        return RemoteStatus.Read(said.GetBuffer().AsSpan(0, (int)said.Length), Protocol);
    }

    /// <summary>
    /// Before v4 nothing said is success. From v4 on a server always says something, except one that ends the stream in so
    /// many words; what only went away has not succeeded, though upstream's client takes it so.
    /// </summary>
    private bool IsSilenceSuccess() =>
        _channels.Error.IsEndedByPeer && (!StreamProtocols.HasStatus(Protocol) || _channels.Error is SpdyStream { IsReset: false });
}
