namespace Keelson.Api.Values;

/// <summary>A tree would become deeper than <see cref="Value.MaxDepth"/>.</summary>
public sealed class ValueDepthException() : FormatException($"the value is nested more than {Value.MaxDepth} levels deep");
