using Keelson.Api.Cel.Library;
using Keelson.Api.Cel.Syntax;

namespace Keelson.Api.Cel.Checking;

/// <summary>Calls and the variables of macros.</summary>
internal sealed partial class CelChecker
{
    private CelType Call(CallNode node)
    {
        // What looks like a member of a name may be a function with a qualified name, such as optional.of.
        if (node.Target is not null && CelParser.QualifiedName(node.Target) is { } name && !IsLocal(name) && CelLibrary.Find($"{name}.{node.Function}") is not null)
        {
            node.Function = $"{name}.{node.Function}";
            node.Target = null;
        }

        _formatting += node.Function == "format" ? 1 : 0;
        var arguments = node.Children.Select(Check).ToArray();
        _formatting -= node.Function == "format" ? 1 : 0;
        if (CelLibrary.Find(node.Function.TrimStart('.')) is not { } function || !_environment.Has(function))
        {
            return Report(node, $"undeclared reference to '{node.Function}' (in container '')");
        }

        node.Resolved = function;
        CelType? result = null;
        foreach (var overload in function.Overloads)
        {
            if (overload.IsMember != node.Target is not null || overload.Arguments.Count != arguments.Length) continue;
            var signature = _types.Instantiate([.. overload.Arguments, overload.Result]);
            if (!_types.AreAssignable(arguments, signature[..^1])) continue;
            var given = _types.Apply(signature[^1]);
            if (result is null) result = given;
            else if (!result.IsSame(given)) result = CelType.Dyn;
            // With types that are known, the first that fits is meant.
            if (!arguments.Any(IsOpen)) break;
        }

        return result ?? Mismatch(node, arguments);
    }

    private bool IsOpen(CelType type)
    {
        type = _types.Apply(type);
        return type.Kind is CelKind.Dyn or CelKind.Parameter || (type.Kind != CelKind.Type && type.Parameters.Any(IsOpen));
    }

    private CelType Mismatch(CallNode node, CelType[] arguments)
    {
        var shown = arguments.Select(type => _types.Apply(type, close: true).ToString()).ToList();
        var applied = node.Target is null ? $"({string.Join(", ", shown)})" : $"{shown[0]}.({string.Join(", ", shown.Skip(1))})";
        return Report(node, $"found no matching overload for '{node.Function}' applied to '{applied}'");
    }

    private CelType Comprehension(ComprehensionNode node)
    {
        var range = _types.Apply(Check(node.Range));
        var (first, second) = Variables(node, range);
        var scope = _locals.Count;
        _locals.Push((node.First, first));
        if (node.Second is not null) _locals.Push((node.Second, second));
        if (node.Condition is not null) Expect(node.Condition, Check(node.Condition), CelType.Bool);
        var made = node.Transform is null ? null : Check(node.Transform);
        while (_locals.Count > scope) _locals.Pop();
        switch (node.Kind)
        {
            case ComprehensionKind.All or ComprehensionKind.Exists or ComprehensionKind.ExistsOne:
                return CelType.Bool;
            case ComprehensionKind.Filter:
                return CelType.ListOf(first);
            case ComprehensionKind.Map or ComprehensionKind.TransformList:
                return CelType.ListOf(made!);
            case ComprehensionKind.TransformMap:
                return CelType.MapOf(first, made!);
            default:
                Expect(node.Transform!, made!, CelType.MapOf(_types.Fresh(), _types.Fresh()));
                return _types.Apply(made!) is { Kind: CelKind.Map } map ? map : CelType.MapOf(CelType.Dyn, CelType.Dyn);
        }
    }

    private (CelType First, CelType Second) Variables(ComprehensionNode node, CelType range)
    {
        switch (range.Kind)
        {
            case CelKind.List: return node.Second is null ? (range.Parameters[0], CelType.Dyn) : (CelType.Int, range.Parameters[0]);
            case CelKind.Map: return (range.Parameters[0], range.Parameters[1]);
            case CelKind.Dyn or CelKind.Parameter: return (CelType.Dyn, CelType.Dyn);
            default:
                Report(node.Range, $"expression of type '{range}' cannot be range of a comprehension (must be list, map, or dynamic)");
                return (CelType.Dyn, CelType.Dyn);
        }
    }

    private CelType Bind(BindNode node)
    {
        _locals.Push((node.Name, Check(node.Value)));
        var type = Check(node.Body);
        _locals.Pop();
        return type;
    }

    private void Expect(CelNode node, CelType given, CelType expected)
    {
        if (!_types.IsAssignable(given, expected))
        {
            Report(node, $"expected type '{_types.Apply(expected, close: true)}' but found '{_types.Apply(given, close: true)}'");
        }
    }
}
