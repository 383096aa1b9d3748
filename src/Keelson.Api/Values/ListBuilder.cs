namespace Keelson.Api.Values;

/// <summary>Collects items and makes a <see cref="ListValue"/> of them.</summary>
public sealed class ListBuilder
{
    private readonly List<Value> _items;

    public ListBuilder(int capacity = 4) => _items = new List<Value>(capacity);

    public ListBuilder(ReadOnlySpan<Value> items)
    {
        _items = new List<Value>(items.Length + 4);
        _items.AddRange(items);
    }

    public int Count => _items.Count;

    public Value this[int index]
    {
        get => _items[index];
        set => _items[index] = value;
    }

    public ListBuilder Add(Value value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _items.Add(value);
        return this;
    }

    public void Insert(int index, Value value) => _items.Insert(index, value);

    public void RemoveAt(int index) => _items.RemoveAt(index);

    public ListValue Build() => ListValue.Own([.. _items]);
}
