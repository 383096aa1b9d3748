using System.Globalization;
using System.Text;
using Keelson.Api.Cel.Rules;
using Keelson.Api.Names;
using Keelson.Api.Structural;
using Keelson.Api.Validation;

namespace Keelson.Api.ApiExtensions.V1;

/// <summary>
/// What the versions of a custom resource must say. What all versions have in common stood beside them in the first version of
/// the API, and messages name that place still.
/// </summary>
internal static class CustomResourceVersionRules
{
    private const int MaximumWarning = 256;
    private const int MaximumSelectableFields = 8;

    private static readonly string[] ColumnTypes = ["boolean", "date", "integer", "number", "string"];
    private static readonly string[] ColumnFormats = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

    /// <summary>The place of the errors is the spec.</summary>
    /// <param name="old">The spec before the change; null for a new definition.</param>
    public static void Validate(CustomResourceDefinitionSpec spec, CustomResourceDefinitionSpec? old, FieldErrors errors)
    {
        var versions = spec.Versions;
        var shared = new SharedParts(spec);
        for (var i = 0; i < versions.Count; i++)
        {
            using var scope = errors.In("versions", i);
            if (versions[i].Schema?.OpenAPIV3Schema is null) errors.Required("schema.openAPIV3Schema", "schemas are required");
        }

        for (var i = 0; i < versions.Count; i++)
        {
            using var scope = errors.In("versions", i);
            var wrong = DnsName.CheckLabel1035(versions[i].Name);
            if (!wrong.IsEmpty) errors.Invalid("name", versions[i].Name, string.Join(",", wrong));
            Validate(versions[i], shared, old, errors);
        }

        if (versions.Select(version => version.Name).Distinct().Count() < versions.Count)
        {
            errors.Invalid("versions", Shown.Objects(versions), "must contain unique version names");
        }

        if (versions.Count(version => version.Storage) != 1)
        {
            errors.Invalid("versions", Shown.Objects(versions), "must have exactly one version marked as storage version");
        }
    }

    /// <summary>Reports on what all versions have in common; the place of the errors is the spec.</summary>
    public static void ValidateHoisted(CustomResourceDefinitionSpec spec, CustomResourceDefinitionSpec? old, FieldErrors errors)
    {
        if (spec.Versions.IsEmpty) return;
        var shared = new SharedParts(spec);
        var version = spec.Versions[0];
        if (shared.Schema) Schema("validation", version, spec.Versions.Any(other => other.Subresources?.Status is not null), old, errors);
        if (shared.Subresources && version.Subresources is { } subresources) Validate(subresources, errors);
        if (shared.Columns) ValidateColumns(version.AdditionalPrinterColumns, errors);
        if (shared.Fields) ValidateFields(version, errors);
    }

    private static void Validate(CustomResourceDefinitionVersion version, SharedParts shared, CustomResourceDefinitionSpec? old, FieldErrors errors)
    {
        foreach (var wrong in CheckWarning(version)) errors.Invalid("deprecationWarning", Shown.Text(version.DeprecationWarning), wrong);
        if (!shared.Schema) Schema("schema", version, version.Subresources?.Status is not null, old, errors);
        if (!shared.Subresources && version.Subresources is { } subresources) Validate(subresources, errors);
        if (!shared.Columns) ValidateColumns(version.AdditionalPrinterColumns, errors);
        if (!shared.Fields) ValidateFields(version, errors);
    }

    private static void Schema(string field, CustomResourceDefinitionVersion version, bool hasStatus, CustomResourceDefinitionSpec? old, FieldErrors errors)
    {
        if (version.Schema?.OpenAPIV3Schema is not { } schema) return;

        // What was taken once may stay, also where an older server took it that asked for less.
        var before = old?.Versions.FirstOrDefault(other => other.Name == version.Name);
        if (before?.Schema?.OpenAPIV3Schema is { } known && known == schema && (before.Subresources?.Status is not null || !hasStatus)) return;
        using (errors.In(field))
        {
            var total = errors.Total;
            DefinitionSchemaCheck.Check(schema, hasStatus, errors);
            // Expressions are compiled against the types that the schema declares, so it has to be right.
            if (errors.Total > total) return;
            using (errors.In("openAPIV3Schema")) RuleCheck.Check(StructuralSchema.Parse(schema), errors, Parsed(before?.Schema?.OpenAPIV3Schema));
        }
    }

    private static Schemas.Schema? Parsed(JSONSchemaProps? before)
    {
        try
        {
            return before is null ? null : StructuralSchema.Parse(before);
        }
        catch (FormatException)
        {
            // Nested too deeply to be compared with: then all rules count as new.
            return null;
        }
    }

