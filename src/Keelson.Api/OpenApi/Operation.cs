using Keelson.Api.Schemas;

namespace Keelson.Api.OpenApi;

/// <summary>A path with what can be done there.</summary>
internal sealed record PathItem(string Path, IReadOnlyList<Operation> Operations, IReadOnlyList<Parameter> Parameters)
{
    /// <summary>A path; parameters that all its operations have become the path's.</summary>
    public static PathItem Of(string path, params IReadOnlyList<Operation> operations)
    {
        var shared = operations[0].Parameters.Where(parameter => operations.All(operation => operation.Parameters.Contains(parameter))).ToHashSet();
        return new(
            path,
            [
                .. operations.OrderBy(operation => operation.Method, StringComparer.Ordinal)
                    .Select(operation => operation with { Parameters = Sorted(operation.Parameters.Where(parameter => !shared.Contains(parameter))) }),
            ],
            Sorted(shared));
    }

    private static Parameter[] Sorted(IEnumerable<Parameter> parameters) =>
        [.. parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal).ThenBy(parameter => parameter.Place, StringComparer.Ordinal)];
}

/// <summary>One HTTP method on a path.</summary>
internal sealed record Operation(string Method, string Id, string Tag, string Description)
{
    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    /// <summary>The schema of the body; null where there is none.</summary>
    public Schema? Body { get; init; }

    public bool BodyRequired { get; init; }

    /// <summary>The content types of the body.</summary>
    public IReadOnlyList<string> Consumes { get; init; } = ContentTypes.Anything;

    /// <summary>The content types of the answer.</summary>
    public IReadOnlyList<string> Produces { get; init; } = ContentTypes.Objects;

    public IReadOnlyList<Response> Responses { get; init; } = [];

    /// <summary>What clients know the operation as: get, list, post, connect and so on; null for documents about the server.</summary>
    public string? Action { get; init; }

    /// <summary>The kind that the operation is on.</summary>
    public GroupVersionKind? Kind { get; init; }
}

/// <summary>An answer by its status code; without a schema it has no body that is described.</summary>
internal sealed record Response(int Code, string Description, Schema? Schema)
{
    public static Response Unauthorized { get; } = new(401, "Unauthorized", null);

    public static Response Ok(Schema schema) => new(200, "OK", schema);

    public static Response Created(Schema schema) => new(201, "Created", schema);

    public static Response Accepted(Schema schema) => new(202, "Accepted", schema);
}

/// <summary>A parameter in a path or a query.</summary>
internal sealed record Parameter(string Name, string Place, string Type, string Description)
{
    public bool IsInPath => Place == "path";

    public static Parameter InPath(string name, string description) => new(name, "path", "string", description);

    public static Parameter InQuery(string name, string type, string description) => new(name, "query", type, description);
}
