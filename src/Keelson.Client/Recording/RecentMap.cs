using System.Diagnostics.CodeAnalysis;

namespace Keelson.Client.Recording;

/// <summary>Remembers so many entries, and of more forgets the one that was used longest ago.</summary>
internal sealed class RecentMap<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _entries = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _byUse = new();

    public int Count => _entries.Count;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!_entries.TryGetValue(key, out var node))
        {
            value = default;
            return false;
        }

        _byUse.Remove(node);
        _byUse.AddFirst(node);
        value = node.Value.Value;
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        if (_entries.Remove(key, out var old)) _byUse.Remove(old);
        _entries[key] = _byUse.AddFirst((key, value));
        if (_entries.Count <= capacity) return;
        _entries.Remove(_byUse.Last!.Value.Key);
        _byUse.RemoveLast();
    }
}
