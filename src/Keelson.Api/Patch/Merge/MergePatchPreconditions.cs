using Keelson.Api.Values;

namespace Keelson.Api.Patch.Merge;

/// <summary>What a patch must not change.</summary>
public static class MergePatchPreconditions
{
    /// <summary>The patch does not touch this field of the object.</summary>
    public static Func<MapValue, bool> KeyUnchanged(string key) => patch => !patch.ContainsKey(key);

    /// <summary>The patch does not touch this field of the object's metadata.</summary>
    public static Func<MapValue, bool> MetadataKeyUnchanged(string key) => patch =>
        !patch.TryGet("metadata", out var metadata) || (metadata is MapValue map && !map.ContainsKey(key));
}
