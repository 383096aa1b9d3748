using System.Text;

namespace Keelson.Api.Cel.Rules;

/// <summary>The names that expressions have for fields whose own names they can't write.</summary>
public static class FieldNaming
{
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return",
        "var", "void", "while",
    };

    private static readonly (string Written, string Own)[] Signs = [("__dot__", "."), ("__dash__", "-"), ("__slash__", "/"), ("__underscores__", "__")];

    /// <summary>The name for expressions, or null when there is none.</summary>
    public static string? Escape(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || char.IsAsciiDigit(name[0])) return null;
        if (Reserved.Contains(name)) return $"__{name}__";
        var escaped = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '_' && i + 1 < name.Length && name[i + 1] == '_')
            {
                escaped.Append("__underscores__");
                i++;
            }
            else if (char.IsAsciiLetterOrDigit(name[i]) || name[i] == '_') escaped.Append(name[i]);
            else if (Array.Find(Signs, sign => sign.Own[0] == name[i] && sign.Own.Length == 1).Written is { } written) escaped.Append(written);
            else return null;
        }

        return escaped.ToString();
    }

    /// <summary>The field that an expression's name stands for.</summary>
    public static string Unescape(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!name.Contains("__", StringComparison.Ordinal)) return name;
        if (name.Length > 4 && name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal) && Reserved.Contains(name[2..^2])) return name[2..^2];
        var own = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length;)
        {
            var sign = Array.Find(Signs, sign => string.CompareOrdinal(name, i, sign.Written, 0, sign.Written.Length) == 0);
            own.Append(sign.Own ?? name[i].ToString());
            i += sign.Written?.Length ?? 1;
        }

        return own.ToString();
    }
}
