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
            value.Metadata.Name, value.Spec.Type, Text.OrNone(value.Spec.ClusterIP), External(value), Ports(value), Age.Of(value.Metadata.CreationTimestamp, now),
            Text.Pairs(value.Spec.Selector)));

    public static ColumnSet<Ingress> Ingresses { get; } = new(
        [Column.Name, Column.Text("Class"), Column.Text("Hosts"), Column.Text("Address"), Column.Text("Ports"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, Text.OrNone(value.Spec.IngressClassName), Hosts(value),
            string.Join(',', value.Status.LoadBalancer.Ingress.Select(one => one.Ip.Length > 0 ? one.Ip : one.Hostname)),
            value.Spec.Tls.IsEmpty ? "80" : "80, 443", Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<IngressClass> IngressClasses { get; } = new(
        [Column.Name, Column.Text("Controller"), Column.Text("Parameters"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.Controller, value.Spec.Parameters is { } parameters ? $"{parameters.Kind}{(string.IsNullOrEmpty(parameters.ApiGroup) ? "" : "." + parameters.ApiGroup)}/{parameters.Name}" : Text.None,
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
            value.Metadata.Name, value.AddressType, Shortened([.. value.Ports.Select(port => port.Port?.ToString(CultureInfo.InvariantCulture) ?? port.Name ?? "*")]),
            Shortened([.. value.Endpoints.SelectMany(endpoint => endpoint.Addresses)]), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ServiceCIDR> ServiceRanges { get; } = new(
        [Column.Name, Column.Text("CIDRs"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, string.Join(',', value.Spec.Cidrs), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<IPAddress> Addresses { get; } = new(
        [Column.Name, Column.Text("ParentRef")],
        (value, _) => TableCells.Of(value.Metadata.Name, value.Spec.ParentRef is { } parent ? string.Join('/', ((string[])[parent.Resource + (parent.Group.Length > 0 ? "." + parent.Group : ""), parent.Namespace, parent.Name]).Where(part => part.Length > 0)) : Text.None));

    private const int MaxShown = 3;

    private static string Shortened(string[] all)
    {
        if (all.Length == 0) return Text.Unset;
        var shown = string.Join(',', all.Take(MaxShown));
        return all.Length > MaxShown ? string.Create(CultureInfo.InvariantCulture, $"{shown} + {all.Length - MaxShown} more...") : shown;
    }


    private static string External(Service service)
    {
        var given = service.Status.LoadBalancer.Ingress.Select(one => one.Ip.Length > 0 ? one.Ip : one.Hostname).Where(address => address.Length > 0).ToList();
        return service.Spec.Type switch
        {
            "ExternalName" => service.Spec.ExternalName,
            "LoadBalancer" when given.Count > 0 || !service.Spec.ExternalIPs.IsEmpty => string.Join(',', given.Concat(service.Spec.ExternalIPs)),
            "LoadBalancer" => "<pending>",
            _ => Text.Join(service.Spec.ExternalIPs),
        };
    }

    private static string Ports(Service service) => Text.Join(service.Spec.Ports.Select(port => port.NodePort > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{port.Port}:{port.NodePort}/{port.Protocol}")
        : string.Create(CultureInfo.InvariantCulture, $"{port.Port}/{port.Protocol}")));

    private static string Hosts(Ingress ingress)
    {
        var hosts = ingress.Spec.Rules.Select(rule => rule.Host).Where(host => host.Length > 0).ToList();
        if (hosts.Count == 0) return "*";
        return hosts.Count > MaxShown ? $"{string.Join(',', hosts.Take(MaxShown))} + {hosts.Count - MaxShown} more..." : string.Join(',', hosts);
    }

    private static string EndpointAddresses(Endpoints endpoints)
    {
        var all = endpoints.Subsets.SelectMany(subset => subset.Ports.IsEmpty
            ? subset.Addresses.Select(address => address.Ip)
            : subset.Ports.SelectMany(port => subset.Addresses.Select(address => string.Create(CultureInfo.InvariantCulture, $"{address.Ip}:{port.Port}")))).ToList();
        if (all.Count <= MaxShown) return Text.Join(all);
        return $"{string.Join(',', all.Take(MaxShown))} + {all.Count - MaxShown} more...";
    }
}
