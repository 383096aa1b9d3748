using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Storage.V1;

/// <summary>
/// Orders a volume to be attached to a node and records the outcome. The control plane creates and deletes it, and the CSI
/// attacher carries it out; users read it when a volume hangs.
/// </summary>
[Resource("storage.k8s.io", "v1", "volumeattachments", Scope.Cluster, Subresources = ["status"])]
public sealed partial record VolumeAttachment
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The volume and the node. Immutable.</summary>
    [Field(2, Emit = Emit.Always), Immutable] public VolumeAttachmentSpec Spec { get; init; } = VolumeAttachmentSpec.Empty;

    /// <summary>Progress, as reported by the attacher.</summary>
    [Field(3)] public VolumeAttachmentStatus Status { get; init; } = VolumeAttachmentStatus.Empty;
}

/// <summary>Contents of an attachment.</summary>
[ApiType]
public sealed partial record VolumeAttachmentSpec
{
    /// <summary>CSI driver that carries it out.</summary>
    [Field(1, Emit = Emit.Always), Format("k8s-long-name-caseless"), MaxLength(63)] public string Attacher { get; init; } = "";

    /// <summary>Volume to attach.</summary>
    [Field(2, Emit = Emit.Always)] public VolumeAttachmentSource Source { get; init; } = VolumeAttachmentSource.Empty;

    /// <summary>Node to attach it to.</summary>
    [Field(3, Emit = Emit.Always)] public string NodeName { get; init; } = "";
}

/// <summary>The volume to attach; exactly one field is set.</summary>
[ApiType]
public sealed partial record VolumeAttachmentSource
{
    /// <summary>Name of a PersistentVolume.</summary>
    [Field(1)] public string? PersistentVolumeName { get; init; }

    /// <summary>A volume given in full, for in-tree volumes translated to CSI.</summary>
    [Field(2)] public PersistentVolumeSpec? InlineVolumeSpec { get; init; }
}

/// <summary>Progress of an attachment.</summary>
[ApiType]
public sealed partial record VolumeAttachmentStatus
{
    /// <summary>Whether the volume is attached; set by the attacher alone.</summary>
    [Field(1, Emit = Emit.Always)] public bool Attached { get; init; }

    /// <summary>What the driver returned on attaching, to be passed on when mounting.</summary>
    [Field(2)] public ApiMap<string> AttachmentMetadata { get; init; }

    /// <summary>Last failure to attach, if any.</summary>
    [Field(3)] public VolumeError? AttachError { get; init; }

    /// <summary>Last failure to detach, if any.</summary>
    [Field(4)] public VolumeError? DetachError { get; init; }
}

/// <summary>A failed operation on a volume.</summary>
[ApiType]
public sealed partial record VolumeError
{
    /// <summary>When it failed.</summary>
    [Field(1)] public Time Time { get; init; }

    /// <summary>What went wrong; must contain nothing secret.</summary>
    [Field(2)] public string Message { get; init; } = "";

    /// <summary>The gRPC status code the driver returned, if any.</summary>
    [Field(3)] public int? ErrorCode { get; init; }
}
