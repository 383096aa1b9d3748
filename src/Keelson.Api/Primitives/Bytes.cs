using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Keelson.Api;

/// <summary>An immutable sequence of bytes in an API object, base64 in JSON; its default is Go's nil.</summary>
public readonly struct Bytes : IEquatable<Bytes>
{
    private readonly byte[]? _data;

    private Bytes(byte[]? data) => _data = data;

    /// <summary>The sequence that is present and has no bytes.</summary>
    public static Bytes Empty => new([]);

    /// <summary>Whether the sequence is absent, as opposed to present and empty.</summary>
    public bool IsNil => _data is null;

    public bool IsEmpty => _data is null || _data.Length == 0;

    public int Length => _data is null ? 0 : _data.Length;

    public ReadOnlySpan<byte> Span => _data;

    public ReadOnlyMemory<byte> Memory => _data;

    /// <summary>Takes an array over without a copy: the caller must not write to it again. Null becomes nil.</summary>
    public static Bytes Wrap(byte[]? data) => new(data);

    public static Bytes CopyOf(ReadOnlySpan<byte> data) => new(data.ToArray());

    public static Bytes FromUtf8(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads the standard alphabet with padding, as Go does: line ends are ignored, nothing else is.</summary>
    public static bool TryFromBase64(ReadOnlySpan<byte> utf8, out Bytes value)
    {
        value = default;
        if (utf8.IndexOfAny((byte)'\r', (byte)'\n') >= 0) return TryFromBase64(WithoutLineEnds(utf8), out value);
        if (utf8.IsEmpty)
        {
            value = Empty;
            return true;
        }
        if (utf8.Length % 4 != 0 || utf8.IndexOfAny((byte)' ', (byte)'\t') >= 0) return false;

        // Go ignores the bits of the last digit that no byte uses, .NET may refuse them: the last group is ours.
        Span<byte> last = stackalloc byte[3];
        var lastLength = DecodeLastGroup(utf8[^4..], last);
        if (lastLength < 0) return false;
        var head = utf8[..^4];
        if (head.Contains((byte)'=')) return false;
        var data = new byte[(head.Length / 4 * 3) + lastLength];
        if (Base64.DecodeFromUtf8(head, data, out _, out var written) != System.Buffers.OperationStatus.Done) return false;
        if (written != head.Length / 4 * 3) return false;
        last[..lastLength].CopyTo(data.AsSpan(written));
        value = new(data);
        return true;
    }

    public static bool TryFromBase64(string text, out Bytes value)
    {
        if (!Ascii.IsValid(text))
        {
            value = default;
            return false;
        }
        return TryFromBase64(Encoding.ASCII.GetBytes(text), out value);
    }

    public string ToBase64() => Convert.ToBase64String(Span);

    /// <summary>The bytes read as UTF-8, with a replacement character for each that is not.</summary>
    public string ToUtf8() => Encoding.UTF8.GetString(Span);

    public byte[] ToArray() => Span.ToArray();

    /// <summary>Whether the bytes are the same; an absent sequence equals an empty one.</summary>
    public bool Equals(Bytes other) => Span.SequenceEqual(other.Span);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Bytes other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    public override string ToString() => ToBase64();

    public static bool operator ==(Bytes left, Bytes right) => left.Equals(right);

    public static bool operator !=(Bytes left, Bytes right) => !left.Equals(right);

    private static byte[] WithoutLineEnds(ReadOnlySpan<byte> utf8)
    {
        var kept = new byte[utf8.Length];
        var count = 0;
        foreach (var unit in utf8)
        {
            if (unit is not ((byte)'\r' or (byte)'\n')) kept[count++] = unit;
        }
        return kept[..count];
    }

    private static int DecodeLastGroup(ReadOnlySpan<byte> group, Span<byte> bytes)
    {
        var digits = group[3] != '=' ? 4 : group[2] != '=' ? 3 : 2;
        var bits = 0;
        for (var i = 0; i < 4; i++)
        {
            var digit = i < digits ? Digit(group[i]) : 0;
            if (digit < 0) return -1;
            bits = (bits << 6) | digit;
        }
        bytes[0] = (byte)(bits >> 16);
        bytes[1] = (byte)(bits >> 8);
        bytes[2] = (byte)bits;
        return digits - 1;
    }

    private static int Digit(byte unit) => unit switch
    {
        >= (byte)'A' and <= (byte)'Z' => unit - 'A',
        >= (byte)'a' and <= (byte)'z' => unit - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => unit - '0' + 52,
        (byte)'+' => 62,
        (byte)'/' => 63,
        _ => -1,
    };
}
