using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.EndpointSlices;

/// <summary>The one Endpoints object of a service, for those who do not read slices.</summary>
internal static class EndpointsPlan
{
    public const string ManagedLabel = "endpoints.kubernetes.io/managed-by";
    public const string ManagedValue = "endpoint-controller";

    /// <summary>Addresses of one object, as upstream; what is over is left out and an annotation says so.</summary>
    private const int AddressLimit = 1000;

    private const string OverCapacity = "endpoints.kubernetes.io/over-capacity";

    public static Endpoints Compute(Service service, IEnumerable<Pod> pods, Endpoints? current)
    {
        var family = PodBackend.Families(service)[0];
        var backends = pods
            .Where(pod => PodBackend.IsBackend(service, pod) && PodBackend.Address(pod, family) is not null)
            .Where(pod => service.Spec.PublishNotReadyAddresses || !PodFacts.IsTerminating(pod))
            .OrderBy(pod => PodBackend.Address(pod, family), StringComparer.Ordinal)
            .ToList();
        var kept = backends.OrderByDescending(pod => IsReady(service, pod)).Take(AddressLimit).ToHashSet();
        var subsets = backends.Where(kept.Contains)
            .GroupBy(pod => Ports(service, pod))
            .Where(group => !group.Key.IsEmpty || service.Spec.Ports.IsEmpty)
            .Select(group => new EndpointSubset
            {
                Addresses = group.Where(pod => IsReady(service, pod)).Select(pod => Address(service, pod, family)).ToApiList(),
                NotReadyAddresses = group.Where(pod => !IsReady(service, pod)).Select(pod => Address(service, pod, family)).ToApiList(),
                Ports = group.Key,
            })
            .ToApiList();
        var metadata = current?.Metadata ?? new ObjectMeta { Name = service.Metadata.Name, Namespace = service.Metadata.Namespace };
        var labels = service.Metadata.Labels.Without(EndpointSlicePlan.HeadlessLabel).With(ManagedLabel, ManagedValue);
        if (PodBackend.IsHeadless(service)) labels = labels.With(EndpointSlicePlan.HeadlessLabel, "");
        var annotations = metadata.Annotations.Without(OverCapacity);
        if (backends.Count > AddressLimit) annotations = annotations.With(OverCapacity, "truncated");
        return (current ?? Endpoints.Empty) with { Metadata = metadata with { Labels = labels, Annotations = annotations }, Subsets = subsets };
    }

    private static bool IsReady(Service service, Pod pod) => service.Spec.PublishNotReadyAddresses || PodFacts.IsReady(pod);

    private static EndpointAddress Address(Service service, Pod pod, string family) => new()
    {
        Ip = PodBackend.Address(pod, family)!,
        Hostname = PodBackend.Hostname(service, pod) ?? "",
        NodeName = pod.Spec.NodeName.Length > 0 ? pod.Spec.NodeName : null,
        TargetRef = PodBackend.Reference(pod),
    };

    private static ApiList<EndpointPort> Ports(Service service, Pod pod)
    {
        var ports = new ApiListBuilder<EndpointPort>();
        foreach (var port in service.Spec.Ports)
        {
            if (PodBackend.Port(pod, port) is not { } number) continue;
            ports.Add(new EndpointPort { Name = port.Name, Port = number, Protocol = PodBackend.Protocol(port.Protocol), AppProtocol = port.AppProtocol });
        }

        return ports.ToList();
    }
}
