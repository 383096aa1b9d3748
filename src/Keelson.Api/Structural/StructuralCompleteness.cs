using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Structural;

/// <summary>
/// Checks that each field and each list that a combination at the root restricts is declared outside of it too. Upstream does
/// not look at the combinations further down.
/// </summary>
internal static class StructuralCompleteness
{
    public static void Check(JSONSchemaProps schema, FieldErrors errors)
    {
        // Two places move along: where the field must be declared, which the errors' own place is, and where it is restricted.
        var restricted = new FieldCursor();
        using (errors.Place.ToPath() is { } path ? restricted.In(path) : default) Combined(schema, schema, errors, restricted);
    }

    private static void Combined(JSONSchemaProps rules, JSONSchemaProps? declared, FieldErrors errors, FieldCursor restricted)
    {
        if (rules.Not is { } not)
        {
            using (restricted.In("not")) Nested(not, declared, errors, restricted);
        }

        Clauses("allOf", rules.AllOf, declared, errors, restricted);
        Clauses("anyOf", rules.AnyOf, declared, errors, restricted);
        Clauses("oneOf", rules.OneOf, declared, errors, restricted);
    }

    private static void Clauses(string field, ApiList<JSONSchemaProps> clauses, JSONSchemaProps? declared, FieldErrors errors, FieldCursor restricted)
    {
        for (var i = 0; i < clauses.Count; i++)
        {
            using (restricted.In(field, i)) Nested(clauses[i], declared, errors, restricted);
        }
    }

    private static void Nested(JSONSchemaProps rules, JSONSchemaProps? declared, FieldErrors errors, FieldCursor restricted)
    {
        if (declared is null)
        {
            errors.Required(null, $"because it is defined in {restricted}");
            return;
        }

        Combined(rules, declared, errors, restricted);
        if (rules.Items?.Schema is { } items)
        {
            using (errors.In("items"))
            using (restricted.In("items"))
            {
                Nested(items, declared.Items?.Schema, errors, restricted);
            }
        }

        for (var i = 0; i < rules.Properties.Count; i++)
        {
            var name = rules.Properties.Keys[i];
            using (errors.In("properties", name))
            using (restricted.In("properties", name))
            {
                Nested(rules.Properties.Values[i], declared.Properties.GetValueOrDefault(name), errors, restricted);
            }
        }
    }
}
