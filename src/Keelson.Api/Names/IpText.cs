using System.Globalization;

namespace Keelson.Api.Names;

/// <summary>An address of either family read from text, with what strict readers hold against how it was written.</summary>
internal readonly record struct IpText(UInt128 Bits, bool IsIPv4, bool HasLeadingZeros)
{
    private static readonly UInt128 MappedPrefix = (UInt128)0xFFFF << 32;

    /// <summary>Whether an IPv6 address stands for an IPv4 one.</summary>
    public bool IsMapped => !IsIPv4 && (Bits >> 32) == 0xFFFF;

    public int Length => IsIPv4 ? 32 : 128;

    /// <summary>Whether no bit is set beyond a prefix.</summary>
    public bool FitsPrefix(int length)
    {
        var host = Length - length;
        return host == 0 || (Bits & ((UInt128.One << (host - 1) << 1) - 1)) == 0;
    }

    /// <summary>The same address without the bits beyond a prefix.</summary>
    public IpText Network(int length)
    {
        var host = Length - length;
        return host == 0 ? this : this with { Bits = Bits & ~((UInt128.One << (host - 1) << 1) - 1) };
    }

    /// <summary>Reads what Go's older reader took, which did not mind leading zeros.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpText address)
    {
        if (!text.Contains(':'))
        {
            var read = TryReadIPv4(text, out var bits, out var zeros);
            address = new(bits, true, zeros);
            return read;
        }
        return TryReadIPv6(text, out address);
    }

    /// <summary>An address and the length of its prefix.</summary>
    public static bool TryParsePrefix(ReadOnlySpan<char> text, out IpText address, out int length, out bool lengthHasLeadingZeros)
    {
        address = default;
        length = 0;
        lengthHasLeadingZeros = false;
        var slash = text.IndexOf('/');
        if (slash < 0 || !TryParse(text[..slash], out address)) return false;
        var digits = text[(slash + 1)..];
        lengthHasLeadingZeros = digits.Length > 1 && digits[0] == '0';
        return TryReadNumber(digits, address.Length, out length);
    }

    /// <summary>RFC 5952; an address that stands for an IPv4 one is written as that.</summary>
    public override string ToString()
    {
        if (IsIPv4 || IsMapped)
        {
            var octets = (uint)Bits;
            return string.Create(CultureInfo.InvariantCulture, $"{octets >> 24}.{(octets >> 16) & 255}.{(octets >> 8) & 255}.{octets & 255}");
        }
        var (start, count) = LongestZeroRun();
        var text = new System.Text.StringBuilder(39);
        for (var i = 0; i < 8; i++)
        {
            if (i == start && count >= 2)
            {
                text.Append("::");
                i += count - 1;
                continue;
            }
            if (text.Length > 0 && text[^1] != ':') text.Append(':');
            text.Append(CultureInfo.InvariantCulture, $"{Group(i):x}");
        }
        return text.ToString();
    }

    private int Group(int index) => (int)(ushort)(Bits >> (112 - (16 * index)));

    private (int Start, int Count) LongestZeroRun()
    {
        var best = (Start: -1, Count: 0);
        for (var i = 0; i < 8; i++)
        {
            var count = 0;
            while (i + count < 8 && Group(i + count) == 0) count++;
            if (count > best.Count) best = (i, count);
            i += count;
        }
        return best;
    }

    private static bool TryReadIPv4(ReadOnlySpan<char> text, out UInt128 bits, out bool leadingZeros)
    {
        bits = 0;
        leadingZeros = false;
        var octets = 0;
        foreach (var part in text.Split('.'))
        {
            var digits = text[part];
            if (++octets > 4 || !TryReadNumber(digits, 255, out var octet)) return false;
            leadingZeros |= digits.Length > 1 && digits[0] == '0';
            bits = (bits << 8) | (uint)octet;
        }
        return octets == 4;
    }

    private static bool TryReadIPv6(ReadOnlySpan<char> text, out IpText address)
    {
        address = default;
        var gap = -1;
        var groups = 0;
        var zeros = false;
        UInt128 bits = 0;
        if (text.StartsWith("::"))
        {
            gap = 0;
            text = text[2..];
        }
        while (!text.IsEmpty)
        {
            var end = text.IndexOf(':');
            var group = end < 0 ? text : text[..end];
            if (end < 0 && group.Contains('.'))
            {
                if (groups > 6 || !TryReadIPv4(group, out var tail, out var tailZeros)) return false;
                bits = (bits << 32) | tail;
                zeros |= tailZeros;
                groups += 2;
                break;
            }
            if (groups == 8 || !TryReadGroup(group, out var value)) return false;
            zeros |= group.Length > 4;
            bits = (bits << 16) | (uint)value;
            groups++;
            if (end < 0) break;
            text = text[(end + 1)..];
            if (text.IsEmpty) return false;
            if (text[0] != ':') continue;
            if (gap >= 0) return false;
            gap = groups;
            text = text[1..];
        }
        if (gap < 0 ? groups != 8 : groups > 7) return false;
        if (gap >= 0)
        {
            var after = 16 * (groups - gap);
            var low = after == 0 ? UInt128.Zero : bits & (UInt128.MaxValue >> (128 - after));
            var high = gap == 0 ? UInt128.Zero : bits >> after << (128 - (16 * gap));
            bits = high | low;
        }
        address = new(bits, false, zeros);
        return true;
    }

    private static bool TryReadGroup(ReadOnlySpan<char> digits, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit(digit)) return false;
            value = (value << 4) | Convert.ToInt32(digit.ToString(), 16);
            if (value > 0xFFFF) return false;
        }
        return !digits.IsEmpty;
    }

    private static bool TryReadNumber(ReadOnlySpan<char> digits, int maximum, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit)) return false;
            value = (value * 10) + (digit - '0');
            if (value > maximum) return false;
        }
        return !digits.IsEmpty;
    }
}
