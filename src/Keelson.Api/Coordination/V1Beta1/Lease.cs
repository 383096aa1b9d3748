using Keelson.Api.Coordination.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Coordination.V1Beta1;

/// <summary>
/// A small object that one client at a time claims and keeps renewing. It serves leader election among replicas and, in
/// kube-node-lease, as the heartbeat of every node.
/// </summary>
[Resource("coordination.k8s.io", "v1beta1", "leases", Scope.Namespaced)]
public sealed partial record Lease
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Holder and times.</summary>
    [Field(2)] public LeaseSpec Spec { get; init; } = LeaseSpec.Empty;
}

/// <summary>Contents of a lease.</summary>
[ApiType]
public sealed partial record LeaseSpec
{
    /// <summary>Who holds the lease now; with a strategy set, the elected candidate.</summary>
    [Field(1)] public string? HolderIdentity { get; init; }

    /// <summary>Seconds after renewTime during which candidates must not take the lease over.</summary>
    [Field(2)] public int? LeaseDurationSeconds { get; init; }

    /// <summary>When the present holder took the lease.</summary>
    [Field(3)] public MicroTime? AcquireTime { get; init; }

    /// <summary>When the present holder last confirmed it.</summary>
    [Field(4)] public MicroTime? RenewTime { get; init; }

    /// <summary>How often the lease has changed hands.</summary>
    [Field(5)] public int? LeaseTransitions { get; init; }

    /// <summary>
    /// How the API server picks the holder among LeaseCandidates; OldestEmulationVersion is built in. Unset leaves election to the
    /// clients.
    /// </summary>
    [Field(6), KnownValues(typeof(CoordinatedLeaseStrategy))] public string? Strategy { get; init; }

    /// <summary>Whom the present holder should make way for; allowed only with a strategy.</summary>
    [Field(7)] public string? PreferredHolder { get; init; }
}
