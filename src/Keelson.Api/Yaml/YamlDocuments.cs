namespace Keelson.Api.Yaml;

/// <summary>Splits a stream of manifests at its separator lines, before anything in it is parsed.</summary>
public static class YamlDocuments
{
    /// <summary>
    /// The parts between lines of three dashes with nothing but a comment behind them. Parts without any byte are left
    /// out; parts with comments only are not.
    /// </summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> stream)
    {
        var start = 0;
        for (var line = 0; line < stream.Length;)
        {
            var length = stream.Span[line..].IndexOf((byte)'\n');
            var next = length < 0 ? stream.Length : line + length + 1;
            if (IsSeparator(stream.Span[line..next], first: line == 0))
            {
                if (line > start) yield return stream[start..line];
                start = next;
            }

            line = next;
        }

        if (start < stream.Length) yield return stream[start..];
    }

    private static bool IsSeparator(ReadOnlySpan<byte> line, bool first)
    {
        if (first && line.StartsWith("\ufeff"u8)) line = line[3..];
        if (!line.StartsWith("---"u8)) return false;
        var rest = line[3..].Trim(" \t\r\n"u8);
        return rest.IsEmpty || rest[0] == '#';
    }
}
