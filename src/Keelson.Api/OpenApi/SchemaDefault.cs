using Keelson.Api.Schemas;

namespace Keelson.Api.OpenApi;

/// <summary>
/// The value that the documents give as a field's default: the declared one, or else what Go has in a field that is
/// no pointer, is always written and was not given. Objects count as always written.
/// </summary>
internal static class SchemaDefault
{
    public const string? None = null;

    /// <summary>The default of a declared type's field, as JSON; null for none.</summary>
    public static string? Of(SchemaProperty property, Schema published)
    {
        if ((property.DefaultJson ?? published.DefaultJson) is { } given) return given;
        if (property.Nullable) return None;
        return IsObject(published) ? "{}" : property.Emit == Emit.Always ? Zero(published) : None;
    }

    /// <summary>The default of a list's elements or a map's values.</summary>
    public static string? OfElement(Schema element) => IsObject(element) ? "{}" : Zero(element);

    // Times, quantities and the like read and write themselves, and have no default.
    private static bool IsObject(Schema schema) => schema is { Type: SchemaType.Object, Name: not null, Properties.Count: > 0 };

    private static string? Zero(Schema schema) => schema switch
    {
        { Name: not null } or { Format: "byte" } => None,
        { Type: SchemaType.String } => "\"\"",
        { Type: SchemaType.Integer or SchemaType.Number } => "0",
        { Type: SchemaType.Boolean } => "false",
        _ => None,
    };
}
