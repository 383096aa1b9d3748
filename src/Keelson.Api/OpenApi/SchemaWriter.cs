using System.Globalization;
using System.Text;
using Keelson.Api.Json;
using Keelson.Api.Schemas;

namespace Keelson.Api.OpenApi;

/// <summary>Writes schemas as OpenAPI shows them, in either dialect.</summary>
/// <remarks>
/// A schema with a name is written once, as a definition, and referred to elsewhere. Built-in types publish the
/// values that Go would write for what is not given; custom resources publish what their definition says.
/// </remarks>
internal sealed partial class SchemaWriter(JsonWriter json, Dialect dialect)
{
    /// <summary>How deep schemas without a name may be nested before the rest is published as anything.</summary>
    public const int MaximumDepth = 128;

    private readonly string _prefix = dialect == Dialect.Version3 ? "#/components/schemas/" : "#/definitions/";

    /// <summary>Kinds that a definition is published for besides those that its schema names.</summary>
    public required Func<Schema, IReadOnlyList<GroupVersionKind>> MoreKinds { get; init; }

    private bool IsVersion3 => dialect == Dialect.Version3;

    /// <summary>The definition of a named schema.</summary>
    public void Definition(Schema schema, bool custom)
    {
        json.BeginObject();
        Body(schema, null, custom, 0);
        Kinds([.. schema.Kinds, .. MoreKinds(schema)]);
        json.EndObject();
    }

    /// <summary>A reference to a named schema, or a schema without a name in full.</summary>
    public void Reference(Schema schema) => Value(schema, null, SchemaDefault.None, custom: false, 0);

    private void Value(Schema schema, SchemaProperty? property, string? fallback, bool custom, int depth)
    {
        json.BeginObject();
        if (schema.Name is not null) Referring(schema.Name, property, fallback);
        else if (depth >= MaximumDepth) Flag("x-kubernetes-preserve-unknown-fields");
        else Body(schema, property, custom, depth, fallback);
        json.EndObject();
    }

    // In version 3 nothing may stand beside a reference, so it is wrapped where something does.
    private void Referring(string name, SchemaProperty? property, string? fallback)
    {
        if (IsVersion3 && (fallback is not null || HasSiblings(property)))
        {
            json.Name("allOf");
            json.BeginList();
            json.BeginObject();
            Text("$ref", _prefix + name);
            json.EndObject();
            json.EndList();
        }
        else
        {
            Text("$ref", _prefix + name);
        }

        Default(fallback);
        if (property is null) return;
        if (property.Description.Length > 0) Text("description", property.Description);
        Merging(property);
    }

    private static bool HasSiblings(SchemaProperty? property) =>
        property is not null && (property.Description.Length > 0 || property.PatchStrategy.Length > 0 || property.PatchMergeKey is not null || property.MapKind != MapKind.Unset);

    private void Body(Schema schema, SchemaProperty? property, bool custom, int depth, string? fallback = null)
    {
        var description = property is { Description.Length: > 0 } ? property.Description : schema.Description;
        if (description.Length > 0) Text("description", description);
        if (!custom && Special(schema)) return;
        if (custom && !IsVersion3 && (schema.Nullable || schema.PreserveUnknownFields))
        {
            // Version 2 can't say either, so such a part is left open.
            Extensions(schema, property, custom);
            return;
        }

        if (TypeName(schema) is { } type) Text("type", type);
        if ((schema.Format ?? schema.Rules.Format ?? property?.Rules.Format) is { } format) Text("format", format);
        Default(fallback);
        if (IsVersion3 && schema.Nullable) Flag("nullable");
        Rules(schema.Rules, property?.Rules ?? ValueRules.None);
        if (schema.Properties.Count > 0) Properties(schema, custom, depth);
        if (schema.Items is { } items) Part("items", items, custom, depth);
        if (schema.AdditionalProperties is { } values) Part("additionalProperties", values, custom, depth);
        if (IsVersion3) Combinations(schema.Rules, custom, depth);
        Extensions(schema, property, custom);
    }

    /// <summary>The primitives with a form of their own.</summary>
    private bool Special(Schema schema)
    {
        if (!schema.IsQuantity && !(schema.IntOrString && schema.Name is not null)) return false;
        var (first, second) = schema.IsQuantity ? ("string", "number") : ("integer", "string");
        if (IsVersion3)
        {
            if (schema.Format is not null) Text("format", schema.Format);
            json.Name("oneOf");
            json.BeginList();
            foreach (var type in (ReadOnlySpan<string>)[first, second])
            {
                json.BeginObject();
                Text("type", type);
                json.EndObject();
            }

            json.EndList();
            return true;
        }

        Text("type", "string");
        if (schema.Format is not null) Text("format", schema.Format);
        return true;
    }

    private void Properties(Schema schema, bool custom, int depth)
    {
        if (schema.Properties.Any(property => property.Required)) Texts("required", schema.Properties.Where(property => property.Required).Select(property => property.Name));
        json.Name("properties");
        json.BeginObject();
        foreach (var property in schema.Properties.OrderBy(property => property.Name, StringComparer.Ordinal))
        {
            json.Name(property.Name);
            var published = SpecialSchemas.Of(schema, property);
            Value(published, property, custom ? property.DefaultJson ?? published.DefaultJson : SchemaDefault.Of(property, published), custom, depth + 1);
        }

        json.EndObject();
    }

    private void Part(string name, Schema part, bool custom, int depth)
    {
        json.Name(name);
        Value(part, null, custom ? part.DefaultJson : SchemaDefault.OfElement(part), custom, depth + 1);
    }

    private void Default(string? value)
    {
        if (value is null || !IsVersion3) return;
        json.Name("default");
        json.Literal(Encoding.UTF8.GetBytes(value));
    }

    private static string? TypeName(Schema schema) => schema switch
    {
        { IntOrString: true } => null,
        { Type: SchemaType.Object or SchemaType.Map } => "object",
        { Type: SchemaType.List } => "array",
        { Type: SchemaType.String } => "string",
        { Type: SchemaType.Integer } => "integer",
        { Type: SchemaType.Number } => "number",
        { Type: SchemaType.Boolean } => "boolean",
        _ => null,
    };

    private void Text(string name, string value)
    {
        json.Name(name);
        json.String(value);
    }

    private void Texts(string name, IEnumerable<string> values)
    {
        json.Name(name);
        json.BeginList();
        foreach (var value in values) json.String(value);
        json.EndList();
    }

    private void Flag(string name)
    {
        json.Name(name);
        json.Boolean(true);
    }

    private void Number(string name, double? value)
    {
        if (value is not { } number || !double.IsFinite(number)) return;
        json.Name(name);
        json.Literal(Encoding.UTF8.GetBytes(number.ToString("R", CultureInfo.InvariantCulture)));
    }

    private void Count(string name, long? value)
    {
        if (value is not { } count) return;
        json.Name(name);
        json.Integer(count);
    }
}
