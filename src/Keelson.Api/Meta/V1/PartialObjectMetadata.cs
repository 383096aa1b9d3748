namespace Keelson.Api.Meta.V1;

/// <summary>An object reduced to its metadata, for clients that need no more.</summary>
[Kind("meta.k8s.io", "v1", List = true)]
public sealed partial record PartialObjectMetadata
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;
}

/// <summary>Data that every stored object carries: names, labels, owners and bookkeeping of the server.</summary>
[ApiType]
public sealed partial record ObjectMeta
{
    /// <summary>Name of the object, unique among its kind in a namespace; immutable.</summary>
    [Field(1)] public string Name { get; init; } = "";

    /// <summary>Prefix from which the server makes a unique name when name is empty; its random suffix may in rare cases collide.</summary>
    [Field(2)] public string GenerateName { get; init; } = "";

    /// <summary>Namespace of the object; empty for cluster-wide kinds. Immutable.</summary>
    [Field(3)] public string Namespace { get; init; } = "";

    /// <summary>Formerly the URL of the object; the server no longer fills it.</summary>
    [Field(4)] public string SelfLink { get; init; } = "";

    /// <summary>Identifier the server gives each object, never used again even for the same name; read-only.</summary>
    [Field(5)] public string Uid { get; init; } = "";

    /// <summary>Opaque version that changes on every write; send it back in updates to detect conflicts.</summary>
    [Field(6)] public string ResourceVersion { get; init; } = "";

    /// <summary>Number that rises when the desired state changes; read-only.</summary>
    [Field(7)] public long Generation { get; init; }

    /// <summary>When the server stored the object, in UTC; read-only.</summary>
    [Field(8, Emit = Emit.NotZero)] public Time CreationTimestamp { get; init; }

    /// <summary>When the object is due to be removed; set by the server once deletion is requested and then only moved earlier.</summary>
    [Field(9)] public Time? DeletionTimestamp { get; init; }

    /// <summary>Seconds granted for an orderly end once deletion is requested; may only be shortened.</summary>
    [Field(10)] public long? DeletionGracePeriodSeconds { get; init; }

    /// <summary>Short key-value pairs by which objects are grouped and selected.</summary>
    [Field(11)] public ApiMap<string> Labels { get; init; }

    /// <summary>Key-value pairs for tools and people, not usable in selectors; at most 256 KiB in all.</summary>
    [Field(12)] public ApiMap<string> Annotations { get; init; }

    /// <summary>Objects this one depends on; when all of them are gone it is garbage collected. At most one is the controller.</summary>
    [Field(13), ListMap("uid"), StrategicMerge("merge", Key = "uid")] public ApiList<OwnerReference> OwnerReferences { get; init; }

    /// <summary>Names that must all be removed, each by its component, before a deleted object disappears; no order is guaranteed.</summary>
    [Field(14), ListSet, StrategicMerge("merge")] public ApiList<string> Finalizers { get; init; }

    /// <summary>Who owns which fields, kept by the server for server-side apply.</summary>
    [Field(17), Atomic] public ApiList<ManagedFieldsEntry> ManagedFields { get; init; }
}

/// <summary>Which fields one manager owns by one kind of operation.</summary>
[ApiType]
public sealed partial record ManagedFieldsEntry
{
    /// <summary>Name of the manager, chosen by the client as fieldManager.</summary>
    [Field(1)] public string Manager { get; init; } = "";

    /// <summary>Apply for server-side apply, Update for every other write.</summary>
    [Field(2), KnownValues(typeof(ManagedFieldsOperationType))] public string Operation { get; init; } = "";

    /// <summary>API version in which the field paths are written.</summary>
    [Field(3)] public string ApiVersion { get; init; } = "";

    /// <summary>When the manager's set of fields, or a value in it, last changed.</summary>
    [Field(4)] public Time? Time { get; init; }

    /// <summary>Format of the field paths; always FieldsV1.</summary>
    [Field(6)] public string FieldsType { get; init; } = "";

    /// <summary>Set of the field paths that the manager owns.</summary>
    [Field(7)] public RawJson? FieldsV1 { get; init; }

    /// <summary>Subresource through which the fields were written; empty for the object itself.</summary>
    [Field(8)] public string Subresource { get; init; } = "";
}

/// <summary>The values of ManagedFieldsOperationType that are known.</summary>
public static class ManagedFieldsOperationType
{
    public const string Apply = "Apply";
    public const string Update = "Update";
}

/// <summary>Names an owner in the same namespace, or a cluster-wide one.</summary>
[ApiType]
[Atomic]
public sealed partial record OwnerReference
{
    /// <summary>API group and version of the owner.</summary>
    [Field(5, Emit = Emit.Always)] public string ApiVersion { get; init; } = "";

    /// <summary>Kind of the owner, such as ReplicaSet.</summary>
    [Field(1, Emit = Emit.Always)] public string Kind { get; init; } = "";

    /// <summary>Name of the owner, in the namespace of this object or cluster-wide.</summary>
    [Field(3, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>UID of the owner, so that a successor with the same name does not count.</summary>
    [Field(4, Emit = Emit.Always)] public string Uid { get; init; } = "";

    /// <summary>Whether the owner is the one that manages this object; at most one may be.</summary>
    [Field(6)] public bool? Controller { get; init; }

    /// <summary>
    /// Whether foreground deletion of the owner waits for this object; needs permission to set finalizers on the owner. False by
    /// default.
    /// </summary>
    [Field(7)] public bool? BlockOwnerDeletion { get; init; }
}
