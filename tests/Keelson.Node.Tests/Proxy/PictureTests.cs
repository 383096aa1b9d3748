using System.Net;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Node.Proxy;
using static Keelson.Node.Tests.Proxy.Samples;

namespace Keelson.Node.Tests.Proxy;

public sealed class PictureTests
{
    [Theory]
    [InlineData("None")]
    [InlineData("")]
    public void A_service_without_an_address_is_nothing_to_a_proxy(string address)
    {
        var service = Web();
        Assert.Null(PictureMaking.Of(service with { Spec = service.Spec with { ClusterIP = address, ClusterIPs = [] } }, [], Place));
    }

    [Fact]
    public void An_alias_is_nothing_to_a_proxy()
    {
        var service = Web();
        Assert.Null(PictureMaking.Of(service with { Spec = service.Spec with { Type = "ExternalName", ExternalName = "elsewhere.example" } }, [], Place));
        Assert.Null(PictureMaking.Of(null, [], Place));
    }

    [Fact]
    public void Endpoints_in_several_slices_count_once()
    {
        var service = Web();
        var one = Slice(service, 8080, At("10.244.0.1"), At("10.244.0.2", ready: false));
        var two = Slice(service, 8080, At("10.244.0.2"), At("10.244.0.3")) with { Metadata = one.Metadata with { Name = "web-2" } };
        Assert.Equal(["10.244.0.1:8080", "10.244.0.2:8080", "10.244.0.3:8080"], Cluster(Picture(service, two, one)));
    }

    [Fact]
    public void A_named_port_leads_to_a_number_that_each_slice_has_for_itself()
    {
        var service = Web();
        var one = Slice(service, 8080, At("10.244.0.1"));
        var two = Slice(service, 9090, At("10.244.0.2")) with { Metadata = one.Metadata with { Name = "web-2" } };
        Assert.Equal(["10.244.0.1:8080", "10.244.0.2:9090"], Cluster(Picture(service, one, two)));
    }

    [Fact]
    public void A_port_of_the_same_name_but_another_protocol_is_another_port()
    {
        var service = Web();
        var slice = Slice(service, 8080, At("10.244.0.1"));
        Assert.Empty(Cluster(Picture(service, slice with { Ports = [slice.Ports[0] with { Protocol = "UDP" }] })));
    }

    [Fact]
    public void Endpoints_that_end_are_used_only_where_no_other_is_left_and_only_while_they_serve()
    {
        var service = Web();
        var ending = At("10.244.0.1", ready: false, serving: true, terminating: true);
        var gone = At("10.244.0.2", ready: false, serving: false, terminating: true);
        Assert.Equal(["10.244.0.1:8080"], Cluster(Picture(service, Slice(service, 8080, ending, gone))));
        Assert.Equal(["10.244.0.3:8080"], Cluster(Picture(service, Slice(service, 8080, ending, gone, At("10.244.0.3")))));
        var none = Picture(service, Slice(service, 8080, gone)).Ports[0];
        Assert.Empty(none.ClusterEndpoints);
        Assert.False(none.HasAnyEndpoints);
    }

    [Fact]
    public void Local_and_other_endpoints_fall_back_each_for_themselves()
    {
        var service = Web();
        var port = Picture(service, Slice(service, 8080, At("10.244.0.1", ready: false, serving: true, terminating: true), At("10.244.1.1", "node-2"))).Ports[0];
        Assert.Equal(["10.244.1.1"], port.ClusterEndpoints.Select(static endpoint => endpoint.Address.ToString()));
        Assert.Equal(["10.244.0.1"], port.LocalEndpoints.Select(static endpoint => endpoint.Address.ToString()));
    }

    [Fact]
    public void A_ready_endpoint_is_one_whose_readiness_nobody_denies()
    {
        var service = Web();
        Assert.Single(Cluster(Picture(service, Slice(service, 8080, At("10.244.0.1", ready: null)))));
    }

    [Theory]
    [InlineData("zone-a", "zone-b", new[] { "10.244.0.1:8080" })]
    [InlineData("zone-b", "zone-b", new[] { "10.244.0.1:8080", "10.244.0.2:8080" })]
    [InlineData("zone-a", null, new[] { "10.244.0.1:8080", "10.244.0.2:8080" })]
    public void A_zone_is_kept_to_where_all_have_a_hint_and_one_is_for_it(string first, string? second, string[] expected)
    {
        var service = Web();
        Assert.Equal(expected, Cluster(Picture(service, Slice(service, 8080, Hinted("10.244.0.1", first, null), Hinted("10.244.0.2", second, null)))));
    }

    [Fact]
    public void A_hint_for_the_node_goes_before_one_for_the_zone()
    {
        var service = Web();
        Assert.Equal(["10.244.0.2:8080"], Cluster(Picture(service, Slice(service, 8080, Hinted("10.244.0.1", "zone-a", "node-2"), Hinted("10.244.0.2", "zone-a", NodeName)))));
    }

    [Fact]
    public void Each_family_has_a_picture_of_its_own()
    {
        var service = Web();
        service = service with { Spec = service.Spec with { ClusterIPs = [service.Spec.ClusterIP, "fd00::1"], ExternalIPs = ["203.0.113.1", "2001:db8::1"] } };
        var v4 = Slice(service, 8080, At("10.244.0.1"));
        var v6 = v4 with { AddressType = "IPv6", Endpoints = [At("fd00:244::1")] };
        var picture = Picture(service, v4, v6);
        Assert.Equal(["10.244.0.1", "fd00:244::1"], picture.Ports.Select(static port => Assert.Single(port.ClusterEndpoints).Address.ToString()));
        Assert.Equal(["203.0.113.1", "2001:db8::1"], picture.Ports.Select(static port => Assert.Single(port.ExternalAddresses).ToString()));
    }

