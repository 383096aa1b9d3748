using System.Globalization;
using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Server.CustomResources;

/// <summary>Checks what custom objects have where their scale is: whatever the schema allows there, a scale must be able to show it.</summary>
internal static class ScaleCheck
{
    /// <summary>How many there should be.</summary>
    public static void Wanted(CustomResourceSubresourceScale scale, MapValue value, FieldErrors errors) => Count(scale.SpecReplicasPath, value, errors);

    /// <summary>How many there are, and which those are.</summary>
    public static void Observed(CustomResourceSubresourceScale scale, MapValue value, FieldErrors errors)
    {
        Count(scale.StatusReplicasPath, value, errors);
        if (scale.LabelSelectorPath is not { Length: > 0 } path) return;
        if (Find(path, value, out var selector) is { } fault) Tell(path, "", fault, errors);
        else if (selector is not (null or TextValue)) Tell(path, "", Unexpected(path, selector, "string"), errors);
    }

    private static void Count(string path, MapValue value, FieldErrors errors)
    {
        if (Find(path, value, out var found) is { } fault) Tell(path, 0, fault, errors);
        else if (found is not (null or IntegerValue)) Tell(path, 0, Unexpected(path, found, "int64"), errors);
        else if (found is IntegerValue { Integer: < 0 }) Tell(path, found, "should be a non-negative integer", errors);
        else if (found is IntegerValue { Integer: > int.MaxValue }) Tell(path, found, string.Create(CultureInfo.InvariantCulture, $"should be less than or equal to {int.MaxValue}"), errors);
    }

    /// <summary>What is at a path, or null for nothing; answers with what is in the way.</summary>
    private static string? Find(string path, MapValue value, out Value? found)
    {
        found = value;
        var reached = "";
        foreach (var step in path[1..].Split('.'))
        {
            if (found is not MapValue map) return Unexpected(reached, found, "map[string]interface {}");
            reached = $"{reached}.{step}";
            if (!map.TryGet(step, out found)) return null;
        }

        return null;
    }

    private static string Unexpected(string path, Value? found, string expected)
    {
        var (shown, type) = found switch
        {
            TextValue { Text: var text } => (text, "string"),
            IntegerValue => (found.ToString(), "int64"),
            NumberValue => (found.ToString(), "float64"),
            BoolValue => (found.ToString(), "bool"),
            MapValue => (found.ToString(), "map[string]interface {}"),
            ListValue => (found.ToString(), "[]interface {}"),
            _ => ("<nil>", "<nil>"),
        };
        return $"{path} accessor error: {shown} is of the type {type}, expected {expected}";
    }

    private static void Tell(string path, Value value, string fault, FieldErrors errors) => errors.Invalid(path, value, fault);
}
