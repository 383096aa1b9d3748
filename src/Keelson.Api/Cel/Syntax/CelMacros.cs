namespace Keelson.Api.Cel.Syntax;

/// <summary>Calls that are no functions: their arguments are parts of the expression and not values.</summary>
internal static class CelMacros
{
    private const string TargetName = "@target";

    /// <summary>What sorts a list by another one of the same length; no expression can be written that calls it otherwise.</summary>
    public const string SortByKeys = "@sortByAssociatedKeys";

    /// <summary>What a call stands for, or null when it is an ordinary one.</summary>
    public static CelNode? Expand(string name, CelNode? target, CelNode[] arguments, int position) => (name, target, arguments.Length) switch
    {
        ("has", null, 1) => Has(arguments[0], position),
        (_, null, _) => null,
        ("bind", IdentifierNode { Name: "cel" }, 3) => new BindNode(position, Variable(arguments[0]), arguments[1], arguments[2]),
        ("all", _, 2) => One(ComprehensionKind.All, target, arguments, position),
        ("exists", _, 2) => One(ComprehensionKind.Exists, target, arguments, position),
        ("exists_one" or "existsOne", _, 2) => One(ComprehensionKind.ExistsOne, target, arguments, position),
        ("filter", _, 2) => One(ComprehensionKind.Filter, target, arguments, position),
        ("map", _, 2) => new ComprehensionNode(position, ComprehensionKind.Map, target, Variable(arguments[0]), null, null, arguments[1]),
        ("map", _, 3) => new ComprehensionNode(position, ComprehensionKind.Map, target, Variable(arguments[0]), null, arguments[1], arguments[2]),
        ("all", _, 3) => Two(ComprehensionKind.All, target, arguments, position, arguments[2], null),
        ("exists", _, 3) => Two(ComprehensionKind.Exists, target, arguments, position, arguments[2], null),
        ("existsOne" or "exists_one", _, 3) => Two(ComprehensionKind.ExistsOne, target, arguments, position, arguments[2], null),
        ("transformList" or "transformMap" or "transformMapEntry", _, 3) => Two(KindOf(name), target, arguments, position, null, arguments[2]),
        ("transformList" or "transformMap" or "transformMapEntry", _, 4) => Two(KindOf(name), target, arguments, position, arguments[2], arguments[3]),
        ("sortBy", _, 2) => Sorted(target, arguments, position),
        ("optMap", _, 2) => Optional(target, arguments, position, wrap: true),
        ("optFlatMap", _, 2) => Optional(target, arguments, position, wrap: false),
        _ => null,
    };

    private static SelectNode Has(CelNode argument, int position) => argument is SelectNode { IsTest: false, IsOptional: false } select
        ? new SelectNode(position, select.Operand, select.Field, isTest: true)
        : throw new CelSyntaxException(argument.Position, "invalid argument to has() macro");

    private static ComprehensionNode One(ComprehensionKind kind, CelNode target, CelNode[] arguments, int position) =>
        new(position, kind, target, Variable(arguments[0]), null, arguments[1], null);

    private static ComprehensionNode Two(ComprehensionKind kind, CelNode target, CelNode[] arguments, int position, CelNode? condition, CelNode? transform)
    {
        var (first, second) = (Variable(arguments[0]), Variable(arguments[1]));
        if (first == second) throw new CelSyntaxException(arguments[1].Position, $"duplicate variable name: {first}");
        return new ComprehensionNode(position, kind, target, first, second, condition, transform);
    }

    private static ComprehensionKind KindOf(string name) => name switch
    {
        "transformList" => ComprehensionKind.TransformList,
        "transformMap" => ComprehensionKind.TransformMap,
        _ => ComprehensionKind.TransformMapEntry,
    };

    private static BindNode Optional(CelNode target, CelNode[] arguments, int position, bool wrap)
    {
        var variable = Variable(arguments[0]);
        var read = new CallNode(position, "value", new IdentifierNode(position, TargetName));
        CelNode body = new BindNode(position, variable, read, arguments[1]);
        if (wrap) body = new CallNode(position, "optional.of", null, body);
        var choice = new CallNode(
            position, "_?_:_", null,
            new CallNode(position, "hasValue", new IdentifierNode(position, TargetName)), body, new CallNode(position, "optional.none", null));
        return new BindNode(position, TargetName, target, choice);
    }

    private static BindNode Sorted(CelNode target, CelNode[] arguments, int position)
    {
        var keys = new ComprehensionNode(position, ComprehensionKind.Map, new IdentifierNode(position, TargetName), Variable(arguments[0]), null, null, arguments[1]);
        return new BindNode(position, TargetName, target, new CallNode(position, SortByKeys, new IdentifierNode(position, TargetName), keys));
    }

    private static string Variable(CelNode argument) => argument is IdentifierNode { Name: var name } && name[0] != '.'
        ? name
        : throw new CelSyntaxException(argument.Position, "argument must be a simple name");
}
