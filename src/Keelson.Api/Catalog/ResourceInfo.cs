namespace Keelson.Api;

/// <summary>What discovery tells of a resource.</summary>
public sealed record ResourceInfo(GroupVersionKind Kind, string Plural, Scope Scope)
{
    /// <summary>What can be done with a resource that says nothing else, in discovery's order.</summary>
    public static IReadOnlyList<string> AllVerbs { get; } =
        ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    public required string Singular { get; init; }

    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    public IReadOnlyList<SubresourceInfo> Subresources { get; init; } = [];

    public IReadOnlyList<string> Verbs { get; init; } = AllVerbs;
}

/// <summary>What is served below an object: its name, and the kind that it speaks where that is another one.</summary>
public sealed record SubresourceInfo(string Name, GroupVersionKind? Kind)
{
    /// <summary>Reads a declaration: "status", or "scale:autoscaling/v1/Scale".</summary>
    public static SubresourceInfo Parse(string declaration)
    {
        var colon = declaration.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return new SubresourceInfo(declaration, null);
        var slash = declaration.LastIndexOf('/');
        return new SubresourceInfo(
            declaration[..colon],
            GroupVersionKind.Parse(declaration[(colon + 1)..slash], declaration[(slash + 1)..]));
    }
}
