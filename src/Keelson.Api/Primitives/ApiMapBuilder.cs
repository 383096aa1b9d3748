namespace Keelson.Api;

/// <summary>
/// Collects the entries of a map one at a time, cheapest when they arrive in order, as what upstream wrote does;
/// a mutable struct that belongs to one method.
/// </summary>
public struct ApiMapBuilder<T>
{
    private string[]? _keys;
    private T[]? _values;
    private int _count;
    private bool _unordered;

    public ApiMapBuilder(int capacity)
    {
        _keys = new string[capacity];
        _values = new T[capacity];
    }

    /// <summary>How many entries were added, those a later one replaces included.</summary>
    public readonly int Count => _count;

    /// <summary>Adds an entry; of two with the same key the last wins.</summary>
    public void Add(string key, T value)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (_keys is null || _values is null)
        {
            _keys = new string[4];
            _values = new T[4];
        }
        if (_count == _keys.Length)
        {
            var capacity = Math.Max(4, _count * 2);
            Array.Resize(ref _keys, capacity);
            Array.Resize(ref _values, capacity);
        }
        _unordered |= _count > 0 && Utf8Order.Compare(_keys[_count - 1], key) >= 0;
        _keys[_count] = key;
        _values[_count++] = value;
    }

    /// <summary>The map, never nil; the builder starts again empty.</summary>
    public ApiMap<T> ToMap()
    {
        var keys = _keys ?? [];
        var values = _values ?? [];
        var count = _count;
        if (_unordered) (keys, values, count) = Ordered(keys, values, count);
        if (keys.Length != count)
        {
            Array.Resize(ref keys, count);
            Array.Resize(ref values, count);
        }
        this = default;
        return new(keys, values);
    }

    private static (string[] Keys, T[] Values, int Count) Ordered(string[] keys, T[] values, int count)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++) order[i] = i;
        Array.Sort(order, (left, right) =>
        {
            var byKey = Utf8Order.Compare(keys[left], keys[right]);
            return byKey != 0 ? byKey : left.CompareTo(right);
        });
        var sortedKeys = new string[count];
        var sortedValues = new T[count];
        var kept = 0;
        foreach (var index in order)
        {
            if (kept > 0 && sortedKeys[kept - 1] == keys[index]) kept--;
            sortedKeys[kept] = keys[index];
            sortedValues[kept++] = values[index];
        }
        return (sortedKeys, sortedValues, kept);
    }
}
