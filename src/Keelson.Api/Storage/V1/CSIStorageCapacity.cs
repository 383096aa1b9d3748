using Keelson.Api.Meta.V1;

namespace Keelson.Api.Storage.V1;

/// <summary>
/// Reports how much room a StorageClass has in some part of the cluster, so that the scheduler can avoid full ones. CSI drivers
/// publish it; it is looked at only if the driver's CSIDriver says so.
/// </summary>
[Resource("storage.k8s.io", "v1", "csistoragecapacities", Scope.Namespaced)]
public sealed partial record CSIStorageCapacity
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Nodes that can reach the capacity, by label. Unset means none, empty means all. Immutable.</summary>
    [Field(2)] public LabelSelector? NodeTopology { get; init; }

    /// <summary>StorageClass the capacity is for. Immutable.</summary>
    [Field(3, Emit = Emit.Always)] public string StorageClassName { get; init; } = "";

    /// <summary>Amount free at the last look. Unset means unknown.</summary>
    [Field(4)] public Quantity? Capacity { get; init; }

    /// <summary>Largest single volume that can be made. Unset falls back to capacity.</summary>
    [Field(5)] public Quantity? MaximumVolumeSize { get; init; }
}
