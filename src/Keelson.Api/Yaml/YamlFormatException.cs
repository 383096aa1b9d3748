namespace Keelson.Api.Yaml;

/// <summary>A document is not YAML that can become an object. The message is in the form that tools know from upstream.</summary>
public sealed class YamlFormatException(string message) : FormatException(message)
{
    /// <param name="line">As upstream counts; 0 leaves the line out.</param>
    internal static YamlFormatException At(int line, string problem) =>
        new(line == 0 ? $"yaml: {problem}" : $"yaml: line {line}: {problem}");
}
