using Keelson.Api.Cel.Objects;

namespace Keelson.Api.Cel.Library;

/// <summary>Values that may be missing.</summary>
internal static class OptionalFunctions
{
    public static void Register(CelLibraryBuilder library) => library
        .Add("optional.of", call => new CelOptional(call[0]), "(A) -> optional(A)")
        .Add("optional.ofNonZeroValue", call => IsZero(call[0]) ? CelOptional.None : new CelOptional(call[0]), "(A) -> optional(A)")
        .Add("optional.none", static _ => CelOptional.None, "() -> optional(A)")
        .Add("value", call => call[0] is CelOptional optional ? optional.Value ?? new CelError("optional.none() dereference") : CelError.NoOverload, "optional(A).() -> A")
        .Add("hasValue", call => call[0] is CelOptional optional ? optional.Value is not null : CelError.NoOverload, "optional(A).() -> bool")
        .Add("or", call => call[0] is CelOptional optional ? optional.Value is null ? call[1] : optional : CelError.NoOverload, "optional(A).(optional(A)) -> optional(A)")
        .Add("orValue", call => call[0] is CelOptional optional ? optional.Value ?? call[1] : CelError.NoOverload, "optional(A).(A) -> A")
        .Add("first", call => call[0] is CelList list ? list.Count > 0 ? new CelOptional(list[0]) : CelOptional.None : CelError.NoOverload, "list(A).() -> optional(A)")
        .Add("last", call => call[0] is CelList list ? list.Count > 0 ? new CelOptional(list[^1]) : CelOptional.None : CelError.NoOverload, "list(A).() -> optional(A)")
        .Add("optional.unwrap", call => call[0] is CelList list ? Unwrap(list) : CelError.NoOverload, "(list(optional(A))) -> list(A)")
        .Add("unwrapOpt", call => call[0] is CelList list ? Unwrap(list) : CelError.NoOverload, "list(optional(A)).() -> list(A)");

    private static CelArray Unwrap(CelList list) => new([.. list.Elements().OfType<CelOptional>().Select(optional => optional.Value).OfType<object>()]);

    private static bool IsZero(object value) => value switch
    {
        CelNull or false or 0L or 0UL or 0.0 or "" => true,
        byte[] bytes => bytes.Length == 0,
        CelList list => list.Count == 0,
        CelMap map => map.Count == 0,
        Duration span => span.IsZero,
        CelTimestamp moment => moment == default,
        CelObject made => !made.FieldNames.Any(),
        _ => false,
    };
}
