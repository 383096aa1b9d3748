using Keelson.Api.Cel.Objects;
using Keelson.Api.Cel.Syntax;

namespace Keelson.Api.Cel.Checking;

/// <summary>Finds the type of every part of an expression, and what does not fit.</summary>
internal sealed partial class CelChecker
{
    private readonly CelEnvironment _environment;
    private readonly List<CelIssue> _issues;
    private readonly Substitution _types = new();
    private readonly Dictionary<CelNode, CelType> _found = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<(string Name, CelType Type)> _locals = new();

    /// <summary>How many calls of format are around: their lists may hold values of any types.</summary>
    private int _formatting;

    private CelChecker(CelEnvironment environment, List<CelIssue> issues)
    {
        _environment = environment;
        _issues = issues;
    }

    /// <summary>The names of the environment's variables that the expression reads.</summary>
    private HashSet<string> Used { get; } = new(StringComparer.Ordinal);

    public static IReadOnlySet<string> Check(CelNode root, CelEnvironment environment, List<CelIssue> issues)
    {
        var checker = new CelChecker(environment, issues);
        checker.Check(root);
        foreach (var (node, type) in checker._found) node.Type = checker._types.Apply(type, close: true);
        return checker.Used;
    }

    private CelType Check(CelNode node)
    {
        var type = node switch
        {
            LiteralNode literal => OfLiteral(literal.Value),
            IdentifierNode identifier => Identifier(identifier),
            SelectNode select => Select(select),
            CallNode call => Call(call),
            ListNode list => List(list),
            MapNode map => Map(map),
            ComprehensionNode comprehension => Comprehension(comprehension),
            BindNode bind => Bind(bind),
            _ => throw new InvalidOperationException($"no type for {node.GetType().Name}"),
        };
        return _found[node] = type;
    }

    private static CelType OfLiteral(object value) => value is CelNull ? CelType.Null : CelType.OfValue(value);

    private CelType Report(CelNode node, string message)
    {
        if (_issues.Count < CelSource.MaximumIssues) _issues.Add(new CelIssue(node.Position, message));
        return CelType.Dyn;
    }

    private CelType Identifier(IdentifierNode node)
    {
        if (Variable(node.Name) is { } found) return found;
        return Report(node, $"undeclared reference to '{node.Name.TrimStart('.')}' (in container '')");
    }

    private CelType? Variable(string name)
    {
        if (name[0] != '.')
        {
            foreach (var (local, type) in _locals)
            {
                if (local == name) return type;
            }
        }

        name = name.TrimStart('.');
        if (_environment.FindVariable(name) is { } declared)
        {
            Used.Add(name);
            return declared.Type;
        }

        return CelTypeNames.Find(name) is { } named ? CelType.TypeOf(named) : null;
    }

    private CelType Select(SelectNode node)
    {
        if (!node.IsTest && !node.IsOptional && CelParser.QualifiedName(node) is { } name && !IsLocal(name) && Variable(name) is { } variable)
        {
            node.QualifiedName = name;
            return variable;
        }

        var operand = _types.Apply(Check(node.Operand));
        var optional = operand.Kind == CelKind.Optional;
        if (optional) operand = _types.Apply(operand.Parameters[0]);
        var field = Field(node, operand);
        if (node.IsTest) return CelType.Bool;
        return (optional || node.IsOptional) && field.Kind != CelKind.Optional ? CelType.OptionalOf(field) : field;
    }

    private bool IsLocal(string qualified)
    {
        var dot = qualified.IndexOf('.', 1);
        var first = dot < 0 ? qualified : qualified[..dot];
        return _locals.Any(local => local.Name == first);
    }

    private CelType Field(SelectNode node, CelType operand)
    {
        switch (operand.Kind)
        {
            case CelKind.Map: return operand.Parameters[1];
            case CelKind.Dyn: return CelType.Dyn;
            case CelKind.Parameter:
                _types.IsAssignable(operand, CelType.Dyn);
                return CelType.Dyn;
            case CelKind.Object when operand.Declaration is { } declaration:
                if (declaration.Fields.TryGetValue(node.Field, out var field)) return field.Type;
                return Report(node, $"undefined field '{node.Field}'");
            default:
                return Report(node, $"type '{operand}' does not support field selection");
        }
    }

    private CelType List(ListNode node)
    {
        CelType? element = null;
        for (var i = 0; i < node.Elements.Length; i++)
        {
            var type = Unwrapped(node.Elements[i], Check(node.Elements[i]), node.Optional[i]);
            element = Joined(node.Elements[i], element, type);
        }

        return CelType.ListOf(element ?? _types.Fresh());
    }

    private CelType Map(MapNode node)
    {
        if (node.TypeName is not null) return Object(node, node.TypeName);
        CelType? key = null;
        CelType? value = null;
        for (var i = 0; i < node.Keys.Length; i++)
        {
            key = Joined(node.Keys[i], key, Check(node.Keys[i]));
            value = Joined(node.Values[i], value, Unwrapped(node.Values[i], Check(node.Values[i]), node.Optional[i]));
        }

        return CelType.MapOf(key ?? _types.Fresh(), value ?? _types.Fresh());
    }

    // Kubernetes wants the elements of literals to be of one type.
    private CelType Joined(CelNode node, CelType? before, CelType type)
    {
        if (before is null) return type;
        if (_types.Join(before, type) is { } joined) return joined;
        if (_formatting > 0) return CelType.Dyn;
        Report(node, $"expected type '{_types.Apply(before, close: true)}' but found '{_types.Apply(type, close: true)}'");
        return CelType.Dyn;
    }

    private CelType Unwrapped(CelNode node, CelType type, bool optional)
    {
        if (!optional) return type;
        type = _types.Apply(type);
        if (type.Kind == CelKind.Optional) return type.Parameters[0];
        if (type.Kind == CelKind.Dyn) return type;
        return Report(node, $"expected type 'optional_type({type})' but found '{type}'");
    }

    private CelType Object(MapNode node, string name)
    {
        name = name.TrimStart('.');
        if (_environment.FindObject(name) is not { } declared)
        {
            foreach (var value in node.Values) Check(value);
            return Report(node, $"undeclared reference to '{name}' (in container '')");
        }

        for (var i = 0; i < node.Keys.Length; i++)
        {
            var field = (string)((LiteralNode)node.Keys[i]).Value;
            _found[node.Keys[i]] = CelType.String;
            var given = Unwrapped(node.Values[i], Check(node.Values[i]), node.Optional[i]);
            // An object whose fields are not declared takes any.
            if (declared.Type.Kind == CelKind.Dyn || declared.Fields.Count == 0) continue;
            if (!declared.Fields.TryGetValue(field, out var expected)) Report(node.Keys[i], $"undefined field '{field}'");
            else if (!_types.IsAssignable(given, expected.Type)) Report(node.Values[i], $"expected type of field '{field}' is '{expected.Type}' but provided type is '{_types.Apply(given, close: true)}'");
        }

        return declared.Type;
    }
}
