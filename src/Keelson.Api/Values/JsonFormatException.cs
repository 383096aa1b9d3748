namespace Keelson.Api.Values;

/// <summary>A document is not JSON that can be read. The message is in the form that tools know from Go.</summary>
public sealed class JsonFormatException(string message, long offset) : FormatException(message)
{
    /// <summary>Where in the document, in bytes from its start.</summary>
    public long Offset { get; } = offset;
}
