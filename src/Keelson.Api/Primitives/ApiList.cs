using System.Collections;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Keelson.Api;

/// <summary>An immutable list in an API object; its default is Go's nil slice, which is not written the same as an empty one.</summary>
[CollectionBuilder(typeof(ApiList), nameof(ApiList.Create))]
[DebuggerDisplay("Count = {Count}, IsNil = {IsNil}")]
public readonly struct ApiList<T> : IReadOnlyList<T>, IEquatable<ApiList<T>>
{
    private readonly T[]? _items;

    internal ApiList(T[]? items) => _items = items;

    /// <summary>The list that is present and has no elements.</summary>
    public static ApiList<T> Empty => new([]);

    /// <summary>Whether the list is absent, as opposed to present and empty.</summary>
    public bool IsNil => _items is null;

    /// <summary>Whether the list has no elements, absent or not.</summary>
    public bool IsEmpty => _items is null || _items.Length == 0;

    public int Count => _items is null ? 0 : _items.Length;

    public T this[int index] => _items is null ? throw new ArgumentOutOfRangeException(nameof(index)) : _items[index];

    public ReadOnlySpan<T> AsSpan() => _items;

    public ReadOnlyMemory<T> AsMemory() => _items;

    /// <summary>A copy of the elements.</summary>
    public T[] ToArray() => AsSpan().ToArray();

    /// <summary>The list with one element replaced.</summary>
    public ApiList<T> With(int index, T value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var copy = ToArray();
        copy[index] = value;
        return new(copy);
    }

    /// <summary>The list with one element more at its end.</summary>
    public ApiList<T> Add(T value)
    {
        var copy = new T[Count + 1];
        AsSpan().CopyTo(copy);
        copy[^1] = value;
        return new(copy);
    }

    /// <summary>The list with the elements of another one at its end.</summary>
    public ApiList<T> AddRange(ApiList<T> values)
    {
        if (values.IsEmpty) return this;
        if (IsEmpty) return values;
        var copy = new T[Count + values.Count];
        AsSpan().CopyTo(copy);
        values.AsSpan().CopyTo(copy.AsSpan(Count));
        return new(copy);
    }

    /// <summary>The list without the element at an index.</summary>
    public ApiList<T> RemoveAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var copy = new T[Count - 1];
        AsSpan()[..index].CopyTo(copy);
        AsSpan()[(index + 1)..].CopyTo(copy.AsSpan(index));
        return new(copy);
    }

    /// <summary>The list without the elements that match; the same list when none does.</summary>
    public ApiList<T> RemoveAll(Predicate<T> match)
    {
        ArgumentNullException.ThrowIfNull(match);
        if (FindIndex(match) < 0) return this;
        var kept = new ApiListBuilder<T>(Count);
        foreach (var item in AsSpan())
        {
            if (!match(item)) kept.Add(item);
        }
        return kept.ToList();
    }

    /// <summary>The index of the first element that matches, or -1.</summary>
    public int FindIndex(Predicate<T> match) => _items is null ? -1 : Array.FindIndex(_items, match);

    /// <summary>The index of the first element that equals a value, or -1.</summary>
    public int IndexOf(T value) => _items is null ? -1 : Array.IndexOf(_items, value);

    public bool Contains(T value) => IndexOf(value) >= 0;

    public Enumerator GetEnumerator() => new(_items);

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)(_items ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => (_items ?? []).GetEnumerator();

    /// <summary>Whether the elements are equal one by one; an absent list equals an empty one.</summary>
    public bool Equals(ApiList<T> other)
    {
        if (ReferenceEquals(_items, other._items)) return true;
        var left = AsSpan();
        var right = other.AsSpan();
        if (left.Length != right.Length) return false;
        for (var i = 0; i < left.Length; i++)
        {
            if (!EqualityComparer<T>.Default.Equals(left[i], right[i])) return false;
        }
        return true;
    }

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is ApiList<T> other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in AsSpan()) hash.Add(item);
        return hash.ToHashCode();
    }

    public static bool operator ==(ApiList<T> left, ApiList<T> right) => left.Equals(right);

    public static bool operator !=(ApiList<T> left, ApiList<T> right) => !left.Equals(right);

    /// <summary>Copies an array, so that a later write to it does not show; null becomes nil.</summary>
    public static implicit operator ApiList<T>(T[]? items) => items is null ? default : new((T[])items.Clone());

    /// <summary>Walks the elements without allocating.</summary>
    public struct Enumerator
    {
        private readonly T[]? _items;
        private int _index;

        internal Enumerator(T[]? items)
        {
            _items = items;
            _index = -1;
        }

        public readonly T Current => _items![_index];

        public bool MoveNext() => _items is not null && ++_index < _items.Length;
    }
}

/// <summary>Makes lists, for collection expressions and for code that already owns an array.</summary>
public static class ApiList
{
    public static ApiList<T> Create<T>(ReadOnlySpan<T> items) => new(items.ToArray());

    /// <summary>Takes an array over without a copy: the caller must not write to it again. Null becomes nil.</summary>
    public static ApiList<T> Wrap<T>(T[]? items) => new(items);

    /// <summary>Collects a sequence.</summary>
    public static ApiList<T> ToApiList<T>(this IEnumerable<T> items) => new(items.ToArray());
}

/// <summary>Collects the elements of a list one at a time; a mutable struct that belongs to one method.</summary>
public struct ApiListBuilder<T>
{
    private T[]? _items;
    private int _count;

    public ApiListBuilder(int capacity)
    {
        _items = new T[capacity];
        _count = 0;
    }

    public readonly int Count => _count;

    public void Add(T item)
    {
        _items ??= new T[4];
        if (_count == _items.Length) Array.Resize(ref _items, Math.Max(4, _count * 2));
        _items[_count++] = item;
    }

    /// <summary>The list, never nil; the builder starts again empty.</summary>
    public ApiList<T> ToList()
    {
        var items = _items ?? [];
        if (items.Length != _count) Array.Resize(ref items, _count);
        _items = null;
        _count = 0;
        return new(items);
    }
}
