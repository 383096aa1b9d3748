namespace Keelson.Api.Core.V1;

/// <summary>The values of ResourceName that are known.</summary>
public static class ResourceName
{
    public const string Cpu = "cpu";
    public const string Configmaps = "configmaps";
    public const string EphemeralStorage = "ephemeral-storage";
    public const string LimitsCPU = "limits.cpu";
    public const string LimitsEphemeralStorage = "limits.ephemeral-storage";
    public const string LimitsMemory = "limits.memory";
    public const string Memory = "memory";
    public const string Persistentvolumeclaims = "persistentvolumeclaims";
    public const string Pods = "pods";
    public const string Resourcequotas = "resourcequotas";
    public const string Replicationcontrollers = "replicationcontrollers";
    public const string RequestsCPU = "requests.cpu";
    public const string RequestsEphemeralStorage = "requests.ephemeral-storage";
    public const string RequestsMemory = "requests.memory";
    public const string RequestsStorage = "requests.storage";
    public const string Secrets = "secrets";
    public const string Services = "services";
    public const string ServicesLoadBalancers = "services.loadbalancers";
    public const string ServicesNodePorts = "services.nodeports";
    public const string Storage = "storage";
}
