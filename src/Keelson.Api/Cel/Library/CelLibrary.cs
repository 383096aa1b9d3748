namespace Keelson.Api.Cel.Library;

/// <summary>All functions that there are, in groups of which each is one file.</summary>
/// <remarks>
/// They are those of upstream's environment up to version 1.36: urls, patterns and lists from the start, access (1.27), quantities, optional values
/// and comparisons of unlike numbers (1.28), strings and sets (1.29), addresses (1.30), named formats and selectors of access (1.31), macros
/// with two variables (1.32), versions (1.33), sorting, ranges and flattening of lists (1.34). Beside them are math, cel.bind and
/// jsonpatch.escapeKey, which upstream has in some places only.
/// </remarks>
internal static class CelLibrary
{
    /// <summary>The group of functions that only expressions about requests have.</summary>
    public const string AuthorizerGroup = "authorizer";

    private static readonly Dictionary<string, CelFunction> Functions = Collect();

    public static CelFunction? Find(string name) => Functions.GetValueOrDefault(name);

    private static Dictionary<string, CelFunction> Collect()
    {
        var builder = new CelLibraryBuilder();
        Operators.Register(builder);
        Comparisons.Register(builder);
        Conversions.Register(builder);
        TimeFunctions.Register(builder);
        StringFunctions.Register(builder);
        PatternFunctions.Register(builder);
        ListFunctions.Register(builder);
        SetFunctions.Register(builder);
        MathFunctions.Register(builder);
        OptionalFunctions.Register(builder);
        UrlFunctions.Register(builder);
        AddressFunctions.Register(builder);
        QuantityFunctions.Register(builder);
        SemverFunctions.Register(builder);
        NamedFormats.Register(builder);
        AuthorizerFunctions.Register(builder);
        return builder.Functions;
    }
}

/// <summary>Collects functions; a name that several groups define has the forms of all of them.</summary>
internal sealed class CelLibraryBuilder
{
    public Dictionary<string, CelFunction> Functions { get; } = new(StringComparer.Ordinal);

    /// <param name="signatures">Each form as <see cref="CelSignature"/> reads it.</param>
    public CelLibraryBuilder Add(string name, Func<CelCall, object> invoke, params string[] signatures)
    {
        var overloads = signatures.Select(CelSignature.Parse).ToList();
        if (!Functions.TryGetValue(name, out var before))
        {
            Functions[name] = new CelFunction(name, overloads, invoke);
            return this;
        }

        // What one group's function does not take, the next one's may.
        Functions[name] = before with
        {
            Overloads = [.. before.Overloads, .. overloads],
            Invoke = call => before.Invoke(call) is var result && ReferenceEquals(result, Objects.CelError.NoOverload) ? invoke(call) : result,
        };
        return this;
    }

    public void AddGroup(string group, string name, Func<CelCall, object> invoke, params string[] signatures)
    {
        Add(name, invoke, signatures);
        if (Functions[name].Overloads.Count == signatures.Length) Functions[name] = Functions[name] with { Group = group };
    }
}
