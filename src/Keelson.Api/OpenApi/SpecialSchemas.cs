using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Schemas;

namespace Keelson.Api.OpenApi;

/// <summary>Schemas that only the documents have: of values that are kept as they come, of patches, of the server's version.</summary>
internal static class SpecialSchemas
{
    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    /// <summary>The body of a patch: its form depends on the content type.</summary>
    public static Schema Patch { get; } = new(SchemaType.Object)
    {
        Name = Meta + "Patch",
        Description = "The body of a patch request; its form is that of the request's content type.",
    };

    /// <summary>What /version answers.</summary>
    public static Schema Version { get; } = new(SchemaType.Object)
    {
        Name = "io.k8s.apimachinery.pkg.version.Info",
        Description = "Which version the server is of, and how it was built.",
        Properties =
        [
            Always("major", "Major version of the API that the server speaks."),
            Always("minor", "Minor version of the API that the server speaks."),
            new("emulationMajor", Schema.String) { Description = "Major version that the server emulates." },
            new("emulationMinor", Schema.String) { Description = "Minor version that the server emulates." },
            new("minCompatibilityMajor", Schema.String) { Description = "Major version of the oldest that the server is compatible with." },
            new("minCompatibilityMinor", Schema.String) { Description = "Minor version of the oldest that the server is compatible with." },
            Always("gitVersion", "The full version, such as v1.36.0."),
            Always("gitCommit", "Commit that the server was built from."),
            Always("gitTreeState", "Whether the commit was all: clean or dirty."),
            Always("buildDate", "When the server was built."),
            Always("goVersion", "What the server was built with."),
            Always("compiler", "Compiler that the server was built with."),
            Always("platform", "Operating system and processor that the server was built for."),
        ],
    };

    private static readonly Schema Json = new(SchemaType.Any)
    {
        Name = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON",
        Description = "Any JSON value.",
    };

    private static readonly Schema ManagedFields = new(SchemaType.Object)
    {
        Name = Meta + "FieldsV1",
        Description = "A set of fields as a tree: a key is f: and a field's name, v: and a value, i: and an index, k: and a list element's keys, or a dot for the field itself.",
    };

    private static readonly Schema JsonList = Schema.ListOf(Json);

    /// <summary>The schema that a property is published with. Values kept as they come share one schema in the declarations and have several in documents.</summary>
    public static Schema Of(Schema owner, SchemaProperty property)
    {
        if (ReferenceEquals(owner, JSONSchemaProps.TypeSchema))
        {
            if (ReferenceEquals(property.Schema, KnownSchemas.RawExtension)) return Json;
            if (ReferenceEquals(property.Schema.Items, KnownSchemas.RawExtension)) return JsonList;
        }

        return ReferenceEquals(owner, ManagedFieldsEntry.TypeSchema) && ReferenceEquals(property.Schema, KnownSchemas.RawExtension)
            ? ManagedFields
            : property.Schema;
    }

    private static SchemaProperty Always(string name, string description) =>
        new(name, Schema.String) { Description = description, Required = true, Emit = Emit.Always };
}
