using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Nodes.V1;

/// <summary>
/// Describes a container runtime configuration, such as a sandbox or a virtual machine, set up on the nodes. Administrators
/// define it and pods choose it by spec.runtimeClassName, which also brings along its overhead and node constraints.
/// </summary>
[Resource("node.k8s.io", "v1", "runtimeclasses", Scope.Cluster)]
public sealed partial record RuntimeClass
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Name under which the node's container runtime knows the configuration; a DNS label. Required and immutable.</summary>
    [Field(2, Emit = Emit.Always), Format("k8s-short-name"), Immutable] public string Handler { get; init; } = "";

    /// <summary>Resources each pod costs in addition. Unset means none.</summary>
    [Field(3)] public Overhead? Overhead { get; init; }

    /// <summary>Which nodes support the class. Unset means all of them.</summary>
    [Field(4)] public Scheduling? Scheduling { get; init; }
}

/// <summary>What running a pod in a runtime costs on top of its containers.</summary>
[ApiType]
public sealed partial record Overhead
{
    /// <summary>Resources added to every pod of the class, for scheduling, quota and limits.</summary>
    [Field(1)] public ApiMap<Quantity> PodFixed { get; init; }
}

/// <summary>Where pods of a RuntimeClass can run.</summary>
[ApiType]
public sealed partial record Scheduling
{
    /// <summary>Node labels needed, merged with the pod's own selector; a conflict rejects the pod.</summary>
    [Field(1), Atomic] public ApiMap<string> NodeSelector { get; init; }

    /// <summary>Tolerations added to those of the pod.</summary>
    [Field(2), Atomic] public ApiList<Toleration> Tolerations { get; init; }
}
