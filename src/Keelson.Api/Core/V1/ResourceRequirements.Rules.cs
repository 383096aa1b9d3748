using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record ResourceRequirements
{
    /// <summary>Reports what is wrong with the resources of a container.</summary>
    internal void Validate(SortedSet<string> claimNames, FieldErrors errors)
    {
        ValidateAmounts(errors, ResourceRules.ContainerResourceName);
        ResourceRules.Claims(Claims, claimNames, errors);
    }

    /// <summary>Reports what is wrong with the resources of a pod as a whole.</summary>
    internal void ValidateForPod(PodSpec spec, FieldErrors errors)
    {
        if (!Claims.IsEmpty) errors.Forbidden("claims", "claims cannot be set for Resources at pod-level");
        ValidateAmounts(errors, ResourceRules.PodResourceName);
        using (errors.In("requests"))
        {
            foreach (var (name, needed) in PodResources.Requests(spec))
            {
                var asked = Requests.GetValueOrDefault(name);
                if (!PodResources.IsPodLevel(name) || needed <= asked) continue;
                using (errors.Key(name)) errors.Invalid(null, asked.ToString(), $"must be greater than or equal to aggregate container requests of {needed}");
            }
        }

        for (var i = 0; i < spec.Containers.Count; i++)
        {
            foreach (var (name, limit) in spec.Containers[i].Resources.Limits)
            {
                if (!Limits.TryGetValue(name, out var most) || limit <= most) continue;
                using (errors.In("containers", i))
                using (errors.Key(name)) errors.Invalid("limits", limit.ToString(), $"must be less than or equal to pod limits of {most}");
            }
        }
    }

    /// <summary>Reports what is wrong with amounts and their names, and with requests beside limits.</summary>
    private void ValidateAmounts(FieldErrors errors, Action<string, FieldErrors> checkName)
    {
        foreach (var (name, limit) in Limits)
        {
            using (errors.In("limits", name)) ValidateAmount(name, limit, errors, checkName);
        }

        foreach (var (name, request) in Requests)
        {
            using (errors.In("requests", name)) ValidateAmount(name, request, errors, checkName);
            var mayOvercommit = PodResources.MayOvercommit(name);
            if (!Limits.TryGetValue(name, out var limit))
            {
                if (!mayOvercommit) errors.Required("limits", "Limit must be set for non overcommitable resources");
            }
            else if (request != limit && !mayOvercommit)
            {
                errors.Invalid("requests", request.ToString(), $"must be equal to {name} limit of {limit}");
            }
            else if (request > limit)
            {
                errors.Invalid("requests", request.ToString(), $"must be less than or equal to {name} limit of {limit}");
            }
        }

        if (HasHugePages() && !HasComputing()) errors.Forbidden(null, "HugePages require cpu or memory");
    }

    private bool HasHugePages() => Limits.Keys.FindIndex(PodResources.IsHugePages) >= 0 || Requests.Keys.FindIndex(PodResources.IsHugePages) >= 0;

    private bool HasComputing() => Limits.ContainsKey(ResourceName.Cpu) || Limits.ContainsKey(ResourceName.Memory)
        || Requests.ContainsKey(ResourceName.Cpu) || Requests.ContainsKey(ResourceName.Memory);

    private static void ValidateAmount(string name, Quantity amount, FieldErrors errors, Action<string, FieldErrors> checkName)
    {
        checkName(name, errors);
        ResourceRules.Amount(name, amount, errors);
        if (PodResources.IsHugePages(name) && !ResourceRules.IsMultipleOfPage(name, amount))
        {
            errors.Invalid(null, amount.ToString(), $"{amount} is not positive integer multiple of {name}");
        }
    }
}

/// <summary>Checks names and amounts of resources; the place of the errors is the amount.</summary>
internal static class ResourceRules
{
    public const string NotIntegerMessage = "must be an integer";

    private static readonly HashSet<string> Standard = new(StringComparer.Ordinal)
    {
        ResourceName.Cpu, ResourceName.Memory, ResourceName.EphemeralStorage, ResourceName.Storage,
        ResourceName.RequestsCPU, ResourceName.RequestsMemory, ResourceName.RequestsEphemeralStorage, ResourceName.RequestsStorage,
        ResourceName.LimitsCPU, ResourceName.LimitsMemory, ResourceName.LimitsEphemeralStorage,
        ResourceName.Pods, ResourceName.Resourcequotas, ResourceName.Services, ResourceName.Replicationcontrollers,
        ResourceName.Secrets, ResourceName.Configmaps, ResourceName.Persistentvolumeclaims,
        ResourceName.ServicesNodePorts, ResourceName.ServicesLoadBalancers,
    };

