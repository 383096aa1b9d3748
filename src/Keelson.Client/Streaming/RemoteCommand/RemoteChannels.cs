using System.Net.WebSockets;
using Keelson.Client.Streaming.Spdy;
using Keelson.Client.Streaming.WebSockets;

namespace Keelson.Client.Streaming.RemoteCommand;

/// <summary>The streams of one remote command, whatever carries them.</summary>
internal sealed class RemoteChannels
{
    public required string Protocol { get; init; }

    public required StreamLimits Limits { get; init; }

    public ChannelStream Error { get; set; } = null!;

    public ChannelStream? Stdin { get; set; }

    public ChannelStream? Stdout { get; set; }

    public ChannelStream? Stderr { get; set; }

    public ChannelStream? Resize { get; set; }

    /// <summary>Ends when nothing more can come from the peer.</summary>
    public required Task Ended { get; init; }

    /// <summary>Ends in order: everything that was written arrives.</summary>
    public required Func<Task> CloseAsync { get; init; }

    public required Func<ValueTask> DisposeAsync { get; init; }

    /// <summary>The names of the streams that there have to be, in upstream's order.</summary>
    public static List<string> Names(RemoteStreams streams, string protocol)
    {
        List<string> names = ["error"];
        if (streams.Stdin) names.Add("stdin");
        if (streams.Stdout) names.Add("stdout");
        if (streams.Stderr) names.Add("stderr");
        if (streams.Tty && StreamProtocols.HasResize(protocol)) names.Add("resize");
        return names;
    }

    public static RemoteChannels Of(SpdyConnection connection, string protocol, StreamLimits limits) => new()
    {
        Protocol = protocol,
        Limits = limits,
        Ended = connection.Completion,
        CloseAsync = connection.CloseAsync,
        DisposeAsync = connection.DisposeAsync,
    };

    /// <summary>Every channel is there from the start; those that were not asked for are dropped by who reads.</summary>
    public static RemoteChannels Of(WebSocket webSocket, string protocol, RemoteStreams streams, bool isServer, StreamLimits limits)
    {
        var signals = protocol != StreamProtocols.V5 ? CloseSignals.None : isServer ? CloseSignals.Taken : CloseSignals.Sent;
        var encoding = StreamProtocols.IsBase64(protocol) ? SocketEncoding.Base64 : SocketEncoding.Binary;
        var socket = ChannelSocket.Start(webSocket, encoding, signals, 5, limits);
        if (!streams.Stdin) socket[0].DiscardIncoming();
        if (!streams.Stdout) socket[1].DiscardIncoming();
        if (!streams.Stderr) socket[2].DiscardIncoming();
        if (!streams.Tty) socket[4].DiscardIncoming();
        return new RemoteChannels
        {
            Protocol = protocol,
            Limits = limits,
            Ended = socket.Completion,
            CloseAsync = socket.CloseAsync,
            DisposeAsync = socket.DisposeAsync,
            Stdin = streams.Stdin ? socket[0] : null,
            Stdout = streams.Stdout ? socket[1] : null,
            Stderr = streams.Stderr ? socket[2] : null,
            Error = socket[3],
            Resize = streams.Tty ? socket[4] : null,
        };
    }

    public bool TrySet(string name, ChannelStream stream)
    {
        switch (name)
        {
            case "error" when Error is null: Error = stream; return true;
            case "stdin" when Stdin is null: Stdin = stream; return true;
            case "stdout" when Stdout is null: Stdout = stream; return true;
            case "stderr" when Stderr is null: Stderr = stream; return true;
            case "resize" when Resize is null: Resize = stream; return true;
            default: return false;
        }
    }
}
