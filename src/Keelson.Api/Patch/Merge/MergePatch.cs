using Keelson.Api.Values;

namespace Keelson.Api.Patch.Merge;

/// <summary>Applies merge patches (RFC 7386), in which null removes a member and lists are replaced as a whole.</summary>
public static class MergePatch
{
    /// <summary>Reads a patch for an object.</summary>
    /// <param name="duplicateFields">Takes a message for each field that occurs again.</param>
    /// <exception cref="MergePatchException">The document is not a JSON object.</exception>
    public static MapValue Parse(ReadOnlySpan<byte> json, ICollection<string>? duplicateFields = null)
    {
        try
        {
            return ValueReader.Read(json, null, duplicateFields) as MapValue ?? throw new MergePatchException("Invalid JSON Patch");
        }
        catch (JsonFormatException)
        {
            throw new MergePatchException("Invalid JSON Patch");
        }
    }

    /// <summary>
    /// The target after the patch. Beyond the RFC, and as upstream has it, members that are null are also dropped from
    /// objects inside of lists that the patch brings.
    /// </summary>
    /// <param name="target">What is there, or null.</param>
    public static Value Apply(Value? target, Value patch)
    {
        ArgumentNullException.ThrowIfNull(patch);
        if (patch is not MapValue changes) return WithoutNulls(patch);
        if (target is not MapValue map) return WithoutNulls(patch);
        var result = new MapBuilder(map.Count + changes.Count);
        foreach (var (key, before) in map)
        {
            if (!changes.TryGet(key, out var change)) result.Set(key, before);
            else if (!change.IsNull) result.Set(key, Apply(before, change));
        }

        foreach (var (key, added) in changes)
        {
            if (!added.IsNull && !map.ContainsKey(key)) result.Set(key, WithoutNulls(added));
        }

        return result.Build();
    }

    /// <summary>The value without the members that are null; nulls that are items of lists stay.</summary>
    private static Value WithoutNulls(Value value)
    {
        switch (value)
        {
            case MapValue map:
                var members = new MapBuilder(map.Count);
                foreach (var (key, member) in map)
                {
                    if (!member.IsNull) members.Set(key, WithoutNulls(member));
                }

                return members.Build();
            case ListValue list:
                var items = new ListBuilder(list.Count);
                foreach (var item in list) items.Add(WithoutNulls(item));
                return items.Build();
            default:
                return value;
        }
    }
}
