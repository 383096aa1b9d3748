using Keelson.Api.Meta.V1;

namespace Keelson.Api.Storage.V1;

/// <summary>
/// Records which CSI drivers run on a node, under which node identifier and with which limits. The kubelet maintains it as
/// drivers register; users only read it.
/// </summary>
[Resource("storage.k8s.io", "v1", "csinodes", Scope.Cluster)]
public sealed partial record CSINode
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The drivers.</summary>
    [Field(2, Emit = Emit.Always)] public CSINodeSpec Spec { get; init; } = CSINodeSpec.Empty;
}

/// <summary>Contents of a CSINode.</summary>
[ApiType]
public sealed partial record CSINodeSpec
{
    /// <summary>Drivers registered on the node; may be empty.</summary>
    [Field(1, Emit = Emit.Always), ListMap("name"), StrategicMerge("merge", Key = "name")] public ApiList<CSINodeDriver> Drivers { get; init; }
}

/// <summary>One CSI driver on a node.</summary>
[ApiType]
public sealed partial record CSINodeDriver
{
    /// <summary>Name of the driver, as the driver itself reports it.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>How the driver calls the node, which may differ from the Kubernetes name.</summary>
    [Field(2, Emit = Emit.Always)] public string NodeID { get; init; } = "";

    /// <summary>Node labels the driver's topology is made of; their values are on the Node.</summary>
    [Field(3, Emit = Emit.Always), Optional, Atomic] public ApiList<string> TopologyKeys { get; init; }

    /// <summary>What the node can take of the driver's volumes. Unset means no known limit.</summary>
    [Field(4)] public VolumeNodeResources? Allocatable { get; init; }
}

/// <summary>Limits of a driver on a node.</summary>
[ApiType]
public sealed partial record VolumeNodeResources
{
    /// <summary>Volumes of the driver the node can use at once. Unset means no limit.</summary>
    [Field(1)] public int? Count { get; init; }
}