    private static IEnumerable<string> CheckWarning(CustomResourceDefinitionVersion version)
    {
        if (version.DeprecationWarning is not { } warning) yield break;
        if (!version.Deprecated)
        {
            yield return "can only be set for deprecated versions";
            yield break;
        }

        if (NameMessage.IsLonger(warning, MaximumWarning)) yield return $"must be <= {MaximumWarning} characters long";
        if (warning.Length == 0) yield return "must not be an empty string";
        var place = 0;
        foreach (var rune in warning.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.PrivateUse or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                yield return $"must only contain printable UTF-8 characters; non-printable character found at index {place}";
                yield break;
            }

            place += rune.Utf8SequenceLength;
        }
    }

    private static void Validate(CustomResourceSubresources subresources, FieldErrors errors)
    {
        if (subresources.Scale is not { } scale) return;
        using var scope = errors.In("subresources");
        ExpectPathBelow("scale.specReplicasPath", scale.SpecReplicasPath, ".spec", errors);
        ExpectPathBelow("scale.statusReplicasPath", scale.StatusReplicasPath, ".status", errors);
        if (scale.LabelSelectorPath is not { Length: > 0 } path) return;
        const string Field = "scale.labelSelectorPath";
        if (CheckPath(path) is { } wrong) errors.Invalid(Field, path, wrong);
        else if (!path.StartsWith(".spec.", StringComparison.Ordinal) && !path.StartsWith(".status.", StringComparison.Ordinal))
        {
            errors.Invalid(Field, path, "should be a json path under either .spec or .status");
        }
    }

    private static void ExpectPathBelow(string field, string path, string root, FieldErrors errors)
    {
        if (path.Length == 0) errors.Required(field);
        else if (CheckPath(path) is { } wrong) errors.Invalid(field, path, wrong);
        else if (!path.StartsWith($"{root}.", StringComparison.Ordinal)) errors.Invalid(field, path, $"should be a json path under {root}");
    }

    private static void ValidateColumns(ApiList<CustomResourceColumnDefinition> columns, FieldErrors errors)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            var column = columns[i];
            using var scope = errors.In("additionalPrinterColumns", i);
            errors.ExpectGiven("name", column.Name);
            if (column.Type.Length == 0) errors.Required("type", $"must be one of {string.Join(",", ColumnTypes)}");
            else if (!ColumnTypes.Contains(column.Type)) errors.Invalid("type", column.Type, $"must be one of {string.Join(",", ColumnTypes)}");
            if (column.Format.Length > 0 && !ColumnFormats.Contains(column.Format))
            {
                errors.Invalid("format", column.Format, $"must be one of {string.Join(",", ColumnFormats)}");
            }

            if (column.JsonPath.Length == 0) errors.Required("JSONPath");
            else if (CheckPath(column.JsonPath) is { } wrong) errors.Invalid("JSONPath", column.JsonPath, wrong);
        }
    }

    private static void ValidateFields(CustomResourceDefinitionVersion version, FieldErrors errors)
    {
        var fields = version.SelectableFields;
        if (fields.IsEmpty || version.Schema?.OpenAPIV3Schema is not { } schema) return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < fields.Count; i++)
        {
            using var scope = errors.In("selectableFields", i);
            ValidateField(fields[i].JsonPath, schema, seen, errors);
        }

        if (seen.Count > MaximumSelectableFields) errors.TooMany("selectableFields", seen.Count, MaximumSelectableFields);
    }

    private static void ValidateField(string path, JSONSchemaProps schema, HashSet<string> seen, FieldErrors errors)
    {
        if (path.Length == 0)
        {
            errors.Required("jsonPath");
        }
        else if (SchemaPath.Follow(path, schema, allowsBrackets: false, out var wrong) is not { } found)
        {
            errors.Invalid("jsonPath", path, $"is an invalid path: {wrong}");
        }
        else
        {
            if (found.Root == "metadata") errors.Invalid("jsonPath", path, "must not point to fields in metadata");
            if (found.Found.Type is not ("string" or "boolean" or "integer"))
            {
                errors.Invalid("jsonPath", path, "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.");
            }

            if (!seen.Add(found.Canonical)) errors.Duplicate("jsonPath", path);
        }
    }

    private static string? CheckPath(string path) => path[0] == '.' ? null : "must be a simple json path starting with .";

    /// <summary>Which parts are the same in all versions.</summary>
    private readonly struct SharedParts(CustomResourceDefinitionSpec spec)
    {
        public bool Schema { get; } = IsSame(spec, version => version.Schema is not null, version => version.Schema);

        public bool Subresources { get; } = IsSame(spec, version => version.Subresources is not null, version => version.Subresources);

        public bool Columns { get; } = IsSame(spec, version => !version.AdditionalPrinterColumns.IsEmpty, version => version.AdditionalPrinterColumns);

        public bool Fields { get; } = IsSame(spec, version => !version.SelectableFields.IsEmpty, version => version.SelectableFields);

        private static bool IsSame<T>(CustomResourceDefinitionSpec spec, Func<CustomResourceDefinitionVersion, bool> has, Func<CustomResourceDefinitionVersion, T> part) =>
            !spec.Versions.IsEmpty && spec.Versions.All(version => has(version) && EqualityComparer<T>.Default.Equals(part(version), part(spec.Versions[0])));
    }
}