    private static readonly HashSet<string> Counted = new(StringComparer.Ordinal)
    {
        ResourceName.Pods, ResourceName.Resourcequotas, ResourceName.Services, ResourceName.Replicationcontrollers,
        ResourceName.Secrets, ResourceName.Configmaps, ResourceName.Persistentvolumeclaims,
        ResourceName.ServicesNodePorts, ResourceName.ServicesLoadBalancers,
    };

    /// <summary>A name that a container may ask for.</summary>
    public static void ContainerResourceName(string name, FieldErrors errors)
    {
        AnyResourceName(name, errors);
        if (!name.Contains('/', StringComparison.Ordinal))
        {
            if (!IsOfContainers(name)) errors.Invalid(null, name, "must be a standard resource for containers");
        }
        else if (!PodResources.IsNative(name) && !IsExtended(name))
        {
            errors.Invalid(null, name, "doesn't follow extended resource name standard");
        }
    }

    /// <summary>A name that a pod as a whole may ask for.</summary>
    public static void PodResourceName(string name, FieldErrors errors)
    {
        if (AnyResourceName(name, errors) && !PodResources.IsPodLevel(name))
        {
            errors.NotSupported(null, name, [ResourceName.Cpu, PodResources.HugePagesPrefix, ResourceName.Memory]);
        }
    }

    public static void Amount(string name, Quantity amount, FieldErrors errors)
    {
        if (amount.Sign < 0) errors.Invalid(null, amount.ToString(), FieldShorthands.NegativeMessage);
        if ((Counted.Contains(name) || IsExtended(name)) && amount.MilliValue() % 1000 != 0) errors.Invalid(null, amount.ToString(), NotIntegerMessage);
    }

    /// <summary>Whether an amount of huge pages is so many whole pages of the size in the name.</summary>
    public static bool IsMultipleOfPage(string name, Quantity amount)
    {
        if (!Quantity.TryParse(name[PodResources.HugePagesPrefix.Length..], out var page, out _)) return false;
        var size = page.Value();
        return size > 0 && amount.Value() % size == 0;
    }

    public static void Claims(ApiList<ResourceClaim> claims, SortedSet<string> claimNames, FieldErrors errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var wholes = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < claims.Count; i++)
        {
            using (errors.In("claims", i)) Claim(claims[i], seen, wholes, claimNames, errors);
        }
    }

    private static void Claim(ResourceClaim claim, HashSet<string> seen, HashSet<string> partly, SortedSet<string> claimNames, FieldErrors errors)
    {
        var name = claim.Name;
        if (name.Length == 0)
        {
            errors.Required(null);
            return;
        }

        if (seen.Contains(name))
        {
            errors.Duplicate(null, name);
        }
        else
        {
            var key = name;
            if (claim.Request.Length > 0)
            {
                errors.Label("request", claim.Request);
                key = $"{name}/{claim.Request}";
            }

            if (seen.Contains(key)) errors.Duplicate(null, key);
            else if (claim.Request.Length == 0 && partly.Contains(name)) errors.Duplicate(null, name);
            seen.Add(key);
            if (claim.Request.Length > 0) partly.Add(name);
        }

        if (claimNames.Contains(name)) return;
        var known = claimNames.Count == 0 ? " which is empty" : $": {string.Join(", ", claimNames)}";
        errors.Add(FieldErrorType.NotFound, null, name, $"must be one of the names in pod.spec.resourceClaims{known}");
    }

    private static bool AnyResourceName(string name, FieldErrors errors)
    {
        var before = errors.Total;
        errors.QualifiedName(null, name);
        if (errors.Total != before) return false;
        if (name.Contains('/', StringComparison.Ordinal) || Standard.Contains(name) || PodResources.IsHugePages(name)) return true;
        errors.Invalid(null, name, "must be a standard resource type or fully qualified");
        return false;
    }

    private static bool IsOfContainers(string name) =>
        name is ResourceName.Cpu or ResourceName.Memory or ResourceName.EphemeralStorage || PodResources.IsHugePages(name);

    /// <summary>Whether the name is a device's, below a domain that is not Kubernetes' own.</summary>
    private static bool IsExtended(string name) =>
        !PodResources.IsNative(name) && !name.StartsWith("requests.", StringComparison.Ordinal) && LabelName.IsKey($"requests.{name}");
}
