namespace Keelson.Api.Meta.V1;

/// <summary>Discovery record of all resources in one group and version.</summary>
[Kind("", "v1")]
public sealed partial record APIResourceList
{
    /// <summary>The group and version that are described.</summary>
    [Field(1, Emit = Emit.Always)] public string GroupVersion { get; init; } = "";

    /// <summary>Resources and subresources that this group and version offers.</summary>
    [Field(2, Emit = Emit.Always), Atomic] public ApiList<APIResource> Resources { get; init; }
}

/// <summary>Discovery record of one resource or subresource.</summary>
[ApiType]
public sealed partial record APIResource
{
    /// <summary>Plural name as used in URLs; subresources are written as resource/subresource.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Singular name for display and command lines.</summary>
    [Field(6, Emit = Emit.Always)] public string SingularName { get; init; } = "";

    /// <summary>Whether objects of the resource live in namespaces.</summary>
    [Field(2, Emit = Emit.Always)] public bool Namespaced { get; init; }

    /// <summary>API group of the kind, when it differs from that of the list; empty means the same.</summary>
    [Field(8)] public string Group { get; init; } = "";

    /// <summary>API version of the kind, when it differs from that of the list; empty means the same.</summary>
    [Field(9)] public string Version { get; init; } = "";

    /// <summary>Kind of the objects that the resource holds.</summary>
    [Field(3, Emit = Emit.Always)] public string Kind { get; init; } = "";

    /// <summary>Operations that are supported, such as get, list, watch, create, update, patch, delete and deletecollection.</summary>
    [Field(4, Emit = Emit.Always, Wrapped = true)] public ApiList<string> Verbs { get; init; }

    /// <summary>Abbreviations for command lines, such as po for pods.</summary>
    [Field(5), Atomic] public ApiList<string> ShortNames { get; init; }

    /// <summary>Collective names the resource belongs to, such as all.</summary>
    [Field(7), Atomic] public ApiList<string> Categories { get; init; }

    /// <summary>Opaque hash of the version in which objects are stored; it changes when that version does.</summary>
    [Field(10)] public string StorageVersionHash { get; init; } = "";
}
