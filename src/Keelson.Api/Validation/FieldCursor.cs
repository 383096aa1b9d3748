using System.Text;

namespace Keelson.Api.Validation;

/// <summary>
/// The place that a walk over an object has reached. Entering a field and leaving it again allocates nothing; text is made
/// only when somebody asks for it. It belongs to one walk, and so to one thread.
/// </summary>
public sealed class FieldCursor
{
    private FieldStep[] _steps = new FieldStep[16];
    private int _depth;

    /// <summary>How many steps the place is below the root.</summary>
    public int Depth => _depth;

    /// <summary>Enters a field until the scope is disposed of.</summary>
    public Scope In(string field) => Enter(FieldStep.OfName(field));

    /// <summary>Enters an element of a list that is a field.</summary>
    public Scope In(string field, int index)
    {
        var scope = Enter(FieldStep.OfName(field));
        Push(FieldStep.OfIndex(index));
        return scope;
    }

    /// <summary>Enters an entry of a map that is a field.</summary>
    public Scope In(string field, string key)
    {
        var scope = Enter(FieldStep.OfName(field));
        Push(FieldStep.OfKey(key));
        return scope;
    }

    /// <summary>Enters a place that is some way below.</summary>
    public Scope In(FieldPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var scope = new Scope(this, _depth);
        path.EnterInto(this);
        return scope;
    }

    /// <summary>Enters an element of the list that is here.</summary>
    public Scope At(int index) => Enter(FieldStep.OfIndex(index));

    /// <summary>Enters an entry of the map that is here.</summary>
    public Scope Key(string key) => Enter(FieldStep.OfKey(key));

    /// <summary>The place as a path that can be kept, or null at the root.</summary>
    public FieldPath? ToPath()
    {
        FieldPath? path = null;
        foreach (var step in _steps.AsSpan(0, _depth)) path = FieldPath.Append(path, step);
        return path;
    }

    public override string ToString() => ToString(0);

    /// <summary>The place as text, from a depth on.</summary>
    internal string ToString(int from, FieldStep? below = null)
    {
        if (_depth <= from && below is null) return "";
        var text = new StringBuilder();
        foreach (var step in _steps.AsSpan(from, _depth - from)) step.Append(text);
        below?.Append(text);
        return text.ToString();
    }

    /// <summary>The place that is so many steps below the root, on the way here.</summary>
    internal string Above(int depth)
    {
        var text = new StringBuilder();
        foreach (var step in _steps.AsSpan(0, depth)) step.Append(text);
        return text.ToString();
    }

    internal void Push(FieldStep step)
    {
        if (_depth == _steps.Length) Array.Resize(ref _steps, _depth * 2);
        _steps[_depth++] = step;
    }

    internal Scope Enter(FieldStep step)
    {
        var scope = new Scope(this, _depth);
        Push(step);
        return scope;
    }

    /// <summary>Leaves what was entered when it is disposed of.</summary>
    public readonly ref struct Scope
    {
        private readonly FieldCursor? _cursor;
        private readonly int _depth;

        internal Scope(FieldCursor cursor, int depth)
        {
            _cursor = cursor;
            _depth = depth;
        }

        public void Dispose()
        {
            if (_cursor is not null) _cursor._depth = _depth;
        }
    }
}
