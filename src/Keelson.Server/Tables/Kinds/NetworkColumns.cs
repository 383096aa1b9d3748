using System.Globalization;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Api.Networking.V1;

namespace Keelson.Server.Tables.Kinds;

/// <summary>How services and what leads to them is shown.</summary>
internal static class NetworkColumns
{
    public static ColumnSet<Service> Services { get; } = new(
        [Column.Name, Column.Text("Type"), Column.Text("Cluster-IP"), Column.Text("External-IP"), Column.Text("Port(s)"), Column.Age, Column.Text("Selector").Wide()],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.Type, value.Spec.ClusterIPs.IsEmpty ? Text.None : value.Spec.ClusterIPs[0], External(value), Ports(value), Age.Of(value.Metadata.CreationTimestamp, now),
            Text.Pairs(value.Spec.Selector)));

    public static ColumnSet<Ingress> Ingresses { get; } = new(
        [Column.Name, Column.Text("Class"), Column.Text("Hosts"), Column.Text("Address"), Column.Text("Ports"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.IngressClassName ?? Text.None, Hosts(value),
            Balancers(value.Status.LoadBalancer.Ingress.Select(one => one.Ip.Length > 0 ? one.Ip : one.Hostname)),
            value.Spec.Tls.IsEmpty ? "80" : "80, 443", Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<IngressClass> IngressClasses { get; } = new(
        [Column.Name, Column.Text("Controller"), Column.Text("Parameters"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.Controller, value.Spec.Parameters is { } parameters ? $"{parameters.Kind}{(parameters.ApiGroup is { } group ? "." + group : "")}/{parameters.Name}" : Text.None,
            Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<NetworkPolicy> NetworkPolicies { get; } = new(
        [Column.Name, Column.Text("Pod-Selector"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, Text.Selector(value.Spec.PodSelector), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<Endpoints> Endpoints { get; } = new(
        [Column.Name, Column.Text("Endpoints"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, EndpointAddresses(value), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<EndpointSlice> Slices { get; } = new(
        [Column.Name, Column.Text("AddressType"), Column.Text("Ports"), Column.Text("Endpoints"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.AddressType, OrUnset(value.Ports.Select(port => port.Port?.ToString(CultureInfo.InvariantCulture) ?? port.Name ?? "*")),
            OrUnset(value.Endpoints.SelectMany(endpoint => endpoint.Addresses)), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ServiceCIDR> ServiceRanges { get; } = new(
        [Column.Name, Column.Text("CIDRs"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, string.Join(',', value.Spec.Cidrs), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<IPAddress> Addresses { get; } = new(
        [Column.Name, Column.Text("ParentRef")],
        (value, _) => TableCells.Of(value.Metadata.Name, Parent(value.Spec.ParentRef)));

    private const int MaxShown = 3;

    private static string Parent(ParentReference? parent) => parent is null
        ? Text.None
        : $"{Text.Qualified(parent.Resource, parent.Group)}/{(parent.Namespace.Length > 0 ? parent.Namespace + "/" : "")}{parent.Name}";

    private static string OrUnset(IEnumerable<string> all) => Text.Few([.. all], MaxShown) is { Length: > 0 } shown ? shown : Text.Unset;

    /// <summary>Addresses of load balancers: each once, in order.</summary>
    private static string Balancers(IEnumerable<string> addresses) => string.Join(',', addresses.Where(address => address.Length > 0).Distinct().Order(StringComparer.Ordinal));

    private static string External(Service service)
    {
        var given = Balancers(service.Status.LoadBalancer.Ingress.Select(one => one.Ip.Length > 0 ? one.Ip : one.Hostname));
        return service.Spec.Type switch
        {
            ServiceType.ExternalName => service.Spec.ExternalName,
            ServiceType.LoadBalancer when given.Length > 0 || !service.Spec.ExternalIPs.IsEmpty =>
                string.Join(',', given.Length > 0 ? service.Spec.ExternalIPs.Prepend(given) : service.Spec.ExternalIPs),
            ServiceType.LoadBalancer => "<pending>",
            ServiceType.ClusterIP or ServiceType.NodePort => Text.Join(service.Spec.ExternalIPs),
            _ => Age.Unknown,
        };
    }

    private static string Ports(Service service) => Text.Join(service.Spec.Ports.Select(port => port.NodePort > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{port.Port}:{port.NodePort}/{port.Protocol}")
        : string.Create(CultureInfo.InvariantCulture, $"{port.Port}/{port.Protocol}")));

    /// <summary>The first hosts; how many more there are counts the rules without a host, too, once there are enough with one.</summary>
    private static string Hosts(Ingress ingress)
    {
        var hosts = new List<string>(MaxShown);
        var isMore = false;
        foreach (var rule in ingress.Spec.Rules)
        {
            isMore |= hosts.Count == MaxShown;
            if (!isMore && rule.Host.Length > 0) hosts.Add(rule.Host);
        }

        if (hosts.Count == 0) return "*";
        return string.Join(',', hosts) + (isMore ? string.Create(CultureInfo.InvariantCulture, $" + {ingress.Spec.Rules.Count - MaxShown} more...") : "");
    }

    private static string EndpointAddresses(Endpoints endpoints)
    {
        if (endpoints.Subsets.IsEmpty) return Text.None;
        var all = endpoints.Subsets.SelectMany(subset => subset.Ports.IsEmpty
            ? subset.Addresses.Select(address => address.Ip)
            : subset.Ports.SelectMany(port => subset.Addresses.Select(address => HostPort(address.Ip, port.Port)))).ToList();
        return Text.Few(all, MaxShown);
    }

    private static string HostPort(string address, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{(address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address)}:{port}");
}
