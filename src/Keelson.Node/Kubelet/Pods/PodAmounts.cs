using Keelson.Api;
using Keelson.Api.Core.V1;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>What a pod asks for as a whole: its containers together, or an init container where that needs more.</summary>
internal static class PodAmounts
{
    public static IReadOnlyDictionary<string, Quantity> Requests(Pod pod)
    {
        var sum = Sum(pod, container => container.Resources.Requests);
        foreach (var (name, value) in pod.Spec.Resources?.Requests ?? default) sum[name] = value;
        foreach (var (name, value) in pod.Spec.Overhead) sum[name] = sum.TryGetValue(name, out var before) ? before + value : value;
        return sum;
    }

    /// <summary>Only what every container has a limit of, unless the pod itself has one.</summary>
    public static IReadOnlyDictionary<string, Quantity> Limits(Pod pod)
    {
        var sum = Sum(pod, container => container.Resources.Limits);
        foreach (var name in sum.Keys.ToList())
        {
            if (pod.Spec.Containers.Concat(pod.Spec.InitContainers).Any(container => !container.Resources.Limits.ContainsKey(name))) sum.Remove(name);
        }

        foreach (var (name, value) in pod.Spec.Resources?.Limits ?? default) sum[name] = value;
        foreach (var (name, value) in pod.Spec.Overhead)
        {
            if (sum.TryGetValue(name, out var before)) sum[name] = before + value;
        }

        return sum;
    }

    public static long MilliCpu(IReadOnlyDictionary<string, Quantity> amounts) => amounts.TryGetValue("cpu", out var amount) ? amount.MilliValue() : 0;

    private static Dictionary<string, Quantity> Sum(Pod pod, Func<ApiContainer, ApiMap<Quantity>> amounts)
    {
        var ordinary = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var container in pod.Spec.Containers) Add(ordinary, amounts(container));
        var sidecars = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        var most = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var container in pod.Spec.InitContainers)
        {
            // One that ends runs beside the sidecars that started before it; sidecars stay to the end.
            var at = new Dictionary<string, Quantity>(sidecars, StringComparer.Ordinal);
            Add(at, amounts(container));
            if (RestartRules.IsSidecar(container)) sidecars = at;
            Raise(most, at);
        }

        foreach (var (name, value) in sidecars) ordinary[name] = ordinary.TryGetValue(name, out var before) ? before + value : value;
        Raise(ordinary, most);
        return ordinary;
    }

    private static void Add(Dictionary<string, Quantity> sum, ApiMap<Quantity> more)
    {
        foreach (var (name, value) in more) sum[name] = sum.TryGetValue(name, out var before) ? before + value : value;
    }

    private static void Raise(Dictionary<string, Quantity> most, Dictionary<string, Quantity> other)
    {
        foreach (var (name, value) in other)
        {
            if (!most.TryGetValue(name, out var before) || value > before) most[name] = value;
        }
    }
}
