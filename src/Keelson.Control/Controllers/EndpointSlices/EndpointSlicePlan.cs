using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client.Reconciling;
using Keelson.Control.Workloads;
using EndpointPort = Keelson.Api.Discovery.V1.EndpointPort;

namespace Keelson.Control.Controllers.EndpointSlices;

/// <summary>Which slices of a service are created, changed and deleted so that they list its pods.</summary>
internal sealed record EndpointSlicePlan(IReadOnlyList<EndpointSlice> Create, IReadOnlyList<EndpointSlice> Update, IReadOnlyList<EndpointSlice> Delete)
{
    public const string ServiceLabel = "kubernetes.io/service-name";
    public const string ManagedLabel = "endpointslice.kubernetes.io/managed-by";
    public const string ManagedValue = "endpointslice-controller.k8s.io";
    public const string HeadlessLabel = "service.kubernetes.io/headless";

    /// <summary>Endpoints of one slice, as upstream.</summary>
    public const int EndpointLimit = 100;

    /// <param name="pods">All pods of the service's namespace.</param>
    /// <param name="slices">The service's slices that this controller keeps.</param>
    /// <param name="zone">The zone of a node, or null.</param>
    public static EndpointSlicePlan Compute(Service service, IEnumerable<Pod> pods, IReadOnlyList<EndpointSlice> slices, Func<string, string?> zone)
    {
        var backends = pods.Where(pod => PodBackend.IsBackend(service, pod)).OrderBy(pod => pod.Metadata.Name, StringComparer.Ordinal).ToList();
        var plan = new Builder(service);
        var families = PodBackend.Families(service);
        foreach (var slice in slices.Where(slice => !families.Contains(slice.AddressType))) plan.Delete.Add(slice);
        foreach (var family in families)
        {
            var groups = backends
                .Where(pod => PodBackend.Address(pod, family) is not null)
                .GroupBy(pod => Ports(service, pod), pod => Endpoint(service, pod, family, zone))
                .ToDictionary(group => group.Key, group => group.ToList());
            // A service without pods has a slice that says so.
            if (groups.Count == 0) groups[ApiList<EndpointPort>.Empty] = [];
            plan.Fill(family, groups, [.. slices.Where(slice => slice.AddressType == family)]);
        }

        return new EndpointSlicePlan(plan.Create, plan.Update, plan.Delete);
    }

    private static Endpoint Endpoint(Service service, Pod pod, string family, Func<string, string?> zone)
    {
        var isServing = PodFacts.IsReady(pod);
        var isTerminating = PodFacts.IsTerminating(pod);
        return new Endpoint
        {
            Addresses = [PodBackend.Address(pod, family)!],
            Conditions = new EndpointConditions
            {
                Ready = service.Spec.PublishNotReadyAddresses || (isServing && !isTerminating),
                Serving = isServing,
                Terminating = isTerminating,
            },
            Hostname = PodBackend.Hostname(service, pod),
            NodeName = pod.Spec.NodeName.Length > 0 ? pod.Spec.NodeName : null,
            Zone = zone(pod.Spec.NodeName),
            TargetRef = PodBackend.Reference(pod),
        };
    }

    private static ApiList<EndpointPort> Ports(Service service, Pod pod)
    {
        var ports = new ApiListBuilder<EndpointPort>();
        foreach (var port in service.Spec.Ports)
        {
            if (PodBackend.Port(pod, port) is not { } number) continue;
            ports.Add(new EndpointPort { Name = port.Name, Protocol = PodBackend.Protocol(port.Protocol), Port = number, AppProtocol = port.AppProtocol });
        }

        return ports.ToList();
    }

    private sealed class Builder(Service service)
    {
        private readonly ApiMap<string> _labels = Labels(service);

        public List<EndpointSlice> Create { get; } = [];

        public List<EndpointSlice> Update { get; } = [];

        public List<EndpointSlice> Delete { get; } = [];

        public void Fill(string family, Dictionary<ApiList<EndpointPort>, List<Endpoint>> groups, List<EndpointSlice> slices)
        {
            foreach (var slice in slices.Where(slice => !groups.ContainsKey(slice.Ports))) Delete.Add(slice);
            foreach (var (ports, endpoints) in groups)
            {
                FillGroup(family, ports, endpoints, [.. slices.Where(slice => slice.Ports == ports).OrderBy(slice => slice.Metadata.Name, StringComparer.Ordinal)]);
            }
        }

        // Every endpoint stays in the slice in which it is; what is new goes where there is room.
        private void FillGroup(string family, ApiList<EndpointPort> ports, List<Endpoint> endpoints, List<EndpointSlice> slices)
        {
            var missing = endpoints.ToDictionary(endpoint => endpoint.TargetRef!.Uid);
            var contents = slices.ConvertAll(slice => slice.Endpoints
                .Select(endpoint => endpoint.TargetRef is { } target && missing.Remove(target.Uid, out var wanted) ? wanted : null)
                .OfType<Endpoint>().ToList());
            var rest = new Queue<Endpoint>(endpoints.Where(endpoint => missing.ContainsKey(endpoint.TargetRef!.Uid)));
            foreach (var content in contents)
            {
                while (content.Count < EndpointLimit && rest.TryDequeue(out var next)) content.Add(next);
            }

            var isNeeded = endpoints.Count == 0;
            for (var i = 0; i < slices.Count; i++)
            {
                if (contents[i].Count == 0 && !isNeeded)
                {
                    Delete.Add(slices[i]);
                    continue;
                }

                isNeeded = false;
                var updated = slices[i] with { Endpoints = contents[i].ToApiList(), Metadata = slices[i].Metadata with { Labels = _labels } };
                if (updated != slices[i]) Update.Add(updated);
            }

            while (rest.Count > 0 || isNeeded)
            {
                isNeeded = false;
                Create.Add(New(family, ports, [.. Enumerable.Range(0, Math.Min(rest.Count, EndpointLimit)).Select(_ => rest.Dequeue())]));
            }
        }

        private EndpointSlice New(string family, ApiList<EndpointPort> ports, List<Endpoint> endpoints) => new()
        {
            Metadata = new ObjectMeta
            {
                GenerateName = service.Metadata.Name + "-",
                Namespace = service.Metadata.Namespace,
                Labels = _labels,
                OwnerReferences = [Owners.ControllerReference(service)],
            },
            AddressType = family,
            Endpoints = endpoints.ToApiList(),
            Ports = ports,
        };

        private static ApiMap<string> Labels(Service service)
        {
            var labels = service.Metadata.Labels.Without(HeadlessLabel).With(ServiceLabel, service.Metadata.Name).With(ManagedLabel, ManagedValue);
            return PodBackend.IsHeadless(service) ? labels.With(HeadlessLabel, "") : labels;
        }
    }
}
