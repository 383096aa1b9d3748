using Keelson.Api.Meta.V1;
using Keelson.Api.Names;
using Keelson.Api.Schemas;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Structural;

/// <summary>Checks the apiVersion, kind and metadata of resources inside others, and of the root on demand.</summary>
public static class EmbeddedObjectValidation
{
    public static void Validate(Value value, Schema schema, bool isRoot, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(errors);
        switch (value)
        {
            case MapValue map:
                if (isRoot || schema.EmbeddedResource) ValidateResource(map, errors);
                for (var i = 0; i < map.Count; i++) ValidateField(map.Keys[i], map.Values[i], schema, errors);
                break;
            case ListValue list when schema.Items is { } items:
                for (var i = 0; i < list.Count; i++)
                {
                    if (list[i] is not (MapValue or ListValue)) continue;
                    using (errors.At(i)) Validate(list[i], items, false, errors);
                }

                break;
        }
    }

    private static void ValidateField(string key, Value value, Schema schema, FieldErrors errors)
    {
        if (value is not (MapValue or ListValue)) return;
        if (schema.FindProperty(key) is { } property)
        {
            using (errors.In(key)) Validate(value, property.Schema, false, errors);
        }
        else if (schema.AdditionalProperties is { } additional)
        {
            using (errors.Key(key)) Validate(value, additional, false, errors);
        }
    }

    private static void ValidateResource(MapValue map, FieldErrors errors)
    {
        ValidateText("apiVersion", map["apiVersion"], CheckApiVersion, errors);
        ValidateText("kind", map["kind"], CheckKind, errors);
        if (map["metadata"] is not { } given) return;
        using (errors.In("metadata"))
        {
            try
            {
                var meta = ApiJson.Decode<ObjectMeta>(ValueWriter.WriteBytes(given));
                // A resource inside another needs no name, and one is put in for the check that asks for it.
                if (meta.Name.Length == 0) meta = meta with { Name = "fakename" };
                ObjectMetaValidation.Validate(meta, meta.Namespace.Length > 0, CheckName, errors);
            }
            catch (ApiFormatException malformed)
            {
                errors.Invalid(null, given, malformed.Message);
            }
        }
    }

    private static void ValidateText(string field, Value? value, Func<string, string?> check, FieldErrors errors)
    {
        if (value is null or TextValue { Text.Length: 0 }) errors.Required(field);
        else if (value is not TextValue { Text: var text }) errors.Invalid(field, value, "must be a string");
        else if (check(text) is { } fault) errors.Invalid(field, text, fault);
    }

    private static string? CheckApiVersion(string apiVersion) =>
        GroupVersionKind.Parse(apiVersion, "") is null ? $"unexpected GroupVersion string: {apiVersion}" : null;

    private static string? CheckKind(string kind)
    {
        var faults = DnsName.CheckLabel1035(kind.ToLowerInvariant());
        return faults.IsEmpty ? null : "may have mixed case, but should otherwise match: " + string.Join(",", faults);
    }

    private static ApiList<string> CheckName(string name, bool isPrefix) =>
        isPrefix ? FieldName.CheckPathSegmentPrefix(name) : FieldName.CheckPathSegment(name);
}
