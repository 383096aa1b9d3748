using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <summary>What is known of resources by their names: which there are, and how they are counted.</summary>
internal static class StandardResources
{
    private const string HugePages = "hugepages-";
    private const string RequestedHugePages = "requests.hugepages-";

    private static readonly HashSet<string> Compute = [ResourceName.Cpu, ResourceName.Memory, ResourceName.LimitsCPU, ResourceName.LimitsMemory, ResourceName.RequestsCPU, ResourceName.RequestsMemory];

    private static readonly HashSet<string> Counted =
    [
        ResourceName.Pods, ResourceName.Resourcequotas, ResourceName.Services, ResourceName.Replicationcontrollers, ResourceName.Secrets,
        ResourceName.Configmaps, ResourceName.Persistentvolumeclaims, ResourceName.ServicesNodePorts, ResourceName.ServicesLoadBalancers,
    ];

    private static readonly HashSet<string> Quota =
    [
        .. Compute, .. Counted, ResourceName.EphemeralStorage, ResourceName.RequestsStorage,
        ResourceName.RequestsEphemeralStorage, ResourceName.LimitsEphemeralStorage,
    ];

    public static bool IsHugePages(string name) => name.StartsWith(HugePages, StringComparison.Ordinal);

    /// <summary>Whether the name is of Kubernetes itself, with its domain or without any.</summary>
    public static bool IsNative(string name) => !name.Contains('/', StringComparison.Ordinal) || name.Contains("kubernetes.io/", StringComparison.Ordinal);

    public static bool IsExtended(string name) => !IsNative(name)
        && !name.StartsWith("requests.", StringComparison.Ordinal) && LabelName.IsKey($"requests.{name}");

    /// <summary>Whether more may be promised than there is.</summary>
    public static bool CanOvercommit(string name) => IsNative(name) && !IsHugePages(name);

    /// <summary>Whether a quota knows the name, which has no domain.</summary>
    public static bool IsOfQuota(string name) =>
        Quota.Contains(name) || IsHugePages(name) || name.StartsWith(RequestedHugePages, StringComparison.Ordinal);

    /// <summary>Whether a scope of a quota makes sense for a resource.</summary>
    public static bool IsInScope(string scope, string name) => scope switch
    {
        ResourceQuotaScope.BestEffort => name == ResourceName.Pods,
        ResourceQuotaScope.Terminating or ResourceQuotaScope.NotTerminating or ResourceQuotaScope.NotBestEffort
            or ResourceQuotaScope.PriorityClass or ResourceQuotaScope.CrossNamespacePodAffinity => name == ResourceName.Pods || Compute.Contains(name),
        ResourceQuotaScope.VolumeAttributesClass => name is ResourceName.Persistentvolumeclaims or ResourceName.RequestsStorage,
        _ => true,
    };

    /// <summary>A name with a domain, or one that is known.</summary>
    public static void ExpectResourceName(this FieldErrors errors, string? field, string name)
    {
        var wrong = LabelName.CheckKey(name);
        errors.Invalid(field, name, wrong);
        if (!wrong.IsEmpty || name.Contains('/', StringComparison.Ordinal) || IsOfQuota(name) || name == ResourceName.Storage) return;
        errors.Invalid(field, name, "must be a standard resource type or fully qualified");
    }

    public static void ExpectContainerResourceName(this FieldErrors errors, string? field, string name)
    {
        errors.ExpectResourceName(field, name);
        if (!name.Contains('/', StringComparison.Ordinal))
        {
            if (name is ResourceName.Cpu or ResourceName.Memory or ResourceName.EphemeralStorage || IsHugePages(name)) return;
            errors.Invalid(field, name, "must be a standard resource for containers");
        }
        else if (!IsNative(name) && !IsExtended(name))
        {
            errors.Invalid(field, name, "doesn't follow extended resource name standard");
        }
    }

    /// <summary>Not negative, and whole where the resource is counted.</summary>
    public static void ExpectQuantity(this FieldErrors errors, string? field, string name, Quantity value)
    {
        if (value.Sign < 0) errors.Invalid(field, value.ToString(), FieldExpectations.Negative);
        if ((Counted.Contains(name) || IsExtended(name)) && !IsWhole(value)) errors.Invalid(field, value.ToString(), FieldExpectations.NotInteger);
    }

    /// <summary>Nothing is measured more finely than in thousandths.</summary>
    public static ApiMap<Quantity> Rounded(ApiMap<Quantity> quantities)
    {
        foreach (var (name, value) in quantities)
        {
            var rounded = value.RoundUp(Quantity.Milli, out var exact);
            if (!exact) quantities = quantities.With(name, rounded);
        }

        return quantities;
    }

    private static bool IsWhole(Quantity value) => value.MilliValue() % 1000 == 0;
}
