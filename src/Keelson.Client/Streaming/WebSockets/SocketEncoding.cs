namespace Keelson.Client.Streaming.WebSockets;

/// <summary>How a message names its channel and carries its bytes.</summary>
internal enum SocketEncoding
{
    /// <summary>A binary message: one byte with the channel's number, then the bytes.</summary>
    Binary,

    /// <summary>A text message: the channel's number as a digit, then the bytes in base64.</summary>
    Base64,
}
