using Keelson.Api.Values;
using Keelson.Api.Yaml;

namespace Keelson.Api.Patch.Merge;

/// <summary>Makes merge patches out of objects.</summary>
public static class MergePatchCreator
{
    /// <summary>The patch that leads from one object to another. No patch can make a member null, so none in the other is kept.</summary>
    public static MapValue CreateMergePatch(MapValue original, MapValue modified)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(modified);
        var patch = new MapBuilder();
        foreach (var (key, after) in modified)
        {
            if (!original.TryGet(key, out var before))
            {
                patch.Set(key, after);
            }
            else if (before is MapValue beforeMap && after is MapValue afterMap)
            {
                var below = CreateMergePatch(beforeMap, afterMap);
                if (below.Count > 0) patch.Set(key, below);
            }
            else if (!after.SemanticEquals(before))
            {
                patch.Set(key, after);
            }
        }

        foreach (var key in original.Keys)
        {
            if (!modified.ContainsKey(key)) patch.Set(key, Value.Null);
        }

        return patch.Build();
    }

    /// <summary>
    /// The patch that kubectl apply sends for custom resources: what differs between the current object and the modified
    /// one is set, and only what the original had and the modified one has not is removed.
    /// </summary>
    /// <param name="original">What was applied last, or null.</param>
    /// <param name="preconditions">What the patch must fulfil; see <see cref="MergePatchPreconditions"/>.</param>
    /// <exception cref="MergePatchException">The two parts contradict each other, or a precondition fails.</exception>
    public static MapValue CreateThreeWayMergePatch(
        MapValue? original, MapValue modified, MapValue current, params ReadOnlySpan<Func<MapValue, bool>> preconditions)
    {
        var set = Filter(CreateMergePatch(current, modified), nulls: false);
        var remove = Filter(CreateMergePatch(original ?? MapValue.Empty, modified), nulls: true);
        if (Conflict(set, remove))
        {
            throw new MergePatchException(
                $"patch:\n{YamlWriter.WriteText(set)}\nconflicts with changes made from original to current:\n{YamlWriter.WriteText(remove)}\n");
        }

        var patch = (MapValue)MergePatch.Apply(remove, set);
        foreach (var precondition in preconditions)
        {
            if (!precondition(patch)) throw new MergePatchException($"precondition failed for: {patch}");
        }

        return patch;
    }

    /// <summary>Only the removals of a patch, or all but them. An empty map that is set is a value, not an empty patch.</summary>
    private static MapValue Filter(MapValue patch, bool nulls)
    {
        var kept = new MapBuilder(patch.Count);
        foreach (var (key, value) in patch)
        {
            if (value is MapValue { Count: > 0 } map)
            {
                var below = Filter(map, nulls);
                if (below.Count > 0) kept.Set(key, below);
            }
            else if (value.IsNull == nulls)
            {
                kept.Set(key, value);
            }
        }

        return kept.Build();
    }

    private static bool Conflict(MapValue left, MapValue right)
    {
        foreach (var (key, value) in left)
        {
            if (!right.TryGet(key, out var other)) continue;
            var conflicts = value is MapValue map && other is MapValue otherMap ? Conflict(map, otherMap) : !value.SemanticEquals(other);
            if (conflicts) return true;
        }

        return false;
    }
}
