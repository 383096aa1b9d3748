using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Storage.V1;

/// <summary>
/// Describes a sort of storage that claims can ask for by name, such as fast or replicated. Administrators create it; a claim
/// naming it, or using the default class, gets a volume made on demand.
/// </summary>
[Resource("storage.k8s.io", "v1", "storageclasses", Scope.Cluster, ShortNames = ["sc"])]
public sealed partial record StorageClass
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Who makes the volumes, usually the name of a CSI driver. Required and immutable.</summary>
    [Field(2, Emit = Emit.Always), Immutable] public string Provisioner { get; init; } = "";

    /// <summary>Settings for the provisioner, such as the sort of disk. Immutable; at most 512 of them and 256 KiB.</summary>
    [Field(3), Immutable] public ApiMap<string> Parameters { get; init; }

    /// <summary>What becomes of a volume when its claim is gone: Delete (default) or Retain. Immutable.</summary>
    [Field(4), KnownValues(typeof(PersistentVolumeReclaimPolicy)), Immutable] public string? ReclaimPolicy { get; init; }

    /// <summary>Mount options for the volumes, not checked beforehand; a bad one makes the mount fail.</summary>
    [Field(5), Atomic] public ApiList<string> MountOptions { get; init; }

    /// <summary>Whether claims of the class may be enlarged. Defaults to false.</summary>
    [Field(6)] public bool? AllowVolumeExpansion { get; init; }

    /// <summary>Immediate (default) makes the volume at once; WaitForFirstConsumer waits until a pod using it is scheduled. Immutable.</summary>
    [Field(7), KnownValues(typeof(VolumeBindingMode)), Immutable] public string? VolumeBindingMode { get; init; }

    /// <summary>Where volumes may be made, by node label. Unset sets no limit.</summary>
    [Field(8), Atomic] public ApiList<TopologySelectorTerm> AllowedTopologies { get; init; }
}

/// <summary>The values of VolumeBindingMode that are known.</summary>
[Closed]
public static class VolumeBindingMode
{
    public const string Immediate = "Immediate";
    public const string WaitForFirstConsumer = "WaitForFirstConsumer";
}
