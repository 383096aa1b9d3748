using System.Globalization;
using System.Text;

namespace Keelson.Api.Validation;

/// <summary>Where in an object a field is: spec.containers[0].name, or metadata.labels[example.com/role].</summary>
/// <remarks>For paths that are kept; validation itself walks with a <see cref="FieldCursor"/>, which allocates nothing.</remarks>
public sealed class FieldPath
{
    /// <summary>What stands for the object as a whole, as upstream prints a path that is not there.</summary>
    public const string None = "<nil>";

    private readonly FieldPath? _parent;
    private readonly FieldStep _step;

    private FieldPath(FieldPath? parent, FieldStep step)
    {
        _parent = parent;
        _step = step;
    }

    /// <summary>A path of field names from the object's root.</summary>
    public static FieldPath Of(string name, params ReadOnlySpan<string> names) => new FieldPath(null, FieldStep.OfName(name)).Child(names);

    /// <summary>The path of a field below this one.</summary>
    public FieldPath Child(params ReadOnlySpan<string> names)
    {
        var path = this;
        foreach (var name in names) path = new FieldPath(path, FieldStep.OfName(name));
        return path;
    }

    /// <summary>The path of an element of the list that is here.</summary>
    public FieldPath Index(int index) => new(this, FieldStep.OfIndex(index));

    /// <summary>The path of an entry of the map that is here.</summary>
    public FieldPath Key(string key) => new(this, FieldStep.OfKey(key));

    public override string ToString()
    {
        var text = new StringBuilder();
        Append(text);
        return text.ToString();
    }

    internal static FieldPath Append(FieldPath? parent, FieldStep step) => new(parent, step);

    internal void EnterInto(FieldCursor cursor)
    {
        _parent?.EnterInto(cursor);
        cursor.Push(_step);
    }

    private void Append(StringBuilder text)
    {
        _parent?.Append(text);
        _step.Append(text);
    }
}

/// <summary>One step of a path: a field's name, a list's index, or a map's key.</summary>
internal readonly struct FieldStep
{
    private const int Named = -1;
    private const int Keyed = -2;

    private readonly string? _text;
    private readonly int _index;

    private FieldStep(string? text, int index)
    {
        _text = text;
        _index = index;
    }

    public static FieldStep OfName(string name) => new(name, Named);

    public static FieldStep OfKey(string key) => new(key, Keyed);

    public static FieldStep OfIndex(int index) => new(null, index);

    public void Append(StringBuilder text)
    {
        if (_index == Named)
        {
            if (text.Length > 0) text.Append('.');
            text.Append(_text);
            return;
        }

        text.Append('[');
        if (_index == Keyed) text.Append(_text);
        else text.Append(CultureInfo.InvariantCulture, $"{_index}");
        text.Append(']');
    }
}
