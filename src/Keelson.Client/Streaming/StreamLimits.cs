namespace Keelson.Client.Streaming;

/// <summary>What a streaming connection may hold and how long it may take; the peer is never trusted with more.</summary>
public sealed record StreamLimits
{
    public static StreamLimits Default { get; } = new();

    /// <summary>The clock for all of the times below.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Streams that one connection may have open at once; default 1024. The peer's next one is refused.</summary>
    public int MaxStreams { get; init; } = 1024;

    /// <summary>
    /// Bytes that have come for one stream and were not read yet; default 128 KiB. A full stream stops the reading of the
    /// whole connection, as in Go's spdystream, which knows no windows either.
    /// </summary>
    public int BufferBytes { get; init; } = 128 << 10;

    /// <summary>The most bytes of one header block, compressed or not, and of the head of an HTTP answer; default 64 KiB.</summary>
    public int HeaderBytes { get; init; } = 64 << 10;

    /// <summary>The most headers of one stream or one HTTP answer; default 128.</summary>
    public int HeaderCount { get; init; } = 128;

    /// <summary>The most bytes of one text message of a base64 protocol, of an error stream, or of the body of a refusal; default 1 MiB.</summary>
    public int MessageBytes { get; init; } = 1 << 20;

    /// <summary>How long the peer may take to open or to answer the streams of an exchange; default 30 seconds.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an end waits for the peer to hang up after everything was said; default 5 seconds.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection may be silent in both directions; default 4 hours, as the kubelet's streams.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromHours(4);
}
