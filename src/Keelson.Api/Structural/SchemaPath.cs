using Keelson.Api.ApiExtensions.V1;

namespace Keelson.Api.Structural;

/// <summary>A path such as .spec.size or .spec['max.size'] that names a field which a schema knows.</summary>
internal sealed class SchemaPath
{
    private SchemaPath(JSONSchemaProps found, string root, string canonical)
    {
        Found = found;
        Root = root;
        Canonical = canonical;
    }

    /// <summary>What the path leads to.</summary>
    public JSONSchemaProps Found { get; }

    /// <summary>The first name.</summary>
    public string Root { get; }

    /// <summary>The same for all spellings of one path.</summary>
    public string Canonical { get; }

    /// <summary>Follows a path; what is wrong with it is said as upstream says it.</summary>
    public static SchemaPath? Follow(ReadOnlySpan<char> path, JSONSchemaProps schema, bool allowsBrackets, out string? wrong)
    {
        const string Ends = "unexpected end of JSON path";
        const string Unknown = "does not refer to a valid field";
        var (found, root, canonical) = (schema, "", "");
        while (!path.IsEmpty)
        {
            var token = Next(ref path);
            var inBrackets = token is "[";
            string name;
            if (inBrackets)
            {
                wrong = "array notation is not allowed";
                if (!allowsBrackets) return null;
                wrong = Ends;
                if (path.IsEmpty) return null;
                token = Next(ref path);
                wrong = $"expected single quoted string but got {token}";
                if (token.Length < 2 || token[0] != '\'' || token[^1] != '\'') return null;
                name = token[1..^1].ToString().Replace("\\'", "'", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
            }
            else if (token is ".")
            {
                wrong = Ends;
                if (path.IsEmpty) return null;
                name = Next(ref path).ToString();
            }
            else
            {
                wrong = $"expected [ or . but got: {token}";
                return null;
            }

            wrong = Unknown;
            var isNamed = !found.Properties.IsEmpty;
            if ((isNamed ? found.Properties.GetValueOrDefault(name) : found.AdditionalProperties?.Schema) is not { } inner) return null;
            found = inner;
            if (root.Length == 0) root = name;
            canonical += isNamed ? $".{name}" : $"[{name}]";
            if (!inBrackets) continue;
            wrong = Ends;
            if (path.IsEmpty) return null;
            token = Next(ref path);
            wrong = $"expected ] but got {token}";
            if (token is not "]") return null;
        }

        wrong = null;
        return new SchemaPath(found, root, canonical);
    }

    /// <summary>Takes one delimiter, one quoted string, or what stands before the next delimiter.</summary>
    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> rest)
    {
        int length;
        if (rest[0] == '\'')
        {
            length = 1;
            while (length < rest.Length && (rest[length] != '\'' || rest[length - 1] == '\\')) length++;
            length = Math.Min(length + 1, rest.Length);
        }
        else
        {
            length = rest.IndexOfAny('.', '[', ']') switch
            {
                < 0 => rest.Length,
                0 => 1,
                var place => place,
            };
        }

        var token = rest[..length];
        rest = rest[length..];
        return token;
    }
}
