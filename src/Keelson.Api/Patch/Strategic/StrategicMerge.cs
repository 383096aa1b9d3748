using Keelson.Api.Schemas;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Strategic;

/// <summary>
/// Strategic merge patches: merge patches in which a type says, field by field, whether a list is replaced or merged
/// by key, and in which directives say the rest.
/// </summary>
public static class StrategicMerge
{
    /// <summary>The object with the patch applied.</summary>
    /// <exception cref="StrategicPatchException">The patch contradicts itself or the schema.</exception>
    public static MapValue Apply(MapValue original, MapValue patch, Schema schema)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(patch);
        return Merger.Server.MergeMap(original, patch, PatchType.Of(schema));
    }

    /// <summary>A patch as messages show it.</summary>
    public static string Show(MapValue patch) => PatchErrors.Print(patch);

    /// <summary>A patch that turns the original into the modified object.</summary>
    /// <exception cref="StrategicPatchException">A list can't be compared, or a precondition does not hold.</exception>
    public static MapValue CreateTwoWay(
        MapValue original, MapValue modified, Schema schema, params ReadOnlySpan<PatchPrecondition> preconditions)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(modified);
        var patch = Differ.Everything.Maps(original, modified, PatchType.Of(schema), retainKeys: false);
        Check(patch, preconditions);
        return patch;
    }

    /// <summary>
    /// A patch for the current object that makes the changes of a new configuration: what differs from the current
    /// object, and deletions of what the previous configuration had and the new one has not.
    /// </summary>
    /// <param name="original">The previous configuration.</param>
    /// <param name="modified">The new configuration.</param>
    /// <param name="overwrite">Whether changes that others made to the same fields may be overwritten.</param>
    /// <exception cref="StrategicPatchException">A precondition does not hold, or there is a conflict.</exception>
    public static MapValue CreateThreeWay(
        MapValue original,
        MapValue modified,
        MapValue current,
        Schema schema,
        bool overwrite,
        params ReadOnlySpan<PatchPrecondition> preconditions)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(modified);
        ArgumentNullException.ThrowIfNull(current);
        var type = PatchType.Of(schema);
        var additions = Differ.Additions.Maps(current, modified, type, retainKeys: false);
        var deletions = Differ.Deletions.Maps(original, modified, type, retainKeys: false);
        var patch = Merger.OfPatches.MergeMap(deletions, additions, type);
        Check(patch, preconditions);
        if (overwrite) return patch;

        var changed = Differ.WithoutOrder.Maps(original, current, type, retainKeys: false);
        if (!Overlap.Maps(patch, changed, type)) return patch;
        throw new StrategicPatchException(
            StrategicPatchProblem.Conflict,
            $"patch:\n{patch}\nconflicts with changes made from original to current:\n{changed}\n");
    }

    private static void Check(MapValue patch, ReadOnlySpan<PatchPrecondition> preconditions)
    {
        foreach (var holds in preconditions)
        {
            if (holds(patch)) continue;
            throw new StrategicPatchException(
                StrategicPatchProblem.Precondition, $"precondition failed for: {PatchErrors.Print(patch)}");
        }
    }
}

/// <summary>Whether a computed patch may be sent.</summary>
public delegate bool PatchPrecondition(MapValue patch);

/// <summary>The usual preconditions of a computed patch.</summary>
public static class PatchPreconditions
{
    /// <summary>The patch does not touch a field of the object, such as kind.</summary>
    public static PatchPrecondition Unchanged(string field) => patch => !patch.ContainsKey(field);

    /// <summary>The patch does not touch a field of the object's metadata, such as name.</summary>
    public static PatchPrecondition MetadataUnchanged(string field) =>
        patch => patch["metadata"] is not MapValue metadata || !metadata.ContainsKey(field);
}
