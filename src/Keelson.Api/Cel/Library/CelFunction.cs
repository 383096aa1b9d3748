using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Running;

namespace Keelson.Api.Cel.Library;

/// <summary>One form of a function: what it takes and what it gives.</summary>
/// <param name="IsMember">Called as a member of its first argument.</param>
internal sealed record CelOverload(bool IsMember, IReadOnlyList<CelType> Arguments, CelType Result);

/// <summary>A function that expressions may call.</summary>
/// <param name="Invoke">Computes the result for values of any type; an error when they are of none that it takes.</param>
internal sealed record CelFunction(string Name, IReadOnlyList<CelOverload> Overloads, Func<CelCall, object> Invoke)
{
    /// <summary>Which group of functions it belongs to.</summary>
    public string Group { get; init; } = "";
}

/// <summary>A call under way: the values of its arguments, a member's target first.</summary>
internal readonly struct CelCall(object[] arguments, CelRun run)
{
    public object this[int index] => arguments[index];

    public int Count => arguments.Length;

    public CelRun Run { get; } = run;
}

/// <summary>Reads signatures such as "string.(int, int) -> string" and "(A, list(A)) -> bool".</summary>
internal static class CelSignature
{
    public static CelOverload Parse(string text)
    {
        var at = 0;
        var arguments = new List<CelType>();
        var isMember = text[0] != '(';
        if (isMember)
        {
            arguments.Add(Type(text, ref at));
            at++;
        }

        at++;
        while (text[at] != ')')
        {
            arguments.Add(Type(text, ref at));
            if (text[at] == ',') at += 2;
        }

        at += ") -> ".Length;
        return new CelOverload(isMember, arguments, Type(text, ref at));
    }

    private static CelType Type(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_' || (text[at] == '.' && at + 1 < text.Length && text[at + 1] != '('))) at++;
        var name = text[start..at];
        var parameters = new List<CelType>();
        if (at < text.Length && text[at] == '(' && name is "list" or "map" or "optional" or "type")
        {
            at++;
            while (text[at] != ')')
            {
                parameters.Add(Type(text, ref at));
                if (text[at] == ',') at += 2;
            }

            at++;
        }

        return name switch
        {
            "dyn" => CelType.Dyn,
            "null" => CelType.Null,
            "timestamp" => CelType.Timestamp,
            "duration" => CelType.Duration,
            "list" => CelType.ListOf(parameters[0]),
            "map" => CelType.MapOf(parameters[0], parameters[1]),
            "optional" => CelType.OptionalOf(parameters[0]),
            "type" => CelType.TypeOf(parameters[0]),
            { Length: 1 } => CelType.Parameter(name),
            _ => CelTypeNames.Find(name) ?? CelType.Opaque(name),
        };
    }
}
