using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Networking.V1;

/// <summary>
/// States which traffic selected pods may receive and send, for users who want to isolate their workloads. A pod selected by no
/// policy is open; once selected, only what some policy allows gets through. The network plugin must support it.
/// </summary>
[Resource("networking.k8s.io", "v1", "networkpolicies", Scope.Namespaced, ShortNames = ["netpol"])]
public sealed partial record NetworkPolicy
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Which pods, and what they may receive and send.</summary>
    [Field(2)] public NetworkPolicySpec Spec { get; init; } = NetworkPolicySpec.Empty;
}

/// <summary>Contents of a network policy.</summary>
[ApiType]
public sealed partial record NetworkPolicySpec
{
    /// <summary>Pods in the namespace the policy applies to. Empty selects all.</summary>
    [Field(1, Emit = Emit.Always), Optional] public LabelSelector PodSelector { get; init; } = LabelSelector.Empty;

    /// <summary>Traffic these pods may receive, added up over all policies. Empty allows none, if the policy covers ingress.</summary>
    [Field(2), Atomic] public ApiList<NetworkPolicyIngressRule> Ingress { get; init; }

    /// <summary>Traffic these pods may send, added up over all policies. Empty allows none, if the policy covers egress.</summary>
    [Field(3), Atomic] public ApiList<NetworkPolicyEgressRule> Egress { get; init; }

    /// <summary>Directions the policy covers: Ingress, Egress or both. Defaults to Ingress, and Egress too if there are egress rules.</summary>
    [Field(4), KnownValues(typeof(PolicyType)), Atomic] public ApiList<string> PolicyTypes { get; init; }
}

/// <summary>Traffic the selected pods may send; ports and peers must both match.</summary>
[ApiType]
public sealed partial record NetworkPolicyEgressRule
{
    /// <summary>Destination ports. Empty allows all.</summary>
    [Field(1), Atomic] public ApiList<NetworkPolicyPort> Ports { get; init; }

    /// <summary>Destinations; any entry is enough. Empty allows all.</summary>
    [Field(2), Atomic] public ApiList<NetworkPolicyPeer> To { get; init; }
}

/// <summary>Traffic the selected pods may receive; ports and peers must both match.</summary>
[ApiType]
public sealed partial record NetworkPolicyIngressRule
{
    /// <summary>Ports of the selected pods. Empty allows all.</summary>
    [Field(1), Atomic] public ApiList<NetworkPolicyPort> Ports { get; init; }

    /// <summary>Sources; any entry is enough. Empty allows all.</summary>
    [Field(2), Atomic] public ApiList<NetworkPolicyPeer> From { get; init; }
}

/// <summary>The other end of the traffic, by labels or by address.</summary>
[ApiType]
public sealed partial record NetworkPolicyPeer
{
    /// <summary>Pods by label, in the policy's namespace or those of namespaceSelector. Empty selects all of them.</summary>
    [Field(1)] public LabelSelector? PodSelector { get; init; }

    /// <summary>Namespaces by label, all of their pods unless podSelector narrows them. Empty selects all namespaces.</summary>
    [Field(2)] public LabelSelector? NamespaceSelector { get; init; }

    /// <summary>A range of addresses; excludes the other two fields.</summary>
    [Field(3)] public IPBlock? IpBlock { get; init; }
}

/// <summary>A range of addresses with exceptions.</summary>
[ApiType]
public sealed partial record IPBlock
{
    /// <summary>The range, such as 192.168.1.0/24 or 2001:db8::/64.</summary>
    [Field(1, Emit = Emit.Always)] public string Cidr { get; init; } = "";

    /// <summary>Ranges inside cidr that are left out.</summary>
    [Field(2), Atomic] public ApiList<string> Except { get; init; }
}

/// <summary>A port or range of ports.</summary>
[ApiType]
public sealed partial record NetworkPolicyPort
{
    /// <summary>TCP (default), UDP or SCTP.</summary>
    [Field(1), KnownValues(typeof(Protocol))] public string? Protocol { get; init; }

    /// <summary>Port of the pod, by number or name. Unset matches all.</summary>
    [Field(2)] public IntOrString? Port { get; init; }

    /// <summary>Last port of a range beginning at port, which must then be a number not above it.</summary>
    [Field(3)] public int? EndPort { get; init; }
}

/// <summary>The values of PolicyType that are known.</summary>
[Closed]
public static class PolicyType
{
    public const string Egress = "Egress";
    public const string Ingress = "Ingress";
}
