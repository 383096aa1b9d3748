namespace Keelson.Client.Streaming;

/// <summary>A peer that broke a streaming protocol, or ended it before its end.</summary>
public sealed class StreamingException : IOException
{
    public StreamingException(string message, Exception? inner = null)
        : base(message, inner) { }
}
