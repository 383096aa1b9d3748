using System.Collections;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Keelson.Api;

/// <summary>
/// An immutable map with string keys in an API object, ordered by the keys' UTF-8 bytes as Go writes it;
/// its default is Go's nil map, which is not written the same as an empty one.
/// </summary>
[CollectionBuilder(typeof(ApiMap), nameof(ApiMap.Create))]
[DebuggerDisplay("Count = {Count}, IsNil = {IsNil}")]
public readonly struct ApiMap<T> : IReadOnlyDictionary<string, T>, IEquatable<ApiMap<T>>
{
    /// <summary>Up to here comparing with every key costs less than ordering with some.</summary>
    private const int LinearSearchLimit = 8;

    private readonly string[]? _keys;
    private readonly T[]? _values;

    /// <summary>Takes both arrays over; the keys must be in order and distinct.</summary>
    internal ApiMap(string[] keys, T[] values)
    {
        Debug.Assert(keys.Length == values.Length);
        _keys = keys;
        _values = values;
    }

    /// <summary>The map that is present and has no entries.</summary>
    public static ApiMap<T> Empty => new([], []);

    /// <summary>Whether the map is absent, as opposed to present and empty.</summary>
    public bool IsNil => _keys is null;

    /// <summary>Whether the map has no entries, absent or not.</summary>
    public bool IsEmpty => _keys is null || _keys.Length == 0;

    public int Count => _keys is null ? 0 : _keys.Length;

    /// <summary>The keys, in order.</summary>
    public ApiList<string> Keys => ApiList.Wrap(_keys);

    /// <summary>The values, in the order of their keys.</summary>
    public ApiList<T> Values => ApiList.Wrap(_values);

    IEnumerable<string> IReadOnlyDictionary<string, T>.Keys => Keys;

    IEnumerable<T> IReadOnlyDictionary<string, T>.Values => Values;

    public T this[string key] =>
        TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"The map has no key \"{key}\".");

    /// <summary>Makes a map of entries in any order; of two with the same key the last wins.</summary>
    public static ApiMap<T> From(params ReadOnlySpan<(string Key, T Value)> entries)
    {
        var builder = new ApiMapBuilder<T>(entries.Length);
        foreach (var (key, value) in entries) builder.Add(key, value);
        return builder.ToMap();
    }

    /// <summary>Makes a map of entries in any order; of two with the same key the last wins.</summary>
    public static ApiMap<T> FromPairs(IEnumerable<KeyValuePair<string, T>> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var builder = new ApiMapBuilder<T>(pairs.TryGetNonEnumeratedCount(out var count) ? count : 0);
        foreach (var (key, value) in pairs) builder.Add(key, value);
        return builder.ToMap();
    }

    public bool ContainsKey(string key) => IndexOf(key) >= 0;

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value)
    {
        var index = IndexOf(key);
        value = index < 0 ? default : _values![index];
        return index >= 0;
    }

    public T? GetValueOrDefault(string key) => TryGetValue(key, out var value) ? value : default;

    public T GetValueOrDefault(string key, T fallback) => TryGetValue(key, out var value) ? value : fallback;

    /// <summary>The map with one entry added or replaced.</summary>
    public ApiMap<T> With(string key, T value)
    {
        ArgumentNullException.ThrowIfNull(key);
        var index = Search(key);
        if (index >= 0)
        {
            var replaced = (T[])_values!.Clone();
            replaced[index] = value;
            return new(_keys!, replaced);
        }
        var at = ~index;
        return new(Inserted(Keys.AsSpan(), at, key), Inserted(Values.AsSpan(), at, value));
    }

    /// <summary>The map with the entries of another one added, which win over its own.</summary>
    public ApiMap<T> WithAll(ApiMap<T> other)
    {
        if (other.IsEmpty) return this;
        if (IsEmpty) return other;
        var builder = new ApiMapBuilder<T>(Count + other.Count);
        foreach (var (key, value) in this) builder.Add(key, value);
        foreach (var (key, value) in other) builder.Add(key, value);
        return builder.ToMap();
    }

    /// <summary>The map without an entry; the same map when it has none of that key.</summary>
    public ApiMap<T> Without(string key)
    {
        var index = IndexOf(key);
        return index < 0 ? this : new(Keys.RemoveAt(index).ToArray(), Values.RemoveAt(index).ToArray());
    }

    public Enumerator GetEnumerator() => new(_keys, _values);

    IEnumerator<KeyValuePair<string, T>> IEnumerable<KeyValuePair<string, T>>.GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return new(_keys![i], _values![i]);
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<KeyValuePair<string, T>>)this).GetEnumerator();

    /// <summary>Whether both have the same entries; an absent map equals an empty one.</summary>
    public bool Equals(ApiMap<T> other) => Keys == other.Keys && Values == other.Values;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is ApiMap<T> other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Keys, Values);

    public static bool operator ==(ApiMap<T> left, ApiMap<T> right) => left.Equals(right);

    public static bool operator !=(ApiMap<T> left, ApiMap<T> right) => !left.Equals(right);

    /// <summary>Copies a dictionary; null becomes nil.</summary>
    public static implicit operator ApiMap<T>(Dictionary<string, T>? entries) => entries is null ? default : FromPairs(entries);

    private static TItem[] Inserted<TItem>(ReadOnlySpan<TItem> items, int at, TItem item)
    {
        var copy = new TItem[items.Length + 1];
        items[..at].CopyTo(copy);
        copy[at] = item;
        items[at..].CopyTo(copy.AsSpan(at + 1));
        return copy;
    }

    private int IndexOf(string key)
    {
        if (_keys is null) return -1;
        if (_keys.Length > LinearSearchLimit) return Search(key);
        for (var i = 0; i < _keys.Length; i++)
        {
            if (_keys[i] == key) return i;
        }
        return -1;
    }

    /// <summary>The key's index, or the complement of where it belongs.</summary>
    private int Search(string key) => _keys is null ? ~0 : Array.BinarySearch(_keys, key, Utf8Order.Instance);

    /// <summary>Walks the entries in order without allocating.</summary>
    public struct Enumerator
    {
        private readonly string[]? _keys;
        private readonly T[]? _values;
        private int _index;

        internal Enumerator(string[]? keys, T[]? values)
        {
            _keys = keys;
            _values = values;
            _index = -1;
        }

        public readonly KeyValuePair<string, T> Current => new(_keys![_index], _values![_index]);

        public bool MoveNext() => _keys is not null && ++_index < _keys.Length;
    }
}

/// <summary>Makes maps, for collection expressions.</summary>
public static class ApiMap
{
    public static ApiMap<T> Create<T>(ReadOnlySpan<KeyValuePair<string, T>> entries)
    {
        var builder = new ApiMapBuilder<T>(entries.Length);
        foreach (var (key, value) in entries) builder.Add(key, value);
        return builder.ToMap();
    }

    /// <summary>Collects a sequence of entries; of two with the same key the last wins.</summary>
    public static ApiMap<T> ToApiMap<T>(this IEnumerable<KeyValuePair<string, T>> entries) => ApiMap<T>.FromPairs(entries);
}
