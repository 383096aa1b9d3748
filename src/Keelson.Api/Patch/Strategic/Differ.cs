using System.Runtime.CompilerServices;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Strategic;

/// <summary>Computes strategic merge patches from two objects.</summary>
internal sealed partial class Differ
{
    internal static readonly Differ Everything = new(additions: true, deletions: true, order: true);
    internal static readonly Differ Additions = new(additions: true, deletions: false, order: true);
    internal static readonly Differ Deletions = new(additions: false, deletions: true, order: true);
    internal static readonly Differ WithoutOrder = new(additions: true, deletions: true, order: false);

    private readonly bool _additions;
    private readonly bool _deletions;
    private readonly bool _order;

    /// <param name="additions">Whether the patch adds and changes.</param>
    /// <param name="deletions">Whether the patch deletes.</param>
    /// <param name="order">Whether the patch says in which order merged lists are to be.</param>
    private Differ(bool additions, bool deletions, bool order)
    {
        _additions = additions;
        _deletions = deletions;
        _order = order;
    }

    /// <param name="retainKeys">Whether the patch names the keys that stay, so that all others go.</param>
    internal MapValue Maps(MapValue original, MapValue modified, PatchType type, bool retainKeys)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var patch = new MapBuilder();
        foreach (var (key, value) in modified)
        {
            if (!original.TryGet(key, out var before)) AddIf(_additions, patch, key, value);
            else if (key == Directives.Marker) DiffMarker(patch, before, value);
            else if (before.Kind != value.Kind) AddIf(_additions, patch, key, value);
            else DiffField(patch, key, before, value, type);
        }

        if (_deletions)
        {
            foreach (var key in original.Keys)
            {
                if (!modified.ContainsKey(key)) patch.Set(key, Value.Null);
            }
        }

        if (retainKeys) NameRetained(patch, original, modified);
        return patch.Build();
    }

    private void DiffField(MapBuilder patch, string key, Value before, Value after, PatchType type)
    {
        if (before.Equals(after)) return;
        switch (after)
        {
            case MapValue map:
                var field = type.Map(key);
                if (field.Replaces)
                {
                    AddIf(_additions, patch, key, map);
                    break;
                }

                var nested = Maps((MapValue)before, map, field.Type, field.RetainKeys);
                if (nested.Count > 0) patch.Set(key, nested);
                break;

            case ListValue list:
                var listField = type.List(key);
                if (listField.Merges) DiffLists(patch, key, (ListValue)before, list, listField);
                else AddIf(_additions, patch, key, list);
                break;

            default:
                AddIf(_additions, patch, key, after);
                break;
        }
    }

    private static void AddIf(bool wanted, MapBuilder patch, string key, Value value)
    {
        if (wanted) patch.Set(key, value);
    }

    private static void DiffMarker(MapBuilder patch, Value before, Value after)
    {
        if (before is not TextValue || after is not TextValue)
        {
            throw PatchErrors.Malformed($"invalid value for special key: {Directives.Marker}");
        }

        if (before != after) patch.Set(Directives.Marker, after);
    }

    private static void NameRetained(MapBuilder patch, MapValue original, MapValue modified)
    {
        var retained = new List<string>();
        foreach (var (key, value) in modified)
        {
            if (!value.IsNull) retained.Add(key);
        }

        if (retained.Count == 0 || (patch.Count == 0 && !HasMore(original, modified))) return;
        retained.Sort(Utf8Order.Instance);
        patch.Set(Directives.RetainKeys, ListValue.From(retained.Select(key => (Value)key)));
    }

    private static bool HasMore(MapValue original, MapValue modified)
    {
        foreach (var (key, value) in original)
        {
            if (!value.IsNull && !modified.ContainsKey(key)) return true;
        }

        return false;
    }
}
