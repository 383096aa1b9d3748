namespace Keelson.Api;

/// <summary>When a field appears in JSON.</summary>
public enum Emit
{
    /// <summary>Not when it is empty: null, zero, false, or a string, list or map without content. A nested object that is not nullable is never empty.</summary>
    NotEmpty,

    /// <summary>Always; where there is nothing, as null or the zero value.</summary>
    Always,

    /// <summary>Not when it is its type's zero value; unlike <see cref="NotEmpty"/> that goes for nested objects and times too.</summary>
    NotZero,
}

/// <summary>Marks a property as a field of the API.</summary>
/// <param name="number">The field's protobuf number; zero for a field that JSON alone has.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FieldAttribute(int number) : Attribute
{
    public int Number { get; } = number;

    /// <summary>The JSON name, where it is not the property's name with a small first letter.</summary>
    public string? Name { get; init; }

    public Emit Emit { get; init; }

    /// <summary>The list is wrapped in a message of its own in protobuf.</summary>
    public bool Wrapped { get; init; }
}

/// <summary>The nested object's fields stand directly in the outer JSON object (in protobuf it stays nested).</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InlineAttribute : Attribute;

/// <summary>The field must be given. Fields that are always written are required unless they are <see cref="OptionalAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RequiredAttribute : Attribute;

/// <summary>The field is always written and yet need not be given.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionalAttribute : Attribute;

/// <summary>The value that the schema publishes for a field that is not given, as JSON.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DefaultAttribute(string json) : Attribute
{
    public string Json { get; } = json;
}

/// <summary>The strings that a field knows, by name: a static class of constants.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KnownValuesAttribute(Type constants) : Attribute
{
    public Type Constants { get; } = constants;
}

/// <summary>Marks a class of constants as complete: the schema publishes them as an enumeration.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ClosedAttribute : Attribute;
