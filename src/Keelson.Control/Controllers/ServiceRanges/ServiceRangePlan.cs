using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Api.Names;
using Keelson.Api.Networking.V1;

namespace Keelson.Control.Controllers.ServiceRanges;

/// <summary>What becomes of a range of addresses for services: its finalizers, what its condition says, and when to look again.</summary>
/// <param name="Finalizers">Null where they stay.</param>
/// <param name="Ready">Null where the condition stays.</param>
internal sealed record ServiceRangePlan(ApiList<string>? Finalizers, Condition? Ready, TimeSpan? Again)
{
    public const string Finalizer = "networking.k8s.io/service-cidr-finalizer";

    private const string ManagedLabel = "ipaddress.kubernetes.io/managed-by";
    private const string ManagedValue = "ipallocator.k8s.io";

    /// <summary>How long a range stays after its deletion, so that no server gives addresses from it any more; default 10 seconds, as upstream.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private static readonly ServiceRangePlan Nothing = new(null, null, null);

    /// <param name="others">All other ranges.</param>
    /// <param name="addresses">All records of addresses.</param>
    public static ServiceRangePlan Compute(ServiceCIDR range, IEnumerable<ServiceCIDR> others, IEnumerable<IPAddress> addresses, Time now)
    {
        var isKept = range.Metadata.Finalizers.Contains(Finalizer);
        if (range.Metadata.DeletionTimestamp is not { } deleted)
        {
            var ready = Change(range, ConditionStatus.True, "", "Kubernetes Service CIDR is ready", now);
            return Nothing with { Finalizers = isKept ? Nothing.Finalizers : range.Metadata.Finalizers.Add(Finalizer), Ready = ready };
        }

        if (!isKept) return Nothing;
        if (IsNeeded(range, others, addresses))
        {
            const string Why = "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR";
            return new ServiceRangePlan(null, Change(range, ConditionStatus.False, "Terminating", Why, now), null);
        }

        var rest = Grace - (now - deleted);
        return rest > TimeSpan.Zero ? Nothing with { Again = rest } : new ServiceRangePlan(range.Metadata.Finalizers.RemoveAll(name => name == Finalizer), null, null);
    }

    /// <summary>The parts of a range that are ranges.</summary>
    public static IEnumerable<NetworkRange> Parse(ServiceCIDR range) =>
        range.Spec.Cidrs.Select(text => NetworkRange.TryParse(text, out var read) ? read : (NetworkRange?)null).OfType<NetworkRange>();

    public static bool IsManaged(IPAddress address) => address.Metadata.Labels.GetValueOrDefault(ManagedLabel) == ManagedValue;

    // A range that is going itself keeps nobody's address: of two that are alike and deleted together the last one has to stay.
    private static bool IsNeeded(ServiceCIDR range, IEnumerable<ServiceCIDR> others, IEnumerable<IPAddress> addresses)
    {
        var staying = others.Where(other => other.Metadata.Name != range.Metadata.Name && other.Metadata.DeletionTimestamp is null).SelectMany(Parse).ToList();
        var parts = Parse(range).Where(part => !staying.Any(other => other.Contains(part))).ToList();
        return parts.Count > 0 && addresses.Any(record =>
            IsManaged(record) && NetworkAddress.TryParse(record.Metadata.Name, out var address) && parts.Any(part => part.Has(address)) && !staying.Any(other => other.Has(address)));
    }

    private static Condition? Change(ServiceCIDR range, string status, string reason, string message, Time now)
    {
        var known = range.Status.Conditions.FirstOrDefault(condition => condition.Type == "Ready");
        if (known is not null && known.Status == status && known.Reason == reason && known.Message == message) return null;
        return new Condition { Type = "Ready", Status = status, Reason = reason, Message = message, LastTransitionTime = known?.Status == status ? known.LastTransitionTime : now };
    }
}
