using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Keelson.Api.Selectors;

/// <summary>One condition on a field of an object: that it has a value, or has not.</summary>
public readonly record struct FieldRequirement(string Field, bool IsEqual, string Value)
{
    public override string ToString() => $"{Field}{(IsEqual ? "=" : "!=")}{FieldQuery.Escape(Value)}";
}

/// <summary>Turns a field and its value into others, or says why not; two empty strings drop the condition.</summary>
public delegate bool FieldTransform(ref string field, ref string value, [NotNullWhen(false)] out string? error);

/// <summary>Selects objects by fields that their kind allows: every requirement must hold. Immutable; told as "a.b=c,d!=e".</summary>
public sealed class FieldQuery : IEquatable<FieldQuery>
{
    /// <summary>The longest text that is read. Upstream leaves it to the limit on a request's line.</summary>
    public const int MaximumLength = 1 << 20;

    public FieldQuery(ApiList<FieldRequirement> requirements) => Requirements = requirements;

    /// <summary>Selects every object.</summary>
    public static FieldQuery Everything { get; } = new([]);

    public ApiList<FieldRequirement> Requirements { get; }

    public bool IsEverything => Requirements.IsEmpty;

    /// <summary>Selects objects whose field has a value.</summary>
    public static FieldQuery Where(string field, string value) => new([new(field, true, value)]);

    /// <exception cref="FormatException">The text is not a selector.</exception>
    public static FieldQuery Parse(string text) => TryParse(text, out var query, out var error) ? query : throw new FormatException(error);

    /// <summary>Reads a selector with upstream's grammar and error texts; a backslash escapes a comma, an equals sign and itself in a value.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out FieldQuery? query, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        query = null;
        error = null;
        if (text.Length > MaximumLength)
        {
            error = $"the selector is longer than {MaximumLength} characters";
            return false;
        }
        var requirements = new ApiListBuilder<FieldRequirement>();
        foreach (var term in SplitTerms(text).Order(Utf8Order.Instance))
        {
            if (term.Length == 0) continue;
            var equals = term.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                error = $"invalid selector: '{text}'; can't understand '{term}'";
                return false;
            }
            var isEqual = equals == 0 || term[equals - 1] != '!';
            var written = term[(isEqual && equals + 1 < term.Length && term[equals + 1] == '=' ? equals + 2 : equals + 1)..];
            if (!TryUnescape(written, out var value, out error)) return false;
            requirements.Add(new(term[..(isEqual ? equals : equals - 1)], isEqual, value));
        }
        query = new(requirements.ToList());
        return true;
    }

    /// <summary>Whether the fields meet every requirement; a field that an object does not have is the empty string.</summary>
    public bool Matches(Func<string, string?> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        foreach (var requirement in Requirements)
        {
            if ((fields(requirement.Field) ?? "") == requirement.Value != requirement.IsEqual) return false;
        }
        return true;
    }

    /// <summary>The value that a field must have, if one is asked for.</summary>
    public bool TryGetExactMatch(string field, [NotNullWhen(true)] out string? value)
    {
        foreach (var requirement in Requirements)
        {
            if (!requirement.IsEqual || requirement.Field != field) continue;
            value = requirement.Value;
            return true;
        }
        value = null;
        return false;
    }

    /// <summary>The query with each field and value replaced by others, or the first reason why that cannot be.</summary>
    public bool TryTransform(FieldTransform transform, [NotNullWhen(true)] out FieldQuery? query, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(transform);
        query = null;
        var requirements = new ApiListBuilder<FieldRequirement>(Requirements.Count);
        foreach (var requirement in Requirements)
        {
            var field = requirement.Field;
            var value = requirement.Value;
            if (!transform(ref field, ref value, out error)) return false;
            if (field.Length > 0 || value.Length > 0) requirements.Add(requirement with { Field = field, Value = value });
        }
        error = null;
        query = new(requirements.ToList());
        return true;
    }

    /// <summary>A value as it is written in a selector.</summary>
    public static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace(",", "\\,", StringComparison.Ordinal)
        .Replace("=", "\\=", StringComparison.Ordinal);

    public bool Equals(FieldQuery? other) => other is not null && Requirements == other.Requirements;

    public override bool Equals(object? obj) => Equals(obj as FieldQuery);

    public override int GetHashCode() => Requirements.GetHashCode();

    public override string ToString() => string.Join(",", Requirements);

    /// <summary>The terms between commas that no backslash escapes, escapes kept.</summary>
    private static List<string> SplitTerms(string text)
    {
        var terms = new List<string>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == ',')
            {
                terms.Add(text[start..i]);
                start = i + 1;
            }
        }
        terms.Add(text[start..]);
        return terms;
    }

    private static bool TryUnescape(string written, out string value, [NotNullWhen(false)] out string? error)
    {
        value = written;
        error = null;
        if (!written.AsSpan().ContainsAny('\\', ',', '=')) return true;
        var text = new StringBuilder(written.Length);
        for (var i = 0; i < written.Length; i++)
        {
            var unit = written[i];
            if (unit == '\\')
            {
                i++;
                if (i == written.Length || written[i] is not ('\\' or ',' or '='))
                {
                    error = $"invalid field selector: invalid escape sequence: {written.AsSpan(i - 1, SequenceLength(written, i))}";
                    return false;
                }
                text.Append(written[i]);
            }
            else if (unit is ',' or '=')
            {
                // Upstream writes the number of the character.
                error = $"invalid field selector: unescaped character in value: {(int)unit}";
                return false;
            }
            else
            {
                text.Append(unit);
            }
        }
        value = text.ToString();
        return true;
    }

    /// <summary>The backslash and the whole character after it, if there is one.</summary>
    private static int SequenceLength(string written, int after) =>
        after == written.Length ? 1 : char.IsHighSurrogate(written[after]) && after + 1 < written.Length ? 3 : 2;
}
