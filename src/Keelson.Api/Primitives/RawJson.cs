using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Keelson.Api;

/// <summary>One JSON value kept as its UTF-8 text, for fields whose form the API does not know; its default is nil.</summary>
public readonly struct RawJson : IEquatable<RawJson>
{
    /// <summary>How deep the value may nest: what Go's decoder allows.</summary>
    public const int MaximumDepth = 10_000;

    private readonly byte[]? _text;

    private RawJson(byte[]? text) => _text = text;

    /// <summary>Whether there is no value, as opposed to the value null.</summary>
    public bool IsNil => _text is null;

    /// <summary>Whether the value is the word null.</summary>
    public bool IsNull => Span.SequenceEqual("null"u8);

    public int Length => _text is null ? 0 : _text.Length;

    public ReadOnlySpan<byte> Span => _text;

    public ReadOnlyMemory<byte> Memory => _text;

    /// <summary>
    /// Takes over, without a copy or a check, the bytes of one valid JSON value: the caller must not write to them
    /// again. Null becomes nil.
    /// </summary>
    public static RawJson Wrap(byte[]? text) => new(text);

    /// <summary>Checks one JSON value and takes the space out between its parts.</summary>
    /// <exception cref="FormatException">The text is not one JSON value.</exception>
    public static RawJson Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(Encoding.UTF8.GetBytes(text), out var value, out var error) ? value : throw new FormatException(error);
    }

    /// <summary>Checks one JSON value and takes the space out between its parts.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out RawJson value, [NotNullWhen(false)] out string? error)
    {
        value = default;
        error = null;
        if (!Utf8.IsValid(utf8))
        {
            error = "JSON must be valid UTF-8";
            return false;
        }
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaximumDepth });
            while (reader.Read())
            {
            }
        }
        catch (JsonException exception)
        {
            error = exception.Message;
            return false;
        }
        value = new(Compact(utf8));
        return true;
    }

    /// <summary>Whether the text is the same byte for byte; nil equals only nil.</summary>
    public bool Equals(RawJson other) => IsNil == other.IsNil && Span.SequenceEqual(other.Span);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is RawJson other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    public override string ToString() => Encoding.UTF8.GetString(Span);

    public static bool operator ==(RawJson left, RawJson right) => left.Equals(right);

    public static bool operator !=(RawJson left, RawJson right) => !left.Equals(right);

    private static byte[] Compact(ReadOnlySpan<byte> valid)
    {
        var kept = new byte[valid.Length];
        var count = 0;
        var inString = false;
        var escaped = false;
        foreach (var unit in valid)
        {
            if (inString)
            {
                inString = escaped || unit != '"';
                escaped = !escaped && unit == '\\';
            }
            else if (unit is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                continue;
            }
            else
            {
                inString = unit == '"';
            }
            kept[count++] = unit;
        }
        return kept[..count];
    }
}
