namespace Keelson.Api;

/// <summary>Changes what a list or a field holds, and keeps the very same list or object where nothing changes.</summary>
internal static class ApiListMapping
{
    /// <summary>The list with every element changed; the same list if all elements stayed the same objects.</summary>
    public static ApiList<T> Map<T>(this ApiList<T> list, Func<T, T> change)
        where T : class
    {
        T[]? changed = null;
        for (var i = 0; i < list.Count; i++)
        {
            var element = change(list[i]);
            if (changed is null && ReferenceEquals(element, list[i])) continue;
            changed ??= list.ToArray();
            changed[i] = element;
        }

        return changed is null ? list : ApiList.Wrap(changed);
    }

    /// <summary>Whether both are one list in memory, which is cheaper to ask than whether their elements are equal.</summary>
    public static bool IsSame<T>(this ApiList<T> list, ApiList<T> other) => list.AsMemory().Equals(other.AsMemory());

    /// <summary>The map with every value changed; the same map if no value did.</summary>
    public static ApiMap<T> Map<T>(this ApiMap<T> map, Func<T, T> change)
        where T : struct, IEquatable<T>
    {
        Dictionary<string, T>? changed = null;
        foreach (var (key, value) in map)
        {
            var next = change(value);
            if (!next.Equals(value)) (changed ??= [])[key] = next;
        }

        if (changed is null) return map;
        foreach (var (key, value) in changed) map = map.With(key, value);
        return map;
    }
}
