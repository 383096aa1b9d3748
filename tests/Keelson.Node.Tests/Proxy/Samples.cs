using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Node.Proxy;

namespace Keelson.Node.Tests.Proxy;

/// <summary>Services and slices as tests need them.</summary>
internal static class Samples
{
    public const string NodeName = "node-1";

    public static readonly NodePlace Place = new(NodeName, "zone-a");

    public static Service Web(string address = "10.96.0.50", int port = 80, string protocol = "TCP", string name = "web") => new()
    {
        Metadata = new ObjectMeta { Namespace = "default", Name = name },
        Spec = new ServiceSpec
        {
            Type = ServiceType.ClusterIP,
            ClusterIP = address,
            ClusterIPs = [address],
            Ports = [new ServicePort { Name = "main", Port = port, Protocol = protocol }],
        },
    };

    public static Service OnNodePort(this Service service, int nodePort) => service with
    {
        Spec = service.Spec with { Type = ServiceType.NodePort, Ports = [service.Spec.Ports[0] with { NodePort = nodePort }] },
    };

    public static EndpointSlice Slice(Service service, int port, params Endpoint[] endpoints) => new()
    {
        Metadata = new ObjectMeta { Namespace = "default", Name = service.Metadata.Name + "-1", Labels = new Dictionary<string, string> { ["kubernetes.io/service-name"] = service.Metadata.Name }.ToApiMap() },
        AddressType = service.Spec.ClusterIP.Contains(':', StringComparison.Ordinal) ? "IPv6" : "IPv4",
        Ports = [new Keelson.Api.Discovery.V1.EndpointPort { Name = "main", Port = port, Protocol = service.Spec.Ports[0].Protocol }],
        Endpoints = [.. endpoints],
    };

    public static Endpoint At(string address, string? node = NodeName, bool? ready = true, bool? serving = null, bool? terminating = null) => new()
    {
        Addresses = [address],
        NodeName = node,
        Conditions = new EndpointConditions { Ready = ready, Serving = serving, Terminating = terminating },
    };

    public static Endpoint Pod(int number, string? node = NodeName) => At(SmallNetwork.PodAddress(number), node);

    public static ServicePicture Picture(Service service, params EndpointSlice[] slices) => PictureMaking.Of(service, slices, Place)!;

    public static Dictionary<ObjectKey, ServicePicture?> Change(ServicePicture picture) => new() { [picture.Key] = picture };
}
