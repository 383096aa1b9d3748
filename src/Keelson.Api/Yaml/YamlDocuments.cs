using System.Text;

namespace Keelson.Api.Yaml;

/// <summary>Splits a stream of manifests at its separator lines, before anything in it is parsed.</summary>
public static class YamlDocuments
{
    /// <summary>
    /// The parts between lines of three dashes with nothing but a comment behind them. A line that no content precedes
    /// stays with its part, so that lines count as upstream counts them.
    /// </summary>
    /// <exception cref="YamlFormatException">Content stands behind the dashes on their line.</exception>
    public static IEnumerable<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> stream)
    {
        var start = 0;
        for (var line = 0; line < stream.Length;)
        {
            var length = stream.Span[line..].IndexOf((byte)'\n');
            var next = length < 0 ? stream.Length : line + length + 1;
            if (IsSeparator(stream.Span[line..next]) && line > start)
            {
                yield return stream[start..line];
                start = next;
            }

            line = next;
        }

        if (start < stream.Length) yield return stream[start..];
    }

    private static bool IsSeparator(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("---"u8)) return false;
        var rest = line[3..].Trim(" \t\r\n"u8);
        if (rest.IsEmpty || rest[0] == '#') return true;
        throw new YamlFormatException($"invalid Yaml document separator: {Encoding.UTF8.GetString(rest[..Math.Min(rest.Length, 200)])}");
    }
}
