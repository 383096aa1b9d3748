using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.Admission.Quotas;

/// <summary>What one object takes of a quota, by the names that quotas have for it.</summary>
internal static class QuotaUsage
{
    private const string Requests = "requests.";
    private const string Limits = "limits.";
    private const string ClassInfix = ".storageclass.storage.k8s.io/";
    private static readonly Quantity One = Quantity.FromLong(1);

    // Kinds that had names of their own before there was one for all.
    private static readonly string[] PlainNames = ["configmaps", "secrets", "replicationcontrollers", "resourcequotas", "services", "persistentvolumeclaims", "pods"];

    public static Dictionary<string, Quantity> Of(RegisteredResource resource, ApiObject value)
    {
        var usage = new Dictionary<string, Quantity>(StringComparer.Ordinal) { ["count/" + resource.QualifiedName] = One };
        if (resource.Kind.Group.Length == 0 && resource.Info.Plural != "pods" && PlainNames.Contains(resource.Info.Plural)) usage[resource.Info.Plural] = One;
        switch (value.Typed)
        {
            case Pod pod:
                AddPod(usage, pod);
                break;
            case Service service:
                AddService(usage, service);
                break;
            case PersistentVolumeClaim claim:
                AddClaim(usage, claim);
                break;
        }

        return usage;
    }

    /// <summary>Whether a quota's name means something that objects of a resource take.</summary>
    public static bool Concerns(string name, RegisteredResource resource)
    {
        if (name == "count/" + resource.QualifiedName) return true;
        if (resource.Kind.Group.Length > 0) return false;
        return resource.Info.Plural switch
        {
            "pods" => name == "pods" || IsCompute(name),
            "services" => name is "services" or "services.nodeports" or "services.loadbalancers",
            "persistentvolumeclaims" => name is "persistentvolumeclaims" or "requests.storage" || name.Contains(ClassInfix, StringComparison.Ordinal),
            var plural => name == plural && PlainNames.Contains(plural),
        };
    }

    // Containers that stopped for good take nothing but their place in the store.
    private static void AddPod(Dictionary<string, Quantity> usage, Pod pod)
    {
        if (pod.Status.Phase is PodPhase.Failed or PodPhase.Succeeded) return;
        usage["pods"] = One;
        foreach (var (name, amount) in PodResources.Requests(pod.Spec).Concat(pod.Spec.Overhead).GroupBy(pair => pair.Key).Select(Sum))
        {
            usage[Requests + name] = amount;
            if (name is ResourceName.Cpu or ResourceName.Memory or ResourceName.EphemeralStorage || PodResources.IsHugePages(name)) usage[name] = amount;
        }

        foreach (var (name, amount) in PodResources.Limits(pod.Spec).Concat(pod.Spec.Overhead).GroupBy(pair => pair.Key).Select(Sum)) usage[Limits + name] = amount;
    }

    private static KeyValuePair<string, Quantity> Sum(IGrouping<string, KeyValuePair<string, Quantity>> amounts) =>
        new(amounts.Key, amounts.Select(pair => pair.Value).Aggregate((left, right) => left + right));

    private static void AddService(Dictionary<string, Quantity> usage, Service service)
    {
        var ports = Quantity.FromLong(service.Spec.Ports.Count);
        var balanced = service.Spec.Type == ServiceType.LoadBalancer;
        if (balanced) usage["services.loadbalancers"] = One;
        if (service.Spec.Type == ServiceType.NodePort || (balanced && service.Spec.AllocateLoadBalancerNodePorts != false)) usage["services.nodeports"] = ports;
        else if (balanced) usage["services.nodeports"] = Quantity.FromLong(service.Spec.Ports.Count(port => port.NodePort != 0));
    }

    private static void AddClaim(Dictionary<string, Quantity> usage, PersistentVolumeClaim claim)
    {
        var size = claim.Spec.Resources.Requests.GetValueOrDefault("storage");
        usage["requests.storage"] = size;
        if (claim.Spec.StorageClassName is not { Length: > 0 } name) return;
        usage[name + ClassInfix + "requests.storage"] = size;
        usage[name + ClassInfix + "persistentvolumeclaims"] = One;
    }

    private static bool IsCompute(string name) =>
        name is ResourceName.Cpu or ResourceName.Memory or ResourceName.EphemeralStorage
        || PodResources.IsHugePages(name)
        || (name.StartsWith(Requests, StringComparison.Ordinal) && name != "requests.storage")
        || name.StartsWith(Limits, StringComparison.Ordinal);
}
