using System.Collections;
using System.Runtime.CompilerServices;

namespace Keelson.Api.Values;

/// <summary>An ordered list of values.</summary>
[CollectionBuilder(typeof(ListValue), nameof(Create))]
public sealed class ListValue : Value, IReadOnlyList<Value>
{
    public static readonly ListValue Empty = new([]);

    private readonly Value[] _items;

    /// <param name="items">Becomes the list's own; the caller must not keep it.</param>
    internal ListValue(Value[] items)
    {
        Depth = DepthAbove(items);
        _items = items;
    }

    public override ValueKind Kind => ValueKind.List;

    public override int Depth { get; }

    public int Count => _items.Length;

    public Value this[int index] => _items[index];

    public ReadOnlySpan<Value> Span => _items;

    public static ListValue Create(ReadOnlySpan<Value> items) => items.IsEmpty ? Empty : new ListValue(items.ToArray());

    public static ListValue From(IEnumerable<Value> items) => Own([.. items]);

    /// <summary>This list with one item replaced.</summary>
    public ListValue With(int index, Value value)
    {
        if (ReferenceEquals(_items[index], value)) return this;
        var copy = (Value[])_items.Clone();
        copy[index] = value;
        return new ListValue(copy);
    }

    /// <summary>This list with one item more, before the one that is at the index now.</summary>
    public ListValue Insert(int index, Value value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)index, (uint)_items.Length, nameof(index));
        return new ListValue([.. _items.AsSpan(0, index), value, .. _items.AsSpan(index)]);
    }

    public ListValue Append(Value value) => new([.. _items, value]);

    /// <summary>This list without the item at the index.</summary>
    public ListValue Without(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_items.Length, nameof(index));
        return Own([.. _items.AsSpan(0, index), .. _items.AsSpan(index + 1)]);
    }

    public ReadOnlySpan<Value>.Enumerator GetEnumerator() => Span.GetEnumerator();

    IEnumerator<Value> IEnumerable<Value>.GetEnumerator() => ((IEnumerable<Value>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(_items.Length);
        foreach (var item in _items) hash.Add(item.GetHashCode());
        return hash.ToHashCode();
    }

    internal static ListValue Own(Value[] items) => items.Length == 0 ? Empty : new ListValue(items);

    internal override bool EqualTo(Value other, bool numeric)
    {
        if (other is not ListValue that || that._items.Length != _items.Length) return false;
        for (var i = 0; i < _items.Length; i++)
        {
            if (!ReferenceEquals(_items[i], that._items[i]) && !_items[i].EqualTo(that._items[i], numeric)) return false;
        }

        return true;
    }

    internal override Value RewriteChildren(Func<Value, Value?> rewrite)
    {
        ListBuilder? changed = null;
        for (var i = 0; i < _items.Length; i++)
        {
            var after = _items[i].Rewrite(rewrite);
            if (changed is null)
            {
                if (ReferenceEquals(after, _items[i])) continue;
                changed = new ListBuilder(_items.AsSpan(0, i));
            }

            if (after is not null) changed.Add(after);
        }

        return changed?.Build() ?? this;
    }
}
