namespace Keelson.Api;

/// <summary>A document that is not what it should be: broken JSON, YAML or protobuf, or a value of the wrong type.</summary>
public sealed class ApiFormatException(string message, Exception? inner = null) : Exception(message, inner);
