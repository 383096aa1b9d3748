using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.Quotas;

/// <summary>What a namespace uses of what its quotas limit.</summary>
internal static class QuotaCount
{
    private const string ClassInfix = ".storageclass.storage.k8s.io/";

    private static readonly Quantity One = Quantity.FromLong(1);

    /// <param name="hard">The names that are limited.</param>
    /// <param name="counted">How many objects there are of what is only counted, by the quota's name for it.</param>
    public static ApiMap<Quantity> Used(
        IEnumerable<string> hard, Func<Pod, bool> selects, IReadOnlyList<Pod> pods, IReadOnlyList<Service> services, IReadOnlyList<PersistentVolumeClaim> claims, IReadOnlyDictionary<string, long> counted)
    {
        var sums = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var pod in pods.Where(pod => !PodFacts.HasEnded(pod) && selects(pod))) AddPod(sums, pod);
        foreach (var service in services) AddService(sums, service);
        foreach (var claim in claims) AddClaim(sums, claim);
        foreach (var (name, count) in counted) sums[name] = Quantity.FromLong(count);
        return hard.Select(name => KeyValuePair.Create(name, sums.GetValueOrDefault(name, Quantity.FromLong(0)))).ToApiMap();
    }

    /// <summary>The quota's names that only count objects of a resource, told apart from those that look into them.</summary>
    public static bool IsPlainCount(string name) =>
        name.StartsWith("count/", StringComparison.Ordinal) || name is "configmaps" or "secrets" or "replicationcontrollers" or "resourcequotas";

    private static void AddPod(Dictionary<string, Quantity> sums, Pod pod)
    {
        Add(sums, "pods", One);
        foreach (var (name, amount) in PodAmounts.Requests(pod.Spec))
        {
            Add(sums, "requests." + name, amount);
            if (name is "cpu" or "memory" or "ephemeral-storage" || name.StartsWith("hugepages-", StringComparison.Ordinal)) Add(sums, name, amount);
        }

        foreach (var (name, amount) in PodAmounts.Limits(pod.Spec)) Add(sums, "limits." + name, amount);
    }

    private static void AddService(Dictionary<string, Quantity> sums, Service service)
    {
        Add(sums, "services", One);
        var isBalanced = service.Spec.Type == ServiceType.LoadBalancer;
        if (isBalanced) Add(sums, "services.loadbalancers", One);
        if (service.Spec.Type == ServiceType.NodePort || (isBalanced && service.Spec.AllocateLoadBalancerNodePorts != false)) Add(sums, "services.nodeports", Quantity.FromLong(service.Spec.Ports.Count));
        else if (isBalanced) Add(sums, "services.nodeports", Quantity.FromLong(service.Spec.Ports.Count(port => port.NodePort != 0)));
    }

    private static void AddClaim(Dictionary<string, Quantity> sums, PersistentVolumeClaim claim)
    {
        var size = claim.Spec.Resources.Requests.GetValueOrDefault("storage", Quantity.FromLong(0));
        Add(sums, "persistentvolumeclaims", One);
        Add(sums, "requests.storage", size);
        if (claim.Spec.StorageClassName is not { Length: > 0 } name) return;
        Add(sums, name + ClassInfix + "persistentvolumeclaims", One);
        Add(sums, name + ClassInfix + "requests.storage", size);
    }

    private static void Add(Dictionary<string, Quantity> sums, string name, Quantity amount) => sums[name] = sums.TryGetValue(name, out var known) ? known + amount : amount;
}
