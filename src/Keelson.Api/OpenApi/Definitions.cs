using Keelson.Api.Schemas;

namespace Keelson.Api.OpenApi;

/// <summary>The named schemas that a document needs: those its operations speak, and all that these refer to.</summary>
internal sealed class Definitions
{
    private readonly SortedDictionary<string, Schema> _byName = new(StringComparer.Ordinal);
    private readonly Queue<Schema> _open = new();

    /// <summary>The schemas by name, sorted.</summary>
    public IReadOnlyDictionary<string, Schema> ByName => _byName;

    /// <summary>Adds a named schema and all that it refers to.</summary>
    public void Add(Schema schema)
    {
        Visit(schema, 0);
        while (_open.TryDequeue(out var next)) VisitParts(next, 0);
    }

    private void Visit(Schema schema, int depth)
    {
        if (schema.Name is { } name)
        {
            if (_byName.TryAdd(name, schema)) _open.Enqueue(schema);
        }
        else
        {
            VisitParts(schema, depth);
        }
    }

    // Deeper than the writer goes there is nothing to refer to.
    private void VisitParts(Schema schema, int depth)
    {
        if (depth >= SchemaWriter.MaximumDepth) return;
        foreach (var property in schema.Properties) Visit(SpecialSchemas.Of(schema, property), depth + 1);
        if (schema.Items is { } items) Visit(items, depth + 1);
        if (schema.AdditionalProperties is { } values) Visit(values, depth + 1);
    }
}
