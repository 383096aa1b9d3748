using System.Diagnostics.CodeAnalysis;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Json;

/// <summary>
/// A node of the document while it is patched. It is a value until something below it changes; only then its entries
/// become nodes, once, so that thousands of operations on one large map do not copy it thousands of times.
/// </summary>
internal sealed class JsonPatchNode(Value value)
{
    private Value? _value = value;
    private Dictionary<string, int>? _index;
    private List<KeyValuePair<string, JsonPatchNode?>>? _entries;
    private List<JsonPatchNode>? _items;

    /// <summary>No less than how deep the node is; removing something does not lower it.</summary>
    internal int DepthBound { get; set; } = value.Depth;

    internal bool IsMap => _index is not null || _value is MapValue;

    internal bool IsList => _items is not null || _value is ListValue;

    internal List<JsonPatchNode> Items
    {
        get
        {
            if (_items is not null) return _items;
            var list = (ListValue)_value!;
            _items = new List<JsonPatchNode>(list.Count + 1);
            foreach (var item in list) _items.Add(new JsonPatchNode(item));
            _value = null;
            return _items;
        }
    }

    internal bool TryGetMember(string key, [NotNullWhen(true)] out JsonPatchNode? member)
    {
        Open();
        member = _index.TryGetValue(key, out var at) ? _entries[at].Value : null;
        return member is not null;
    }

    internal void SetMember(string key, JsonPatchNode member)
    {
        Open();
        if (_index.TryGetValue(key, out var at))
        {
            _entries[at] = KeyValuePair.Create(key, (JsonPatchNode?)member);
            return;
        }

        _index[key] = _entries.Count;
        _entries.Add(KeyValuePair.Create(key, (JsonPatchNode?)member));
    }

    /// <summary>Leaves a gap, because closing it would move all later entries.</summary>
    internal bool RemoveMember(string key)
    {
        Open();
        if (!_index.Remove(key, out var at)) return false;
        _entries[at] = KeyValuePair.Create(key, (JsonPatchNode?)null);
        return true;
    }

    internal Value ToValue()
    {
        if (_value is not null) return _value;
        if (_items is not null)
        {
            var list = new ListBuilder(_items.Count);
            foreach (var item in _items) list.Add(item.ToValue());
            return list.Build();
        }

        var map = new MapBuilder(_index!.Count);
        foreach (var (key, member) in _entries!)
        {
            if (member is not null) map.Set(key, member.ToValue());
        }

        return map.Build();
    }

    [MemberNotNull(nameof(_index), nameof(_entries))]
    private void Open()
    {
        if (_index is not null && _entries is not null) return;
        var map = (MapValue)_value!;
        _index = new Dictionary<string, int>(map.Count + 1);
        _entries = new List<KeyValuePair<string, JsonPatchNode?>>(map.Count + 1);
        foreach (var (key, member) in map)
        {
            _index[key] = _entries.Count;
            _entries.Add(KeyValuePair.Create(key, (JsonPatchNode?)new JsonPatchNode(member)));
        }

        _value = null;
    }
}
