using System.Buffers.Binary;
using System.Net;

namespace Keelson.Control.Controllers.NodeIpam;

/// <summary>The equal parts of a range of IPv4 addresses, and which of them are taken by whom.</summary>
/// <remarks>A part may have several holders: objects of others may claim what they should not, and it is free only when nobody does.</remarks>
internal sealed class RangePool
{
    /// <summary>As upstream's: no more bits than this between the range and its parts.</summary>
    public const int MaxBits = 16;

    private readonly int _prefix;
    private readonly uint _base;
    private readonly int _count;
    private readonly Dictionary<int, HashSet<string>> _holders = [];
    private readonly Dictionary<string, List<int>> _held = new(StringComparer.Ordinal);
    private int _next;

    public RangePool(IPNetwork range, int prefix)
    {
        if (range.BaseAddress.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork) throw new ArgumentException($"{range} is not a range of IPv4 addresses.", nameof(range));
        if (prefix < range.PrefixLength || prefix > 30 || prefix - range.PrefixLength > MaxBits) throw new ArgumentException($"A range {range} cannot be divided into parts of /{prefix}.", nameof(prefix));
        _prefix = prefix;
        _base = Number(range.BaseAddress);
        _count = 1 << (prefix - range.PrefixLength);
    }

    /// <summary>How many parts are taken.</summary>
    public int Taken => _holders.Count;

    /// <summary>Takes the next free part; null when there is none. The search goes round, so that a part just given back rests.</summary>
    public string? TakeNext(string holder)
    {
        for (var step = 0; step < _count; step++)
        {
            var part = (_next + step) % _count;
            if (_holders.ContainsKey(part)) continue;
            Hold(holder, part);
            _next = (part + 1) % _count;
            return Text(part);
        }

        return null;
    }

    /// <summary>Notes that a holder has a range already; all parts that it overlaps are taken. False where it is none of this pool's.</summary>
    public bool Occupy(string holder, string range)
    {
        if (!IPNetwork.TryParse(range, out var taken) || taken.BaseAddress.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork) return false;
        var first = Number(taken.BaseAddress);
        var last = first + (uint)((1L << (32 - taken.PrefixLength)) - 1);
        var end = _base + (uint)(((long)_count << (32 - _prefix)) - 1);
        if (last < _base || first > end) return false;
        var from = (int)((Math.Max(first, _base) - _base) >> (32 - _prefix));
        var to = (int)((Math.Min(last, end) - _base) >> (32 - _prefix));
        for (var part = from; part <= to; part++) Hold(holder, part);
        return true;
    }

    /// <summary>Gives back what a holder has; whether that was anything.</summary>
    public bool Release(string holder)
    {
        if (!_held.Remove(holder, out var parts)) return false;
        foreach (var part in parts)
        {
            var holders = _holders[part];
            holders.Remove(holder);
            if (holders.Count == 0) _holders.Remove(part);
        }

        return true;
    }

    private void Hold(string holder, int part)
    {
        if (!_holders.TryGetValue(part, out var holders)) _holders[part] = holders = new(StringComparer.Ordinal);
        if (!holders.Add(holder)) return;
        if (!_held.TryGetValue(holder, out var parts)) _held[holder] = parts = [];
        parts.Add(part);
    }

    private string Text(int part)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, _base + ((uint)part << (32 - _prefix)));
        return $"{new IPAddress(bytes)}/{_prefix}";
    }

    private static uint Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
