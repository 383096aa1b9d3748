using Keelson.Api.Meta.V1;

namespace Keelson.Api.Networking.V1;

/// <summary>
/// Gives the cluster a range of addresses for Services, so that administrators can enlarge or replace the range while running.
/// One in which addresses are still used cannot go away before they are free or covered by another.
/// </summary>
[Resource("networking.k8s.io", "v1", "servicecidrs", Scope.Cluster, Subresources = ["status"])]
public sealed partial record ServiceCIDR
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The range or ranges.</summary>
    [Field(2)] public ServiceCIDRSpec Spec { get; init; } = ServiceCIDRSpec.Empty;

    /// <summary>Whether the range is in use; written by the server.</summary>
    [Field(3)] public ServiceCIDRStatus Status { get; init; } = ServiceCIDRStatus.Empty;
}

/// <summary>Contents of a service range.</summary>
[ApiType]
public sealed partial record ServiceCIDRSpec
{
    /// <summary>One range, or two of different IP families. A second family may be added later; otherwise immutable.</summary>
    [Field(1), Atomic] public ApiList<string> Cidrs { get; init; }
}

/// <summary>What the server observed about a service range.</summary>
[ApiType]
public sealed partial record ServiceCIDRStatus
{
    /// <summary>Current conditions; Ready tells whether addresses may be taken from the range.</summary>
    [Field(1), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<Condition> Conditions { get; init; }
}
