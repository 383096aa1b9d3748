using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Keelson.Api.Values;

/// <summary>Values by text key. Keys are unique and keep the order in which they were inserted.</summary>
public sealed class MapValue : Value, IReadOnlyList<KeyValuePair<string, Value>>
{
    public static readonly MapValue Empty = new([], [], null);

    private readonly string[] _keys;
    private readonly Value[] _values;

    /// <summary>Built by the first lookup in a larger map; two threads that both build it lose nothing but the work.</summary>
    private KeyTable? _table;

    /// <param name="keys">Unique; becomes the map's own, as do the values and the table.</param>
    internal MapValue(string[] keys, Value[] values, KeyTable? table)
    {
        Depth = DepthAbove(values);
        _keys = keys;
        _values = values;
        _table = table;
    }

    public override ValueKind Kind => ValueKind.Map;

    public override int Depth { get; }

    public int Count => _keys.Length;

    /// <summary>The keys in insertion order.</summary>
    public ReadOnlySpan<string> Keys => _keys;

    /// <summary>The values in the order of <see cref="Keys"/>.</summary>
    public ReadOnlySpan<Value> Values => _values;

    public KeyValuePair<string, Value> this[int index] => new(_keys[index], _values[index]);

    /// <summary>The value of the key, or null when there is none.</summary>
    public Value? this[string key] => IndexOf(key) is var index and >= 0 ? _values[index] : null;

    /// <summary>A map of the given entries; of entries with the same key the last one counts.</summary>
    public static MapValue Of(params ReadOnlySpan<(string Key, Value Value)> entries)
    {
        var builder = new MapBuilder(entries.Length);
        foreach (var (key, value) in entries) builder.Set(key, value);
        return builder.Build();
    }

    public static MapValue From(IEnumerable<KeyValuePair<string, Value>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var builder = new MapBuilder();
        foreach (var (key, value) in entries) builder.Set(key, value);
        return builder.Build();
    }

    public bool ContainsKey(string key) => IndexOf(key) >= 0;

    public bool TryGet(string key, [NotNullWhen(true)] out Value? value)
    {
        var index = IndexOf(key);
        value = index >= 0 ? _values[index] : null;
        return index >= 0;
    }

    /// <summary>The position of the key in <see cref="Keys"/>, or -1.</summary>
    public int IndexOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (_keys.Length <= KeyTable.LinearLimit) return KeyTable.FindLinear(_keys, key);
        return (_table ??= KeyTable.Over(_keys, _keys.Length)).Find(_keys, key);
    }

    /// <summary>This map with the key set: in its place when it is there already, else at the end.</summary>
    public MapValue With(string key, Value value)
    {
        var index = IndexOf(key);
        if (index < 0) return new MapValue([.. _keys, key], [.. _values, value], null);
        if (ReferenceEquals(_values[index], value)) return this;
        var values = (Value[])_values.Clone();
        values[index] = value;
        return new MapValue(_keys, values, _table);
    }

    /// <summary>This map with the value set at the end of a path; missing maps, and what is no map, become maps.</summary>
    public MapValue With(ReadOnlySpan<string> path, Value value)
    {
        if (path.IsEmpty) throw new ArgumentException("the path is empty", nameof(path));
        if (path.Length == 1) return With(path[0], value);
        var below = this[path[0]] as MapValue ?? Empty;
        return With(path[0], below.With(path[1..], value));
    }

    public MapValue Without(string key)
    {
        var index = IndexOf(key);
        if (index < 0) return this;
        if (_keys.Length == 1) return Empty;
        return new MapValue(
            [.. _keys.AsSpan(0, index), .. _keys.AsSpan(index + 1)],
            [.. _values.AsSpan(0, index), .. _values.AsSpan(index + 1)],
            null);
    }

    /// <summary>This map without what is at the end of a path; maps on the way stay, also when they become empty.</summary>
    public MapValue Without(ReadOnlySpan<string> path)
    {
        if (path.IsEmpty) throw new ArgumentException("the path is empty", nameof(path));
        if (path.Length == 1) return Without(path[0]);
        return this[path[0]] is MapValue below ? With(path[0], below.Without(path[1..])) : this;
    }

    public MapBuilder ToBuilder() => new(this);

    public Enumerator GetEnumerator() => new(this);

    IEnumerator<KeyValuePair<string, Value>> IEnumerable<KeyValuePair<string, Value>>.GetEnumerator()
    {
        for (var i = 0; i < _keys.Length; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<KeyValuePair<string, Value>>)this).GetEnumerator();

    public override int GetHashCode()
    {
        // A sum, because the order of the entries must not matter.
        var hash = _keys.Length;
        for (var i = 0; i < _keys.Length; i++)
        {
            hash += HashCode.Combine(_keys[i].GetHashCode(StringComparison.Ordinal), _values[i].GetHashCode());
        }

        return hash;
    }

    internal override bool EqualTo(Value other, bool numeric)
    {
        if (other is not MapValue that || that._keys.Length != _keys.Length) return false;
        for (var i = 0; i < _keys.Length; i++)
        {
            // Objects of one kind mostly have their keys in one order, which saves the lookup.
            var at = that._keys[i] == _keys[i] ? i : that.IndexOf(_keys[i]);
            if (at < 0) return false;
            if (!ReferenceEquals(_values[i], that._values[at]) && !_values[i].EqualTo(that._values[at], numeric)) return false;
        }

        return true;
    }

    internal override Value RewriteChildren(Func<Value, Value?> rewrite)
    {
        MapBuilder? changed = null;
        for (var i = 0; i < _keys.Length; i++)
        {
            var after = _values[i].Rewrite(rewrite);
            if (changed is null)
            {
                if (ReferenceEquals(after, _values[i])) continue;
                changed = new MapBuilder(_keys.Length);
                for (var before = 0; before < i; before++) changed.Set(_keys[before], _values[before]);
            }

            if (after is not null) changed.Set(_keys[i], after);
        }

        return changed?.Build() ?? this;
    }

    /// <summary>Walks the entries without allocating.</summary>
    public struct Enumerator
    {
        private readonly MapValue _map;
        private int _index;

        internal Enumerator(MapValue map)
        {
            _map = map;
            _index = -1;
        }

        public readonly KeyValuePair<string, Value> Current => _map[_index];

        public bool MoveNext() => ++_index < _map.Count;
    }
}
