namespace Keelson.Client.Streaming.Spdy;

/// <summary>The kinds of control frames of SPDY/3.1.</summary>
internal enum SpdyFrame : ushort
{
    SynStream = 1,
    SynReply = 2,
    Reset = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    Headers = 8,
    WindowUpdate = 9,
}

/// <summary>Why a stream was reset.</summary>
public enum SpdyResetReason
{
    ProtocolError = 1,
    InvalidStream = 2,
    RefusedStream = 3,
    UnsupportedVersion = 4,
    Cancel = 5,
    InternalError = 6,
    FlowControlError = 7,
}
