namespace Keelson.Api;

/// <summary>A document that is not what it should be: broken JSON, YAML or protobuf, or a value of the wrong type.</summary>
public sealed class ApiFormatException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// The same in the words of the converter that upstream reads the result of a strategic merge patch with, where that has words of its own.
    /// </summary>
    public string? ConversionMessage { get; init; }
}
