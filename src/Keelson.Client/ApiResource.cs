using Keelson.Api;

namespace Keelson.Client;

/// <summary>Where a kind is served: its group (empty for the core group), version, plural name and scope.</summary>
public sealed record ApiResource(string Group, string Version, string Plural, string Kind, bool IsNamespaced)
{
    /// <summary>As it stands in objects: "v1", "apps/v1".</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public GroupVersionKind GroupVersionKind => new(Group, Version, Kind);

    /// <summary>Where a declared kind is served.</summary>
    public static ApiResource Of<T>()
        where T : class, IResource<T> => Declared<T>.Resource;

    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    private static class Declared<T>
        where T : class, IResource<T>
    {
        public static ApiResource Resource { get; } = Find(T.GroupVersionKind);
    }

    private static ApiResource Find(GroupVersionKind kind)
    {
        var info = Catalog.Find(kind)?.Resource ?? throw new InvalidOperationException($"{kind} is not served as a resource.");
        return new ApiResource(kind.Group, kind.Version, info.Plural, kind.Kind, info.Scope == Scope.Namespaced);
    }
}
