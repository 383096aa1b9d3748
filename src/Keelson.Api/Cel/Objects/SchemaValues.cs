using Keelson.Api.Cel.Rules;
using Keelson.Api.Schemas;
using Keelson.Api.Values;

namespace Keelson.Api.Cel.Objects;

/// <summary>A value that stands in a document.</summary>
internal interface IDocumentValue
{
    Value Source { get; }
}

/// <summary>Values of documents as expressions see them: by their schemas where these are known, and as they stand where not.</summary>
public static class CelDocument
{
    /// <summary>A value of an expression as a document has it; null when no document can have it.</summary>
    public static Value? ToValue(object value) => CelShown.ToValue(value);

    /// <summary>A value without a schema.</summary>
    public static object Of(Value value) => Of(value, null);

    /// <summary>A value of a schema.</summary>
    public static object Of(Value value, Schema? schema)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value switch
        {
            NullValue => CelNull.Value,
            BoolValue flag => flag.Bool,
            IntegerValue number => schema?.Type == SchemaType.Number ? (object)(double)number.Integer : number.Integer,
            NumberValue number => schema?.Type == SchemaType.Integer && number.Number == Math.Truncate(number.Number) && Math.Abs(number.Number) < 9e18 ? (object)(long)number.Number : number.Number,
            TextValue text => Text(text.Text, schema),
            ListValue list => new DocumentList(list, schema),
            MapValue map => schema is { Type: SchemaType.Object } && SchemaTypes.HasFields(schema) ? new DocumentObject(map, schema) : new DocumentMap(map, schema),
            _ => CelError.NoOverload,
        };
    }

    private static object Text(string text, Schema? schema)
    {
        if (schema is not { Type: SchemaType.String }) return text;
        switch (schema.Format)
        {
            case "date-time":
                return Library.Conversions.ParseTimestamp(text) ?? (object)new CelError($"Invalid date-time string '{text}', expected a string in RFC 3339 format");
            case "date":
                return Library.Conversions.ParseTimestamp(text + "T00:00:00Z") ?? (object)new CelError($"Invalid date formatted string {text}");
            case "duration":
                return Duration.TryParse(text, out var span, out _) ? span : new CelError($"Invalid duration {text}");
            case "byte":
                var bytes = new byte[text.Length];
                return Convert.TryFromBase64String(text, bytes, out var written) ? bytes[..written] : new CelError($"Invalid byte formatted string {text}");
            default:
                return text;
        }
    }
}

/// <summary>A list of a document.</summary>
internal sealed class DocumentList(ListValue list, Schema? schema) : MergingList(schema?.ListKind ?? ListKind.Unset, schema?.ListMapKeys ?? []), IDocumentValue
{
    public Value Source => list;

    public override int Count => list.Count;

    public override object this[int index] => CelDocument.Of(list[index], schema?.Items);
}

/// <summary>A map of a document.</summary>
internal sealed class DocumentMap(MapValue map, Schema? schema) : CelMap, IDocumentValue
{
    public Value Source => map;

    public override int Count => map.Count;

    public override IEnumerable<object> Keys
    {
        get
        {
            for (var i = 0; i < map.Count; i++) yield return map[i].Key;
        }
    }

    public override object? Find(object key) => key is string name && map[name] is { } value ? CelDocument.Of(value, schema?.FindProperty(name)?.Schema ?? schema?.AdditionalProperties) : null;
}

/// <summary>An object of a document, whose fields have the names that expressions can write.</summary>
internal sealed class DocumentObject(MapValue map, Schema schema) : CelObject, IDocumentValue
{
    public Value Source => map;

    public override string TypeName => "object";

    public override IEnumerable<string> FieldNames
    {
        get
        {
            for (var i = 0; i < map.Count; i++)
            {
                if (FieldNaming.Escape(map[i].Key) is { } name && Find(name) is not null) yield return name;
            }
        }
    }

    public override object? Find(string field)
    {
        var name = FieldNaming.Unescape(field);
        if (map[name] is not { } value) return null;
        // A null where none may be is as good as nothing.
        if (schema.FindProperty(name) is not { } property) return schema.EmbeddedResource ? CelDocument.Of(value) : null;
        return value.IsNull && !property.Schema.Nullable ? null : CelDocument.Of(value, property.Schema);
    }

    internal override bool IsEqual(CelObject other) => other is DocumentObject same && ReferenceEquals(same.Source, map) || base.IsEqual(other);
}
