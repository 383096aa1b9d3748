namespace Keelson.Api;

/// <summary>The smallest number allowed.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MinimumAttribute(long value) : Attribute
{
    public long Value { get; } = value;
}

/// <summary>The largest number allowed.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MaximumAttribute(long value) : Attribute
{
    public long Value { get; } = value;
}

/// <summary>The most bytes that a string may have.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MaxLengthAttribute(int value) : Attribute
{
    public int Value { get; } = value;
}

/// <summary>The most elements that a list may have.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MaxItemsAttribute(int value) : Attribute
{
    public int Value { get; } = value;
}

/// <summary>The form that a string must have, by the name of a rule, such as k8s-short-name.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FormatAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>A regular expression that a string must match.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PatternAttribute(string expression) : Attribute
{
    public string Expression { get; } = expression;
}

/// <summary>The field can't change once the object exists.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ImmutableAttribute : Attribute;

/// <summary>At most one member of the object's union may be given; this field is one of them.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UnionMemberAttribute : Attribute;
