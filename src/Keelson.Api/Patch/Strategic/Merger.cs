using System.Runtime.CompilerServices;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Strategic;

/// <summary>Merges a patch into an object, or a patch into another patch.</summary>
internal sealed partial class Merger
{
    /// <summary>Applies a patch: directives are carried out and do not appear in the result.</summary>
    internal static readonly Merger Server = new(carriesOut: true);

    /// <summary>Joins two patches: directives are kept for the server.</summary>
    internal static readonly Merger OfPatches = new(carriesOut: false);

    private readonly bool _carriesOut;

    private Merger(bool carriesOut) => _carriesOut = carriesOut;

    internal MapValue MergeMap(MapValue original, MapValue patch, PatchType type)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (patch.TryGet(Directives.Marker, out var directive)) return ReplaceOrDelete(directive, patch);

        var result = original.ToBuilder();
        var rest = patch.ToBuilder();
        RetainKeys(result, rest);
        MergeOrderedLists(result, rest, type);
        foreach (var (key, value) in rest.Build())
        {
            if (!Directives.IsDeletionList(key)) MergeField(result, key, value, type);
            else if (_carriesOut) DeleteFromList(result, Directives.FieldOfDeletionList(key), value, type);
            else result.Set(key, value);
        }

        return result.Build();
    }

    private static MapValue ReplaceOrDelete(Value directive, MapValue patch) => directive.AsText() switch
    {
        Directives.Replace => patch.Without(Directives.Marker),
        Directives.Delete => MapValue.Empty,
        _ => throw PatchErrors.UnknownDirective(directive, patch),
    };

    private void MergeField(MapBuilder result, string key, Value patch, PatchType type)
    {
        if (patch.IsNull)
        {
            // A patch that is joined with another keeps its null: it asks the server to delete the field.
            result.Remove(key);
            if (!_carriesOut) result.Set(key, patch);
            return;
        }

        if (!result.TryGet(key, out var original) || original.Kind != patch.Kind || patch.Kind is not (ValueKind.Map or ValueKind.List))
        {
            if (Directives.Strip(patch, dropNulls: _carriesOut) is { } taken) result.Set(key, taken);
            else result.Remove(key);
            return;
        }

        if (patch is MapValue map)
        {
            var field = type.Map(key);
            result.Set(key, field.Replaces ? map : MergeMap((MapValue)original, map, field.Type));
        }
        else
        {
            result.Set(key, MergeList((ListValue)original, (ListValue)patch, type.List(key)));
        }
    }

    private static void DeleteFromList(MapBuilder result, string key, Value toDelete, PatchType type)
    {
        if (toDelete.IsNull)
        {
            result.Remove(key);
            return;
        }

        if (!result.TryGet(key, out var original) || original.Kind != toDelete.Kind) return;
        if (toDelete is not ListValue list) throw PatchErrors.BadPrimitiveList();
        if (!type.List(key).Merges)
        {
            result.Set(key, list);
            return;
        }

        var doomed = new HashSet<Value>(list);
        var kept = new ListBuilder();
        foreach (var item in (ListValue)original)
        {
            if (!doomed.Contains(item)) kept.Add(item);
        }

        result.Set(key, kept.Build());
    }

    /// <summary>Clears what the patch's $retainKeys does not name.</summary>
    private void RetainKeys(MapBuilder result, MapBuilder patch)
    {
        if (!patch.TryGet(Directives.RetainKeys, out var directive)) return;
        patch.Remove(Directives.RetainKeys);
        if (!_carriesOut)
        {
            if (result.TryGet(Directives.RetainKeys, out var other) && other != directive)
            {
                throw PatchErrors.Malformed(
                    $"{PatchErrors.Print(other)} and {PatchErrors.Print(directive)} are not deep equal: this may happen when calculating the 3-way diff patch");
            }

            result.Set(Directives.RetainKeys, directive);
            return;
        }

        if (directive is not ListValue list) throw PatchErrors.BadRetainKeys();
        var retained = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list)
        {
            if (item.AsText() is { } key) retained.Add(key);
        }

        foreach (var (key, value) in patch.Build())
        {
            if (value.IsNull || Directives.IsDeletionList(key) || Directives.IsElementOrder(key)) continue;
            if (!retained.Contains(key)) throw PatchErrors.BadRetainKeys();
        }

        foreach (var key in result.Build().Keys)
        {
            if (!retained.Contains(key)) result.Remove(key);
        }
    }
}
