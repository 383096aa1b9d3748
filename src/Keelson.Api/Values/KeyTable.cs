namespace Keelson.Api.Values;

/// <summary>
/// An open-addressing index from a key to its position in an array of keys. String hashes are seeded by the process,
/// so a document can't choose keys that collide.
/// </summary>
internal sealed class KeyTable
{
    /// <summary>Up to this many keys a linear search is as fast as hashing.</summary>
    internal const int LinearLimit = 8;

    private int[] _slots;

    private KeyTable(int capacity) => _slots = new int[SlotsFor(capacity)];

    /// <param name="capacity">How many keys there may be before the table has to grow.</param>
    internal static KeyTable Over(ReadOnlySpan<string> keys, int capacity)
    {
        var table = new KeyTable(Math.Max(capacity, keys.Length));
        table.Fill(keys);
        return table;
    }

    /// <summary>Searches a few keys without a table.</summary>
    internal static int FindLinear(ReadOnlySpan<string> keys, string key)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            if (ReferenceEquals(keys[i], key)) return i;
        }

        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] == key) return i;
        }

        return -1;
    }

    internal int Find(ReadOnlySpan<string> keys, string key)
    {
        var slots = _slots;
        var mask = slots.Length - 1;
        for (var at = key.GetHashCode() & mask; slots[at] != 0; at = (at + 1) & mask)
        {
            var index = slots[at] - 1;
            if (keys[index] == key) return index;
        }

        return -1;
    }

    /// <summary>Takes in the last of the keys, which is not in the table yet.</summary>
    internal void AddLast(ReadOnlySpan<string> keys)
    {
        if (SlotsFor(keys.Length) > _slots.Length)
        {
            _slots = new int[SlotsFor(keys.Length) * 2];
            Fill(keys);
        }
        else
        {
            Place(keys[^1], keys.Length);
        }
    }

    private static int SlotsFor(int count) =>
        (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, count + (count / 2)));

    private void Fill(ReadOnlySpan<string> keys)
    {
        for (var i = 0; i < keys.Length; i++) Place(keys[i], i + 1);
    }

    private void Place(string key, int entry)
    {
        var mask = _slots.Length - 1;
        var at = key.GetHashCode() & mask;
        while (_slots[at] != 0) at = (at + 1) & mask;
        _slots[at] = entry;
    }
}
