using System.Diagnostics.CodeAnalysis;

namespace Keelson.Api.Values;

/// <summary>Collects entries and makes a <see cref="MapValue"/> of them.</summary>
public sealed class MapBuilder
{
    private string[] _keys;
    private Value[] _values;
    private int _count;
    private KeyTable? _table;

    public MapBuilder(int capacity = 4)
    {
        _keys = new string[Math.Max(capacity, 1)];
        _values = new Value[Math.Max(capacity, 1)];
    }

    public MapBuilder(MapValue map)
        : this((map ?? throw new ArgumentNullException(nameof(map))).Count + 2)
    {
        map.Keys.CopyTo(_keys);
        map.Values.CopyTo(_values);
        _count = map.Count;
    }

    public int Count => _count;

    public Value? this[string key] => TryGet(key, out var value) ? value : null;

    public bool TryGet(string key, [NotNullWhen(true)] out Value? value)
    {
        var index = IndexOf(key);
        value = index >= 0 ? _values[index] : null;
        return index >= 0;
    }

    public bool ContainsKey(string key) => IndexOf(key) >= 0;

    /// <summary>Sets the key: in its place when it is there already, else at the end.</summary>
    public MapBuilder Set(string key, Value value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var index = IndexOf(key);
        if (index >= 0)
        {
            _values[index] = value;
            return this;
        }

        if (_count == _keys.Length)
        {
            Array.Resize(ref _keys, _count * 2);
            Array.Resize(ref _values, _count * 2);
        }

        _keys[_count] = key;
        _values[_count] = value;
        _count++;
        _table?.AddLast(_keys.AsSpan(0, _count));
        return this;
    }

    /// <summary>Sets the key unless the value is null.</summary>
    public MapBuilder SetIfAny(string key, Value? value) => value is null ? this : Set(key, value);

    /// <summary>Removes a key, which moves all later ones: to remove many, build a map of what stays.</summary>
    public bool Remove(string key)
    {
        var index = IndexOf(key);
        if (index < 0) return false;
        _count--;
        Array.Copy(_keys, index + 1, _keys, index, _count - index);
        Array.Copy(_values, index + 1, _values, index, _count - index);
        _table = null;
        return true;
    }

    /// <summary>The map so far; the builder can be used further.</summary>
    public MapValue Build() =>
        _count == 0 ? MapValue.Empty : new MapValue(_keys.AsSpan(0, _count).ToArray(), _values.AsSpan(0, _count).ToArray(), null);

    private int IndexOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var keys = _keys.AsSpan(0, _count);
        if (_count <= KeyTable.LinearLimit) return KeyTable.FindLinear(keys, key);
        return (_table ??= KeyTable.Over(keys, _keys.Length)).Find(keys, key);
    }
}
