using Keelson.Api.Discovery.V1;
using Keelson.Api.Networking.V1;

namespace Keelson.Api.Tests.Rules;

public sealed class NetworkingTests
{
    private static readonly Specimen<Ingress> Shop = new(
        "{metadata: {name: a, namespace: a}, spec: {rules: [{host: example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: s, port: {number: 80}}}}]}}]}}");

    private static readonly Specimen<NetworkPolicy> Policy = new(
        "{metadata: {name: a, namespace: a}, spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}], ports: [{port: 80}]}]}}");

    private static readonly Specimen<EndpointSlice> Slice = new(
        "{metadata: {name: a, namespace: a}, addressType: IPv4, endpoints: [{addresses: [10.0.0.1]}], ports: [{port: 80}]}");

    private static readonly Specimen<IngressClass> Class = new(
        "{metadata: {name: a}, spec: {controller: example.com/a, parameters: {kind: K, name: p}}}");

    private static readonly Specimen<ServiceCIDR> Ranges = new("{metadata: {name: a}, spec: {cidrs: [10.0.0.0/16]}}");
    private static readonly Specimen<IPAddress> Address = new("{metadata: {name: 10.0.0.1}, spec: {parentRef: {resource: services, name: a, namespace: a}}}");

    [Fact]
    public void Plain_objects_are_valid()
    {
        Assert.Empty(Shop.Create());
        Assert.Empty(Shop.Update("{}"));
        Assert.Empty(Policy.Create());
        Assert.Empty(Policy.Update("{}"));
        Assert.Empty(Slice.Create());
        Assert.Empty(Slice.Update("{}"));
        Assert.Empty(Class.Create());
        Assert.Empty(Ranges.Create());
        Assert.Empty(Address.Create());
        Assert.Empty(Address.Update("{}"));
    }

    [Fact]
    public void Defaults_are_filled_in()
    {
        Assert.Equal("""{"podSelector":{},"egress":[{"ports":[{"protocol":"TCP","port":1}]}],"policyTypes":["Ingress","Egress"]}""",
            Specimen<NetworkPolicy>.Defaults("{spec: {egress: [{ports: [{port: 1}]}]}}"));
        Assert.Equal("""[{"name":"","protocol":"TCP","port":1}]""", Specimen<EndpointSlice>.Defaults("{ports: [{port: 1}]}", "ports"));
        Assert.Equal("""{"parameters":{"kind":"K","name":"p","scope":"Cluster"}}""", Specimen<IngressClass>.Defaults("{spec: {parameters: {kind: K, name: p}}}"));
    }

    [Theory]
    [InlineData("{spec: {rules: null}}", "spec: Invalid value: []: either `defaultBackend` or `rules` must be specified")]
    [InlineData("{spec: {rules: [{host: 1.2.3.4}]}}", "spec.rules[0].host: Invalid value: \"1.2.3.4\": must be a DNS name, not an IP address")]
    [InlineData("{spec: {rules: [{http: {paths: []}}]}}", "spec.rules[0].http.paths: Required value")]
    [InlineData("{spec: {rules: [{http: {paths: [{path: /, backend: {service: {name: s, port: {number: 80}}}}]}}]}}", "spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified")]
    [InlineData("{spec: {rules: [{http: {paths: [{path: a//b, pathType: Exact, backend: {service: {name: s, port: {name: x, number: 80}}}}]}}]}}",
        "spec.rules[0].http.paths[0].path: Invalid value: \"a//b\": must be an absolute path",
        "spec.rules[0].http.paths[0].path: Invalid value: \"a//b\": must not contain '//'",
        "spec.rules[0].http.paths[0].backend: Invalid value: \"\": cannot set both port name & port number")]
    [InlineData("{spec: {defaultBackend: {resource: {kind: '', name: ''}}}}", "spec.defaultBackend.resource.kind: Required value: kind is required", "spec.defaultBackend.resource.name: Required value: name is required")]
    [InlineData("{spec: {defaultBackend: {}}}", "spec.defaultBackend: Invalid value: \"\": resource or service backend is required")]
    [InlineData("{spec: {defaultBackend: {service: {name: s}}}}", "spec.defaultBackend: Required value: port name or number is required")]
    [InlineData("{metadata: {annotations: {kubernetes.io/ingress.class: a}}, spec: {ingressClassName: b}}", "annotations.kubernetes.io/ingress.class: Invalid value: \"a\": must match `ingressClassName` when both are specified")]
    public void An_ingress_is_refused(string change, params string[] expected) => Assert.Equal(expected, Shop.Create(change));

