namespace Keelson.Client.Streaming.WebSockets;

/// <summary>What is done with the channel on which v5 says that another one ends. Only clients say so; they complain of servers that do.</summary>
internal enum CloseSignals
{
    None,
    Sent,
    Taken,
}
