using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>Keeps writes that change nothing from changing the times in managed fields.</summary>
public static class ManagedFieldTimes
{
    /// <summary>
    /// The updated object, with the old managed fields where nothing but times in them differs, so that it equals the
    /// stored object and need not be written.
    /// </summary>
    public static MapValue KeepUnlessChanged(MapValue old, MapValue updated)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(updated);
        if (old["metadata", "managedFields"] is not ListValue before || updated["metadata", "managedFields"] is not ListValue after) return updated;
        if (before.Count != after.Count || !ManagedFields.Strip(old).Equals(ManagedFields.Strip(updated))) return updated;
        for (var i = 0; i < before.Count; i++)
        {
            if (WithoutTime(before[i]) != WithoutTime(after[i])) return updated;
        }

        return updated.With(["metadata", "managedFields"], before);
    }

    private static Value WithoutTime(Value entry) => entry is MapValue map ? map.Without("time") : entry;
}
