using System.Runtime.InteropServices;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>Collects every leaf, list element and map entry that a value has.</summary>
internal sealed class FieldSetOf
{
    private readonly FieldSetBuilder _set = new();
    private readonly List<PathElement> _path = [];

    private FieldSetOf()
    {
    }

    internal static FieldSet Value(Value value, MergeType type)
    {
        var walker = new FieldSetOf();
        walker.Visit(value, type);
        return walker._set.Build();
    }

    private void Visit(Value value, MergeType type)
    {
        var forms = type.FormsOf(value);
        if (forms.HasFlag(Forms.Map)) VisitMap(value, type);
        else if (forms.HasFlag(Forms.Scalar)) AddSelf();
        else if (forms.HasFlag(Forms.List)) VisitList(value, type);
    }

    private void VisitMap(Value value, MergeType type)
    {
        if (type.MapIsAtomic)
        {
            AddSelf();
            return;
        }

        if (value is not MapValue map) return;
        foreach (var (key, child) in map)
        {
            _path.Add(PathElement.Field(key));
            Visit(child, type.Field(key));

            // A declared field is owned through what is in it; where there is nothing in it, or where
            // it is there only because someone added it, it is owned by itself.
            if (child is NullValue or MapValue { Count: 0 } || !type.Names(key)) AddSelf();
            _path.RemoveAt(_path.Count - 1);
        }
    }

    private void VisitList(Value value, MergeType type)
    {
        if (type.ListIsAtomic)
        {
            AddSelf();
            return;
        }

        if (value is not ListValue list) return;
        var times = new Dictionary<PathElement, int>(list.Count);
        var elements = new PathElement?[list.Count];
        for (var i = 0; i < list.Count; i++)
        {
            if (ListElements.Identify(type, list[i], out var element) is not null) continue;
            elements[i] = element;
            CollectionsMarshal.GetValueRefOrAddDefault(times, element, out _)++;
        }

        for (var i = 0; i < list.Count; i++)
        {
            if (elements[i] is not { } element) continue;
            _path.Add(element);

            // Elements that occur more than once are owned together, as a whole.
            if (times[element] == 1) Visit(list[i], type.Items);
            AddSelf();
            _path.RemoveAt(_path.Count - 1);
        }
    }

    private void AddSelf() => _set.Add(CollectionsMarshal.AsSpan(_path));
}
