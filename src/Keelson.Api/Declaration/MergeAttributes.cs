namespace Keelson.Api;

/// <summary>The list's elements are merged by these keys under server-side apply.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListMapAttribute(params string[] keys) : Attribute
{
    public string[] Keys { get; } = keys;
}

/// <summary>The list is a set of scalars under server-side apply.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListSetAttribute : Attribute;

/// <summary>The list, map or object is replaced as a whole under server-side apply, and says so in its schema.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
public sealed class AtomicAttribute : Attribute;

/// <summary>The map's or object's entries are owned one by one under server-side apply, and its schema says so.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
public sealed class GranularAttribute : Attribute;

/// <summary>How a strategic merge patch treats the field.</summary>
/// <param name="strategy">"merge", "replace", "retainKeys", or several with commas.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class StrategicMergeAttribute(string strategy) : Attribute
{
    public string Strategy { get; } = strategy;

    /// <summary>The field by which elements of a merged list are matched.</summary>
    public string? Key { get; init; }
}
