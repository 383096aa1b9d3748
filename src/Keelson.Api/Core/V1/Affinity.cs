using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>Groups the placement rules of a pod: which nodes it wants, and which pods it wants near or far.</summary>
[ApiType]
public sealed partial record Affinity
{
    /// <summary>Rules that match the labels and names of nodes.</summary>
    [Field(1)] public NodeAffinity? NodeAffinity { get; init; }

    /// <summary>Rules that pull the pod into the same topology domain as other pods.</summary>
    [Field(2)] public PodAffinity? PodAffinity { get; init; }

    /// <summary>Rules that keep the pod out of topology domains where certain other pods run.</summary>
    [Field(3)] public PodAntiAffinity? PodAntiAffinity { get; init; }
}

/// <summary>Which nodes a pod must have and which it would rather have.</summary>
[ApiType]
public sealed partial record NodeAffinity
{
    /// <summary>Nodes must match this selector for the pod to be scheduled there; later label changes do not evict it.</summary>
    [Field(1)] public NodeSelector? RequiredDuringSchedulingIgnoredDuringExecution { get; init; }

    /// <summary>Weighted wishes; nodes with a higher sum of matching weights rank higher, but none is excluded.</summary>
    [Field(2), Atomic] public ApiList<PreferredSchedulingTerm> PreferredDuringSchedulingIgnoredDuringExecution { get; init; }
}

/// <summary>A wish about nodes, with a weight.</summary>
[ApiType]
public sealed partial record PreferredSchedulingTerm
{
    /// <summary>How much a matching node gains, 1 to 100.</summary>
    [Field(1, Emit = Emit.Always)] public int Weight { get; init; }

    /// <summary>Selector a node should match; an empty one matches all and changes nothing.</summary>
    [Field(2, Emit = Emit.Always)] public NodeSelectorTerm Preference { get; init; } = NodeSelectorTerm.Empty;
}

/// <summary>Which pods a pod must or would rather be near to.</summary>
[ApiType]
public sealed partial record PodAffinity
{
    /// <summary>Every term must be met by a node's topology domain for the pod to be scheduled there; later changes do not evict it.</summary>
    [Field(1), Atomic] public ApiList<PodAffinityTerm> RequiredDuringSchedulingIgnoredDuringExecution { get; init; }

    /// <summary>Weighted wishes; domains with a higher sum of matching weights rank higher.</summary>
    [Field(2), Atomic] public ApiList<WeightedPodAffinityTerm> PreferredDuringSchedulingIgnoredDuringExecution { get; init; }
}

/// <summary>A set of pods, and the topology domain within which they count as near.</summary>
[ApiType]
public sealed partial record PodAffinityTerm
{
    /// <summary>Labels of the pods meant; unset matches no pods, an empty selector matches all.</summary>
    [Field(1)] public LabelSelector? LabelSelector { get; init; }

    /// <summary>Namespaces in which to look, in addition to those of namespaceSelector; the pod's own when both are unset.</summary>
    [Field(2), Atomic] public ApiList<string> Namespaces { get; init; }

    /// <summary>Node label whose value forms the domain, such as kubernetes.io/hostname; required.</summary>
    [Field(3, Emit = Emit.Always)] public string TopologyKey { get; init; } = "";

    /// <summary>Labels of namespaces in which to look; an empty selector means all of them.</summary>
    [Field(4)] public LabelSelector? NamespaceSelector { get; init; }

    /// <summary>Label keys whose values are taken from the incoming pod and added to labelSelector as In requirements.</summary>
    [Field(5), Atomic] public ApiList<string> MatchLabelKeys { get; init; }

    /// <summary>Label keys whose values are taken from the incoming pod and added to labelSelector as NotIn requirements.</summary>
    [Field(6), Atomic] public ApiList<string> MismatchLabelKeys { get; init; }
}

/// <summary>Which pods a pod must not, or would rather not, be near to.</summary>
[ApiType]
public sealed partial record PodAntiAffinity
{
    /// <summary>No topology domain that meets any term may receive the pod; later changes do not evict it.</summary>
    [Field(1), Atomic] public ApiList<PodAffinityTerm> RequiredDuringSchedulingIgnoredDuringExecution { get; init; }

    /// <summary>Weighted wishes; domains with a higher sum of matching weights rank lower.</summary>
    [Field(2), Atomic] public ApiList<WeightedPodAffinityTerm> PreferredDuringSchedulingIgnoredDuringExecution { get; init; }
}

/// <summary>A wish about neighbouring pods, with a weight.</summary>
[ApiType]
public sealed partial record WeightedPodAffinityTerm
{
    /// <summary>How much a matching domain counts, 1 to 100.</summary>
    [Field(1, Emit = Emit.Always)] public int Weight { get; init; }

    /// <summary>The pods and the domain that are meant.</summary>
    [Field(2, Emit = Emit.Always)] public PodAffinityTerm PodAffinityTerm { get; init; } = PodAffinityTerm.Empty;
}
