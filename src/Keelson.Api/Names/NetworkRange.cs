using System.Globalization;

namespace Keelson.Api.Names;

/// <summary>A range of addresses of one family, as services get theirs from.</summary>
/// <param name="Base">The first address, which has no bit set beyond the prefix.</param>
public readonly record struct NetworkRange(NetworkAddress Base, int PrefixLength)
{
    /// <summary>Addresses that are left to those who choose one themselves: a sixteenth of a range, but from 16 up to 256.</summary>
    private const int BandShare = 16;
    private const int SmallestBand = 16;
    private const int LargestBand = 256;

    public bool IsIPv6 => Base.IsIPv6;

    /// <summary>How many addresses a service can have: not the first, and with IPv4 not the last either.</summary>
    public UInt128 Count
    {
        get
        {
            var unused = IsIPv6 ? UInt128.One : 2;
            return Size > unused ? Size - unused : 0;
        }
    }

    /// <summary>How many of them, from the first on, are given to services that ask for none only when all others are taken.</summary>
    public UInt128 Band => Size <= SmallestBand ? 0 : Clamp(Size / BandShare);

    private UInt128 Size => HostBits == 128 ? UInt128.MaxValue : UInt128.One << HostBits;

    private int HostBits => (IsIPv6 ? 128 : 32) - PrefixLength;

    /// <summary>Reads a range; bits beyond the prefix are dropped.</summary>
    public static bool TryParse(string text, out NetworkRange range)
    {
        ArgumentNullException.ThrowIfNull(text);
        range = default;
        if (!IpText.TryParsePrefix(text, out var address, out var length, out _) || address.IsMapped) return false;
        var host = address.Length - length;
        range = new(new(host == 128 ? 0 : address.Bits >> host << host, !address.IsIPv4), length);
        return true;
    }

    /// <summary>Whether an address is one that a service can have.</summary>
    public bool Has(NetworkAddress address) => address.IsIPv6 == IsIPv6 && address.Bits > Base.Bits && address.Bits - Base.Bits <= Count;

    /// <summary>Whether another range is this one or lies in it.</summary>
    public bool Contains(NetworkRange other) => Overlaps(other) && other.PrefixLength >= PrefixLength;

    public bool Overlaps(NetworkRange other)
    {
        if (other.IsIPv6 != IsIPv6) return false;
        var host = Math.Max(HostBits, other.HostBits);
        return host == 128 || Base.Bits >> host == other.Base.Bits >> host;
    }

    /// <summary>The address at a place, the first that a service can have being at zero.</summary>
    public NetworkAddress At(UInt128 place) => place < Count ? new(Base.Bits + place + 1, IsIPv6) : throw new ArgumentOutOfRangeException(nameof(place));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Base}/{PrefixLength}");

    private static UInt128 Clamp(UInt128 share) => share < SmallestBand ? SmallestBand : share > LargestBand ? LargestBand : share;
}
