using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Costs;
using Keelson.Api.Cel.Library;
using Keelson.Api.Cel.Objects;
using Keelson.Api.Cel.Syntax;

namespace Keelson.Api.Cel.Running;

/// <summary>Computes the value of a checked expression. Errors are values here, since logic may do without one of its sides.</summary>
internal sealed partial class CelEvaluator(CelRun run)
{
    public object Evaluate(CelNode node, CelFrame? frame) => node switch
    {
        LiteralNode literal => literal.Value,
        IdentifierNode identifier => Identifier(identifier.Name, frame),
        SelectNode select => Select(select, frame),
        CallNode call => Call(call, frame),
        ListNode list => List(list, frame),
        MapNode map => Map(map, frame),
        ComprehensionNode comprehension => Comprehension(comprehension, frame),
        BindNode bind => Bind(bind, frame),
        _ => throw new InvalidOperationException($"no value for {node.GetType().Name}"),
    };

    private object Identifier(string name, CelFrame? frame)
    {
        run.Charge(1);
        if (name[0] == '.') name = name[1..];
        else if (CelFrame.Find(frame, name) is { } local) return local;
        return run.Find(name) ?? (CelTypeNames.Find(name) is { } type ? type : new CelError($"no such attribute(s): {name}"));
    }

    private object Select(SelectNode node, CelFrame? frame)
    {
        if (node.QualifiedName is { } name) return Identifier(name, frame);
        var operand = Evaluate(node.Operand, frame);
        if (operand is CelError) return operand;
        if (node.IsTest) return Has(operand, node.Field);
        run.Charge(1);
        if (operand is CelOptional optional) return optional.Value is null ? operand : OptionalField(optional.Value, node.Field);
        return node.IsOptional ? OptionalField(operand, node.Field) : Field(operand, node.Field);
    }

    private static object Has(object operand, string field) => operand switch
    {
        CelMap map => map.Find(field) is not null,
        CelObject made => made.Find(field) is not null,
        CelOptional optional => optional.Value is not null && (Has(optional.Value, field) is true),
        _ => CelError.NoOverload,
    };

    private static object Field(object operand, string field) => operand switch
    {
        CelMap map => map.Find(field) ?? CelError.NoKey(field),
        CelObject made => made.Find(field) ?? CelError.NoKey(field),
        _ => CelError.NoOverload,
    };

    private static object OptionalField(object operand, string field)
    {
        var value = operand switch
        {
            CelMap map => map.Find(field),
            CelObject made => made.Find(field),
            _ => CelError.NoOverload,
        };
        return value switch
        {
            null => CelOptional.None,
            CelError => value,
            _ => new CelOptional(value),
        };
    }

    private object Call(CallNode node, CelFrame? frame)
    {
        switch (node.Function)
        {
            case "_&&_": return Logical(node, frame, decisive: false);
            case "_||_": return Logical(node, frame, decisive: true);
            case "_?_:_":
                var condition = Evaluate(node.Arguments[0], frame);
                return condition switch
                {
                    true => Evaluate(node.Arguments[1], frame),
                    false => Evaluate(node.Arguments[2], frame),
                    CelError => condition,
                    _ => CelError.NoOverload,
                };
            case "or" or "orValue" when node.Target is not null:
                // What stands for a missing value is only computed when it is missing.
                var target = Evaluate(node.Target, frame);
                if (target is CelError) return target;
                run.Charge(1);
                if (target is not CelOptional optional) return CelError.NoOverload;
                if (optional.Value is null) return Evaluate(node.Arguments[0], frame);
                return node.Function == "or" ? optional : optional.Value;
            default:
                return Invoke(node, frame);
        }
    }

    private object Invoke(CallNode node, CelFrame? frame)
    {
        var function = node.Resolved ?? throw new InvalidOperationException($"{node.Function} was not checked");
        var offset = node.Target is null ? 0 : 1;
        var arguments = new object[node.Arguments.Length + offset];
        if (node.Target is not null)
        {
            arguments[0] = Evaluate(node.Target, frame);
            if (arguments[0] is CelError) return arguments[0];
        }

        for (var i = 0; i < node.Arguments.Length; i++)
        {
            var argument = arguments[i + offset] = Evaluate(node.Arguments[i], frame);
            if (argument is CelError) return argument;
        }

        // What a call costs is known from its arguments, but for a few that make what may be large.
        run.Charge(RunningCost.Of(function.Name, arguments));
        var result = function.Invoke(new CelCall(arguments, run));
        if (RunningCost.OfResult(function.Name, result) is var more and > 0) run.Charge(more);
        return result;
    }

    /// <summary>One side that decides is enough, whatever the other one is; an error counts only where no side decides.</summary>
    private object Logical(CallNode node, CelFrame? frame, bool decisive)
    {
        var left = Evaluate(node.Arguments[0], frame);
        if (left is bool first && first == decisive) return left;
        var right = Evaluate(node.Arguments[1], frame);
        if (right is bool second && second == decisive) return right;
        if (left is CelError) return left;
        if (right is CelError) return right;
        return left is bool && right is bool ? !decisive : CelError.NoOverload;
    }

    private object List(ListNode node, CelFrame? frame)
    {
        run.Charge(RunningCost.List);
        var elements = new List<object>(node.Elements.Length);
        for (var i = 0; i < node.Elements.Length; i++)
        {
            var element = Evaluate(node.Elements[i], frame);
            if (element is CelError) return element;
            if (!node.Optional[i]) elements.Add(element);
            else if (element is not CelOptional optional) return CelError.NoOverload;
            else if (optional.Value is not null) elements.Add(optional.Value);
        }

        return new CelArray(elements);
    }

    private object Map(MapNode node, CelFrame? frame)
    {
        run.Charge(node.TypeName is null ? RunningCost.Map : RunningCost.Object);
        var map = new CelDictionary();
        for (var i = 0; i < node.Keys.Length; i++)
        {
            var key = Evaluate(node.Keys[i], frame);
            if (key is CelError) return key;
            var value = Evaluate(node.Values[i], frame);
            if (value is CelError) return value;
            if (node.Optional[i])
            {
                if (value is not CelOptional optional) return CelError.NoOverload;
                if (optional.Value is null) continue;
                value = optional.Value;
            }

            if (key is not (string or bool or long or ulong)) return new CelError($"unsupported key type: {CelType.OfValue(key).Name}");
            if (!map.TryAdd(key, value)) return new CelError($"Failed with repeated key: {CelShown.Plain(key)}");
        }

        return node.TypeName is null ? map : new CelRecord(node.TypeName.TrimStart('.'), map.Keys.ToDictionary(key => (string)key, key => map.Find(key)!, StringComparer.Ordinal));
    }

    private object Bind(BindNode node, CelFrame? frame)
    {
        var inner = new CelFrame(node.Name, frame) { Value = Evaluate(node.Value, frame) };
        return Evaluate(node.Body, inner);
    }
}
