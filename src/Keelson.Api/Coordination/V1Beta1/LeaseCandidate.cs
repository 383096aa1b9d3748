using Keelson.Api.Coordination.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Coordination.V1Beta1;

/// <summary>
/// Announces an instance that would like to hold a Lease, for control plane components under coordinated leader election. The
/// API server picks the best candidate, by default the one with the oldest emulation version.
/// </summary>
[Resource("coordination.k8s.io", "v1beta1", "leasecandidates", Scope.Namespaced)]
public sealed partial record LeaseCandidate
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>What the instance brings along for the election.</summary>
    [Field(2), Required] public LeaseCandidateSpec Spec { get; init; } = LeaseCandidateSpec.Empty;
}

/// <summary>Contents of a lease candidate.</summary>
[ApiType]
public sealed partial record LeaseCandidateSpec
{
    /// <summary>Lease, in the same namespace, the instance wants to hold. Immutable.</summary>
    [Field(1, Emit = Emit.Always)] public string LeaseName { get; init; } = "";

    /// <summary>When the election last asked whether the instance is alive; it answers by moving renewTime past it.</summary>
    [Field(2)] public MicroTime? PingTime { get; init; }

    /// <summary>When the instance last confirmed its interest; stale candidates are removed.</summary>
    [Field(3)] public MicroTime? RenewTime { get; init; }

    /// <summary>Version of the binary, as a semantic version without a leading v.</summary>
    [Field(4, Emit = Emit.Always)] public string BinaryVersion { get; init; } = "";

    /// <summary>Version the binary emulates, not above binaryVersion; required with strategy OldestEmulationVersion.</summary>
    [Field(5)] public string EmulationVersion { get; init; } = "";

    /// <summary>How the holder should be picked; if candidates differ, the server decides which strategy wins.</summary>
    [Field(6), Required, KnownValues(typeof(CoordinatedLeaseStrategy))] public string Strategy { get; init; } = "";
}
