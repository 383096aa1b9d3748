using System.Text;
using Keelson.Api.Schemas;

namespace Keelson.Api.OpenApi;

/// <content>What a schema says beyond its shape: bounds, combinations, and Kubernetes' own extensions.</content>
internal sealed partial class SchemaWriter
{
    // Rules stand with the type or with the field; the type's go first.
    private void Rules(ValueRules type, ValueRules field)
    {
        if (ReferenceEquals(type, ValueRules.None) && ReferenceEquals(field, ValueRules.None)) return;
        var allowed = type.EnumJson.Count > 0 ? type.EnumJson : field.EnumJson;
        if (allowed.Count > 0)
        {
            json.Name("enum");
            json.BeginList();
            foreach (var value in allowed) json.Literal(Encoding.UTF8.GetBytes(value));
            json.EndList();
        }

        Number("minimum", type.Minimum ?? field.Minimum);
        Number("maximum", type.Maximum ?? field.Maximum);
        if (type.ExclusiveMinimum || field.ExclusiveMinimum) Flag("exclusiveMinimum");
        if (type.ExclusiveMaximum || field.ExclusiveMaximum) Flag("exclusiveMaximum");
        Number("multipleOf", type.MultipleOf ?? field.MultipleOf);
        Count("minLength", type.MinLength ?? field.MinLength);
        Count("maxLength", type.MaxLength ?? field.MaxLength);
        if ((type.Pattern ?? field.Pattern) is { } pattern) Text("pattern", pattern);
        Count("minItems", type.MinItems ?? field.MinItems);
        Count("maxItems", type.MaxItems ?? field.MaxItems);
        if (type.UniqueItems || field.UniqueItems) Flag("uniqueItems");
        Count("minProperties", type.MinProperties ?? field.MinProperties);
        Count("maxProperties", type.MaxProperties ?? field.MaxProperties);
    }

    private void Combinations(ValueRules rules, bool custom, int depth)
    {
        Alternatives("allOf", rules.AllOf, custom, depth);
        Alternatives("anyOf", rules.AnyOf, custom, depth);
        Alternatives("oneOf", rules.OneOf, custom, depth);
        if (rules.Not is { } not) Part("not", not, custom, depth);
    }

    private void Alternatives(string name, IReadOnlyList<Schema> schemas, bool custom, int depth)
    {
        if (schemas.Count == 0) return;
        json.Name(name);
        json.BeginList();
        foreach (var schema in schemas) Value(schema, null, null, custom, depth + 1);
        json.EndList();
    }

    private void Extensions(Schema schema, SchemaProperty? property, bool custom)
    {
        if (custom)
        {
            if (schema.EmbeddedResource) Flag("x-kubernetes-embedded-resource");
            if (schema.IntOrString) Flag("x-kubernetes-int-or-string");
            if (schema.PreserveUnknownFields) Flag("x-kubernetes-preserve-unknown-fields");
        }

        if (schema.ListMapKeys.Count > 0) Texts("x-kubernetes-list-map-keys", schema.ListMapKeys);
        if (schema.ListKind != ListKind.Unset) Text("x-kubernetes-list-type", schema.ListKind switch { ListKind.Set => "set", ListKind.Map => "map", _ => "atomic" });
        if (property is null || property.MapKind == MapKind.Unset) MapType(schema.MapKind);
        if (property is not null) Merging(property);
        Expressions([.. schema.Rules.Expressions, .. property?.Rules.Expressions ?? []]);
    }

    /// <summary>What a field says of how it merges.</summary>
    private void Merging(SchemaProperty property)
    {
        MapType(property.MapKind);
        if (property.PatchMergeKey is { } key) Text("x-kubernetes-patch-merge-key", key);
        if (property.PatchStrategy.Length > 0) Text("x-kubernetes-patch-strategy", property.PatchStrategy);
    }

    private void MapType(MapKind kind)
    {
        if (kind != MapKind.Unset) Text("x-kubernetes-map-type", kind == MapKind.Atomic ? "atomic" : "granular");
    }

    private void Expressions(ExpressionRule[] rules)
    {
        if (rules.Length == 0) return;
        json.Name("x-kubernetes-validations");
        json.BeginList();
        foreach (var rule in rules)
        {
            json.BeginObject();
            if (rule.FieldPath is { } path) Text("fieldPath", path);
            if (rule.Message is { } message) Text("message", message);
            if (rule.MessageExpression is { } expression) Text("messageExpression", expression);
            if (rule.OptionalOldSelf is { } optional)
            {
                json.Name("optionalOldSelf");
                json.Boolean(optional);
            }

            if (rule.Reason is { } reason) Text("reason", reason);
            Text("rule", rule.Rule);
            json.EndObject();
        }

        json.EndList();
    }

    private void Kinds(GroupVersionKind[] kinds)
    {
        if (kinds.Length == 0) return;
        json.Name("x-kubernetes-group-version-kind");
        json.BeginList();
        foreach (var kind in kinds) KindWriter.Write(json, kind);
        json.EndList();
    }
}