    [Fact]
    public void Ranges_are_networks_even_where_they_are_written_as_addresses_in_them()
    {
        var service = Web();
        service = service with { Spec = service.Spec with { LoadBalancerSourceRanges = ["10.1.2.3/8", " 192.168.0.0/16 ", "nonsense", "fd00::1/64"] } };
        var port = Picture(service).Ports[0];
        Assert.True(port.HasSourceRanges);
        Assert.Equal([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("192.168.0.0/16")], port.SourceRanges);
    }

    [Fact]
    public void A_balancer_that_ends_connections_itself_is_not_skipped()
    {
        var service = Web().OnNodePort(30080);
        service = service with
        {
            Spec = service.Spec with { Type = "LoadBalancer" },
            Status = new ServiceStatus { LoadBalancer = new LoadBalancerStatus { Ingress = [new LoadBalancerIngress { Ip = "203.0.113.1", IpMode = "Proxy" }, new LoadBalancerIngress { Ip = "203.0.113.2", IpMode = "VIP" }] } },
        };
        Assert.Equal("203.0.113.2", Assert.Single(Picture(service).Ports[0].BalancerAddresses).ToString());
    }

    [Fact]
    public void Only_ready_endpoints_of_this_node_count_for_its_health_check()
    {
        var service = Web().OnNodePort(30080);
        service = service with { Spec = service.Spec with { Type = "LoadBalancer", ExternalTrafficPolicy = "Local", HealthCheckNodePort = 32000 } };
        var picture = Picture(service, Slice(service, 8080, At("10.244.0.1"), At("10.244.0.2", ready: false), At("10.244.1.1", "node-2")));
        Assert.Equal(32000, picture.HealthCheckNodePort);
        Assert.Equal(1, picture.LocalReadyEndpoints);
    }

    [Fact]
    public void Whatever_the_slices_say_the_chosen_endpoints_are_usable_ones_in_order_each_once()
    {
        var random = new Random(20261120);
        for (var run = 0; run < 2000; run++)
        {
            var service = Web();
            var slices = Enumerable.Range(0, random.Next(4)).Select(number =>
            {
                var slice = Slice(service, 8080 + random.Next(2), [.. Enumerable.Range(0, random.Next(6)).Select(_ => RandomEndpoint(random))]);
                return slice with { Metadata = slice.Metadata with { Name = $"web-{number}" } };
            }).ToArray();
            var all = slices.SelectMany(slice => slice.Endpoints.Select(endpoint => (Address: $"{endpoint.Addresses[0]}:{slice.Ports[0].Port}", Endpoint: endpoint))).ToLookup(static one => one.Address, static one => one.Endpoint);
            var port = Picture(service, slices).Ports[0];

            var usable = all.Where(static group => group.Any(IsUsable)).ToList();
            Assert.Equal(usable.Count > 0, port.HasAnyEndpoints);
            Assert.Equal(usable.Count > 0, !port.ClusterEndpoints.IsEmpty);
            foreach (var chosen in new[] { port.ClusterEndpoints, port.LocalEndpoints })
            {
                Assert.Equal(chosen.Distinct().Order(), chosen);
                Assert.All(chosen, endpoint => Assert.Contains(all[$"{endpoint.Address}:{endpoint.Port}"], IsUsable));
                // No mixture: either all are ready or none is.
                Assert.True(chosen.All(endpoint => all[$"{endpoint.Address}:{endpoint.Port}"].Any(IsReady)) || !chosen.Any(endpoint => all[$"{endpoint.Address}:{endpoint.Port}"].Any(IsReady)));
            }

            Assert.All(port.LocalEndpoints, endpoint => Assert.Contains(all[$"{endpoint.Address}:{endpoint.Port}"], static one => one.NodeName == NodeName));
            // The order in which slices are known says nothing.
            Assert.Equal(port.ClusterEndpoints, Picture(service, [.. slices.Reverse()]).Ports[0].ClusterEndpoints);
        }
    }

    private static bool IsReady(Endpoint endpoint) => endpoint.Conditions.Ready ?? true;

    private static bool IsUsable(Endpoint endpoint) => IsReady(endpoint) || ((endpoint.Conditions.Serving ?? false) && (endpoint.Conditions.Terminating ?? false));

    private static Endpoint RandomEndpoint(Random random)
    {
        bool? Maybe() => random.Next(3) switch { 0 => null, 1 => true, _ => false };
        // An address is always on one node, as in a cluster.
        var number = random.Next(6);
        var endpoint = At($"10.244.0.{number}", number % 2 == 0 ? NodeName : "node-2", Maybe(), Maybe(), Maybe());
        return random.Next(3) == 0 ? endpoint : endpoint with { Hints = Hints(random.Next(2) == 0 ? "zone-a" : "zone-b", random.Next(3) == 0 ? NodeName : null) };
    }

    private static Endpoint Hinted(string address, string? zone, string? node) => At(address) with { Hints = Hints(zone, node) };

    private static EndpointHints Hints(string? zone, string? node) => new()
    {
        ForZones = zone is null ? default : [new ForZone { Name = zone }],
        ForNodes = node is null ? default : [new ForNode { Name = node }],
    };

    private static IEnumerable<string> Cluster(ServicePicture picture) => picture.Ports[0].ClusterEndpoints.Select(static endpoint => $"{endpoint.Address}:{endpoint.Port}");
}
