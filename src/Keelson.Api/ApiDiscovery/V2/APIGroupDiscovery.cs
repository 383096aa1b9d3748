using Keelson.Api.Meta.V1;

namespace Keelson.Api.ApiDiscovery.V2;

/// <summary>
/// One API group in the aggregated discovery document served at /api and /apis. Clients read it to learn every resource in a
/// single request; it cannot be written.
/// </summary>
[Kind("apidiscovery.k8s.io", "v2", List = true)]
public sealed partial record APIGroupDiscovery
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Versions the group serves, most preferred first.</summary>
    [Field(2), ListMap("version")] public ApiList<APIVersionDiscovery> Versions { get; init; }
}

/// <summary>One version of an API group with its resources.</summary>
[ApiType]
public sealed partial record APIVersionDiscovery
{
    /// <summary>Name of the version, such as v1.</summary>
    [Field(1, Emit = Emit.Always)] public string Version { get; init; } = "";

    /// <summary>Resources served in this version.</summary>
    [Field(2), ListMap("resource")] public ApiList<APIResourceDiscovery> Resources { get; init; }

    /// <summary>Current when the list was fetched lately; Stale when the server behind it cannot be reached and an old copy is shown.</summary>
    [Field(3), KnownValues(typeof(DiscoveryFreshness))] public string Freshness { get; init; } = "";
}

/// <summary>One resource of a group version and what can be done with it.</summary>
[ApiType]
public sealed partial record APIResourceDiscovery
{
    /// <summary>Plural name used in URLs, such as deployments.</summary>
    [Field(1, Emit = Emit.Always)] public string Resource { get; init; } = "";

    /// <summary>Group, version and kind the endpoint usually returns; an empty group or version means that of the enclosing document.</summary>
    [Field(2)] public Meta.V1.GroupVersionKind? ResponseKind { get; init; }

    /// <summary>Namespaced or Cluster.</summary>
    [Field(3, Emit = Emit.Always), KnownValues(typeof(ResourceScope))] public string Scope { get; init; } = "";

    /// <summary>Singular name that tools accept and print, such as deployment.</summary>
    [Field(4, Emit = Emit.Always)] public string SingularResource { get; init; } = "";

    /// <summary>Supported operations, such as get, list, watch, create, update, patch, delete and deletecollection.</summary>
    [Field(5, Emit = Emit.Always), ListSet] public ApiList<string> Verbs { get; init; }

    /// <summary>Abbreviations the command line accepts, such as deploy.</summary>
    [Field(6), ListSet] public ApiList<string> ShortNames { get; init; }

    /// <summary>Groups of resources this one belongs to, such as all.</summary>
    [Field(7), ListSet] public ApiList<string> Categories { get; init; }

    /// <summary>Endpoints below the object, such as status and scale.</summary>
    [Field(8), ListMap("subresource")] public ApiList<APISubresourceDiscovery> Subresources { get; init; }
}

/// <summary>One subresource and what can be done with it.</summary>
[ApiType]
public sealed partial record APISubresourceDiscovery
{
    /// <summary>Name of the path segment after the object's name, such as scale.</summary>
    [Field(1, Emit = Emit.Always)] public string Subresource { get; init; } = "";

    /// <summary>Kind usually returned, which may belong to another group than the parent; may be missing if nothing fixed is returned.</summary>
    [Field(2)] public Meta.V1.GroupVersionKind? ResponseKind { get; init; }

    /// <summary>Kinds that may be sent to it, if it takes more or other kinds than it returns.</summary>
    [Field(3), ListMap("group", "version", "kind")] public ApiList<Meta.V1.GroupVersionKind> AcceptedTypes { get; init; }

    /// <summary>Supported operations.</summary>
    [Field(4, Emit = Emit.Always), ListSet] public ApiList<string> Verbs { get; init; }
}

/// <summary>The values of ResourceScope that are known.</summary>
public static class ResourceScope
{
    public const string Cluster = "Cluster";
    public const string Namespaced = "Namespaced";
}

/// <summary>The values of DiscoveryFreshness that are known.</summary>
public static class DiscoveryFreshness
{
    public const string Current = "Current";
    public const string Stale = "Stale";
}
