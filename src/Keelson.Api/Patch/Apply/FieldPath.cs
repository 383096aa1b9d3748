namespace Keelson.Api.Patch.Apply;

/// <summary>A place in an object: path elements from the root down.</summary>
public sealed class FieldPath : IEquatable<FieldPath>
{
    private readonly PathElement[] _elements;

    private FieldPath(PathElement[] elements) => _elements = elements;

    public ReadOnlySpan<PathElement> Elements => _elements;

    /// <summary>A path of elements; field names convert by themselves.</summary>
    public static FieldPath Of(params ReadOnlySpan<PathElement> elements) => new(elements.ToArray());

    public bool Equals(FieldPath? other) => other is not null && _elements.AsSpan().SequenceEqual(other._elements);

    public override bool Equals(object? obj) => Equals(obj as FieldPath);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var element in _elements) hash.Add(element);
        return hash.ToHashCode();
    }

    /// <summary>As messages have it, such as .spec.containers[name="a"].image.</summary>
    public override string ToString() => string.Concat(_elements.Select(element => element.ToString()));
}
