using Keelson.Api.Patch.Strategic;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>Checks that a value is of a type, as far as merging depends on it.</summary>
internal sealed class TypeErrors
{
    private readonly List<PathElement> _path = [];
    private readonly List<(string Path, string Message)> _errors = [];
    private readonly bool _allowDuplicates;

    private TypeErrors(bool allowDuplicates) => _allowDuplicates = allowDuplicates;

    /// <param name="allowDuplicates">Whether lists may have elements of the same key, which stored objects may have.</param>
    /// <returns>What is wrong, or null.</returns>
    internal static string? Find(Value value, MergeType type, bool allowDuplicates)
    {
        var errors = new TypeErrors(allowDuplicates);
        errors.Check(value, type);
        return errors._errors switch
        {
            [] => null,
            [var only] => Line(only),
            var all => string.Join('\n', ["errors:", .. all.Select(error => "  " + Line(error))]),
        };

        static string Line((string Path, string Message) error) =>
            error.Path.Length == 0 ? error.Message : $"{error.Path}: {error.Message}";
    }

    private void Check(Value value, MergeType type)
    {
        if (value.IsNull) return;
        var forms = type.FormsOf(value);
        if (forms.HasFlag(Forms.Map)) CheckMap(value, type);
        else if (forms.HasFlag(Forms.Scalar)) CheckScalar(value, type.Scalar);
        else if (forms.HasFlag(Forms.List)) CheckList(value, type);
    }

    private void CheckMap(Value value, MergeType type)
    {
        if (value is not MapValue map)
        {
            Add($"expected map, got &{{{PatchErrors.Print(value)}}}");
            return;
        }

        foreach (var (key, child) in map)
        {
            var field = type.Field(key);
            _path.Add(PathElement.Field(key));
            if (field.IsUndeclared) Add("field not declared in schema");
            else Check(child, field);
            _path.RemoveAt(_path.Count - 1);
        }
    }

    private void CheckList(Value value, MergeType type)
    {
        if (value is not ListValue list)
        {
            Add($"expected list, got &{{{PatchErrors.Print(value)}}}");
            return;
        }

        var isAtomic = type.ListIsAtomic;
        var seen = isAtomic || _allowDuplicates ? null : new HashSet<PathElement>();
        for (var i = 0; i < list.Count; i++)
        {
            var element = PathElement.At(i);
            if (!isAtomic && ListElements.Identify(type, list[i], out element) is { } problem)
            {
                // Without a path to the element nothing below it could be reported either.
                Add($"element {i}: {problem}");
                return;
            }

            if (seen is not null && !seen.Add(element)) Add($"duplicate entries for key {element}");
            _path.Add(element);
            Check(list[i], type.Items);
            _path.RemoveAt(_path.Count - 1);
        }
    }

    private void CheckScalar(Value value, ScalarForm form)
    {
        switch (form)
        {
            case ScalarForm.Numeric when value.Kind is not (ValueKind.Integer or ValueKind.Number):
                Add($"expected numeric (int or float), got {GoType(value)}");
                break;
            case ScalarForm.String when value.Kind != ValueKind.Text:
                Add($"expected string, got &value.valueUnstructured{{Value:{GoSyntax(value)}}}");
                break;
            case ScalarForm.Boolean when value.Kind != ValueKind.Bool:
                Add($"expected boolean, got &{{{PatchErrors.Print(value)}}}");
                break;
            case ScalarForm.Untyped when value.Kind is ValueKind.Map or ValueKind.List:
                Add($"expected any scalar, got &{{{PatchErrors.Print(value)}}}");
                break;
        }
    }

    private void Add(string message) => _errors.Add((string.Concat(_path.Select(element => element.ToString())), message));

    private static string GoType(Value value) => value.Kind switch
    {
        ValueKind.Text => "string",
        ValueKind.Bool => "bool",
        ValueKind.List => "[]interface {}",
        ValueKind.Map => "map[string]interface {}",
        _ => "<nil>",
    };

    private static string GoSyntax(Value value) => value switch
    {
        TextValue text => GoQuote.Quote(text.Text),
        ListValue list => $"[]interface {{}}{{{string.Join(", ", list.Select(GoSyntax))}}}",
        MapValue map => $"map[string]interface {{}}{{{string.Join(", ", map.OrderBy<KeyValuePair<string, Value>, string>(entry => entry.Key, Utf8Order.Instance).Select(entry => $"{GoQuote.Quote(entry.Key)}:{GoSyntax(entry.Value)}"))}}}",
        NullValue => "interface {}(nil)",
        _ => PatchErrors.Print(value),
    };
}
