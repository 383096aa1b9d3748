using Keelson.Api.Structural.Formats;

namespace Keelson.Api.ApiExtensions.V1;

public sealed partial record CustomResourceDefinition
{
    private static readonly HashSet<string> NumberFormats = new(StringComparer.Ordinal) { "int32", "int64", "float", "double" };

    /// <summary>The formats in the schemas that nothing checks, each once: most are misspelled.</summary>
    public IReadOnlyList<string> UnrecognizedFormats()
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var version in Spec.Versions) Collect(version.Schema?.OpenAPIV3Schema, found);
        return [.. found];
    }

    // As deep as documents are read at most, as the schema is part of one.
    private static void Collect(JSONSchemaProps? schema, SortedSet<string> found)
    {
        if (schema is null) return;
        if (schema.Format.Length > 0 && !NumberFormats.Contains(schema.Format) && !TextFormats.IsKnown(schema.Format)) found.Add(schema.Format);
        foreach (var property in schema.Properties) Collect(property.Value, found);
        Collect(schema.AdditionalProperties?.Schema, found);
        Collect(schema.Items?.Schema, found);
    }
}
