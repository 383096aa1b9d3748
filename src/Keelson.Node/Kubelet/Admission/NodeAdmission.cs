using System.Globalization;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Selectors;
using Keelson.Client;
using Keelson.Node.Kubelet.Pods;

namespace Keelson.Node.Kubelet.Admission;

/// <summary>Keeps count of what the node's pods take, and refuses those that the node cannot carry.</summary>
/// <param name="node">The node as it was last seen.</param>
/// <param name="refresh">Looks at the node again.</param>
internal sealed class NodeAdmission(KubeletOptions options, Func<ApiNode?> node, Func<CancellationToken, Task> refresh)
{
    private static readonly string[] FirstResources = ["cpu", "memory", "ephemeral-storage"];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Pod> _admitted = new(StringComparer.Ordinal);

    /// <summary>As <see cref="Admit"/>; what speaks against the pod in the node's labels and taints has to be so now, and not when the node was last seen.</summary>
    public async Task<PodVerdict?> AdmitAsync(Pod pod, bool hasRun, CancellationToken cancel)
    {
        var verdict = Admit(pod, hasRun);
        if (verdict is not { Reason: "NodeAffinity" or "TaintToleration" }) return verdict;
        try
        {
            await refresh(cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is ApiException or HttpRequestException)
        {
            options.OnError?.Invoke(failure);
            return verdict;
        }

        return Admit(pod, hasRun);
    }

    /// <summary>Takes a pod on, or says why not. One that ran before is taken on in any case.</summary>
    public PodVerdict? Admit(Pod pod, bool hasRun)
    {
        lock (_lock)
        {
            if (!hasRun && !_admitted.ContainsKey(pod.Metadata.Uid) && Refuse(pod) is { } refusal) return refusal;
            _admitted[pod.Metadata.Uid] = pod;
            return null;
        }
    }

    /// <summary>Takes on what an admitted pod asks for now; or answers with the reason and the message why it has to wait.</summary>
    public (string Reason, string Message)? Resize(Pod pod)
    {
        lock (_lock)
        {
            var capacity = options.Allocatable ?? options.Capacity;
            var requests = PodAmounts.Requests(pod);
            foreach (var name in (string[])["cpu", "memory"])
            {
                if (requests.TryGetValue(name, out var wanted) && capacity.TryGetValue(name, out var all) && Amount(name, wanted) > Amount(name, all))
                {
                    return ("Infeasible", $"Node didn't have enough capacity: {name}, requested: {Text(Amount(name, wanted))}, capacity: {Text(Amount(name, all))}");
                }
            }

            if (Lacking(pod) is { } lacking) return ("Deferred", lacking.Message);
            _admitted[pod.Metadata.Uid] = pod;
            return null;
        }
    }

    /// <summary>The pod takes nothing any more.</summary>
    public void Release(string uid)
    {
        lock (_lock) _admitted.Remove(uid);
    }

    private PodVerdict? Refuse(Pod pod)
    {
        if (pod.Spec.Os is { Name: { Length: > 0 } system } && system != "linux") return Rejected("PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS");
        if (Lacking(pod) is { } lacking) return Rejected($"OutOf{lacking.Name}", lacking.Message);
        if (node() is not { } here) return null;
        if (!NodeSelection.IsSelected(pod.Spec, here)) return Rejected("NodeAffinity", "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector");
        var ports = Ports(pod).ToList();
        var taken = _admitted.Values.SelectMany(Ports).ToList();
        if (ports.Any(port => taken.Any(other => Collide(port, other)))) return Rejected("NodePorts", "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports");
        var mayStay = TaintTolerance.ToleratesAll(pod.Spec.Tolerations, here.Spec.Taints, TaintEffect.NoExecute);
        return mayStay ? null : Rejected("TaintToleration", "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate");
    }

    private static PodVerdict Rejected(string reason, string message) => new(reason, $"Pod was rejected: {message}") { IsRejection = true, EventMessage = message };

    /// <summary>The first thing of which there is not enough.</summary>
    private (string Name, string Message)? Lacking(Pod pod)
    {
        var capacity = options.Allocatable ?? options.Capacity;
        var others = _admitted.Values.Where(other => other.Metadata.Uid != pod.Metadata.Uid).ToList();
        if (capacity.TryGetValue("pods", out var most) && others.Count + 1 > most.Value()) return ("pods", Message("pods", 1, others.Count, most.Value()));
        var requests = PodAmounts.Requests(pod);
        foreach (var name in FirstResources.Concat(requests.Keys.Except(FirstResources)))
        {
            if (!requests.TryGetValue(name, out var quantity) || Amount(name, quantity) is not (> 0 and var wanted)) continue;
            var all = capacity.TryGetValue(name, out var offered) ? Amount(name, offered) : 0;
            var used = others.Sum(other => PodAmounts.Requests(other).TryGetValue(name, out var taken) ? Amount(name, taken) : 0);
            if (used + wanted > all) return (name, Message(name, wanted, used, all));
        }

        return null;
    }

    private static string Message(string name, long wanted, long used, long all) => $"Node didn't have enough resource: {name}, requested: {Text(wanted)}, used: {Text(used)}, capacity: {Text(all)}";

    // Processors are counted in thousandths.
    private static long Amount(string name, Quantity quantity) => name == "cpu" ? quantity.MilliValue() : quantity.Value();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<ContainerPort> Ports(Pod pod) =>
        pod.Spec.Containers.Concat(pod.Spec.InitContainers.Where(RestartRules.IsSidecar)).SelectMany(container => container.Ports).Where(port => port.HostPort > 0);

    private static bool Collide(ContainerPort left, ContainerPort right) =>
        left.HostPort == right.HostPort && Protocol(left) == Protocol(right) && (IsAny(left.HostIP) || IsAny(right.HostIP) || left.HostIP == right.HostIP);

    private static string Protocol(ContainerPort port) => port.Protocol.Length > 0 ? port.Protocol : "TCP";

    private static bool IsAny(string address) => address is "" or "0.0.0.0" or "::";
}