    [Theory]
    [InlineData("{spec: {ingress: [{from: [{}]}]}}", "spec.ingress[0].from[0]: Required value: must specify a peer")]
    [InlineData("{spec: {ingress: [{from: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}]}}", "spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer")]
    [InlineData("{spec: {egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/16]}}]}]}}", "spec.egress[0].to[0].ipBlock.except[0]: Invalid value: \"11.0.0.0/16\": must be a strict subset of `cidr`")]
    [InlineData("{spec: {egress: [{ports: [{endPort: 5}]}]}}", "spec.egress[0].ports[0].endPort: Invalid value: 5: may not be specified when `port` is not specified")]
    [InlineData("{spec: {egress: [{ports: [{port: 9, endPort: 5}]}]}}", "spec.egress[0].ports[0].endPort: Invalid value: 9: must be greater than or equal to `port`")]
    [InlineData("{spec: {policyTypes: [Sideways]}}", "spec.policyTypes[0]: Unsupported value: \"Sideways\": supported values: \"Ingress\", \"Egress\"")]
    public void A_network_policy_is_refused(string change, params string[] expected) => Assert.Equal(expected, Policy.Create(change));

    [Theory]
    [InlineData("{addressType: IP}", "addressType: Unsupported value: \"IP\": supported values: \"FQDN\", \"IPv4\", \"IPv6\"")]
    [InlineData("{endpoints: [{}]}", "endpoints[0].addresses: Required value: must contain at least 1 address")]
    [InlineData("{endpoints: [{addresses: ['fd00::1']}]}", "endpoints[0].addresses[0]: Invalid value: \"fd00::1\": must be a valid IPv4 address")]
    [InlineData("{ports: [{}, {}]}", "ports[1].name: Duplicate value: \"\"")]
    [InlineData("{endpoints: [{addresses: [10.0.0.1], hints: {forZones: [{name: a}, {name: a}]}}]}", "endpoints[0].hints.forZones[1].name: Duplicate value: \"a\"")]
    public void An_endpoint_slice_is_refused(string change, params string[] expected) => Assert.Equal(expected, Slice.Create(change));

    [Fact]
    public void What_may_not_change_does_not()
    {
        Assert.Equal(["addressType: Invalid value: \"IPv6\": field is immutable"], Slice.Update("{addressType: IPv6, endpoints: null}"));
        Assert.Equal(["spec.controller: Invalid value: \"example.com/b\": field is immutable"], Class.Update("{spec: {controller: example.com/b}}"));
        Assert.Equal(["spec.cidrs[0]: Invalid value: \"10.1.0.0/16\": field is immutable"], Ranges.Update("{spec: {cidrs: [10.1.0.0/16]}}"));
        Assert.Empty(Ranges.Update("{spec: {cidrs: [10.0.0.0/16, 'fd00::/112']}}"));
        Assert.Equal(["spec.parentRef: Invalid value: {\"name\":\"b\",\"namespace\":\"a\",\"resource\":\"services\"}: field is immutable"], Address.Update("{spec: {parentRef: {name: b}}}"));
    }

    [Fact]
    public void Ranges_are_one_of_each_family() => Assert.Equal(
        ["spec.cidrs: Invalid value: {\"cidrs\":[\"10.0.0.0/16\",\"10.1.0.0/16\"]}: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"],
        Ranges.Create("{spec: {cidrs: [10.0.0.0/16, 10.1.0.0/16]}}"));
}
