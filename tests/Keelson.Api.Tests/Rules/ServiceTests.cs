using Keelson.Api.Core.V1;

namespace Keelson.Api.Tests.Rules;

public sealed class ServiceTests
{
    private static readonly Specimen<Service> Web = new(
        "{metadata: {name: web, namespace: a}, spec: {selector: {app: web}, ports: [{port: 80}], clusterIP: 10.0.0.7, clusterIPs: [10.0.0.7], ipFamilies: [IPv4], ipFamilyPolicy: SingleStack}}");

    [Fact]
    public void A_plain_service_is_valid() => Assert.Empty(Web.Create());

    [Fact]
    public void A_service_has_defaults() => Assert.Equal(
        """{"ports":[{"protocol":"TCP","port":80,"targetPort":80}],"type":"ClusterIP","sessionAffinity":"None","internalTrafficPolicy":"Cluster"}""",
        Specimen<Service>.Defaults("{spec: {ports: [{port: 80}]}}"));

    [Fact]
    public void A_load_balancer_has_defaults_of_its_own() => Assert.Equal(
        """{"ports":[{"protocol":"UDP","port":53,"targetPort":"dns"}],"type":"LoadBalancer","sessionAffinity":"ClientIP","externalTrafficPolicy":"Cluster","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":10800}},"allocateLoadBalancerNodePorts":true,"internalTrafficPolicy":"Cluster"}""",
        Specimen<Service>.Defaults("{spec: {type: LoadBalancer, sessionAffinity: ClientIP, ports: [{port: 53, protocol: UDP, targetPort: dns}]}}"));

    [Theory]
    [InlineData("{spec: {ports: null}}", "spec.ports: Required value")]
    [InlineData("{spec: {ports: [{port: 0}]}}", "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive", "spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive")]
    [InlineData("{spec: {ports: [{port: 80, targetPort: '8_0'}]}}", "spec.ports[0].targetPort: Invalid value: \"8_0\": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)", "spec.ports[0].targetPort: Invalid value: \"8_0\": must contain at least one letter (a-z)")]
    [InlineData("{spec: {ports: [{port: 80, protocol: ICMP}]}}", "spec.ports[0].protocol: Unsupported value: \"ICMP\": supported values: \"SCTP\", \"TCP\", \"UDP\"")]
    [InlineData("{spec: {ports: [{port: 80}, {name: b, port: 81}]}}", "spec.ports[0].name: Required value")]
    [InlineData("{spec: {ports: [{name: a, port: 80}, {name: a, port: 81}]}}", "spec.ports[1].name: Duplicate value: \"a\"")]
    [InlineData("{spec: {ports: [{port: 80, nodePort: 30000}]}}", "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'")]
    [InlineData("{spec: {type: NodePort, ports: [{name: a, port: 80, nodePort: 30000}, {name: b, port: 81, nodePort: 30000}]}}", "spec.ports[1].nodePort: Duplicate value: 30000")]
    [InlineData("{spec: {type: Magic}}", "spec.type: Unsupported value: \"Magic\": supported values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"")]
    [InlineData("{spec: {sessionAffinity: Sometimes}}", "spec.sessionAffinity: Unsupported value: \"Sometimes\": supported values: \"ClientIP\", \"None\"")]
    [InlineData("{spec: {sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}}}}", "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less than 86400")]
    [InlineData("{spec: {clusterIP: None, clusterIPs: [None], type: NodePort}}", "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services")]
    [InlineData("{spec: {clusterIP: 10.0.0.8}}", "spec.clusterIPs: Invalid value: [\"10.0.0.7\"]: first value must match `clusterIP`")]
    [InlineData("{spec: {clusterIP: null}}", "spec.clusterIPs: Invalid value: [\"10.0.0.7\"]: must be empty when `clusterIP` is not specified")]
    [InlineData("{spec: {clusterIPs: [10.0.0.7, 10.0.0.9]}}", "spec.clusterIPs: Invalid value: [\"10.0.0.7\",\"10.0.0.9\"]: may specify no more than one IP for each IP family")]
    [InlineData("{spec: {ipFamilies: [IPv6]}}", "spec.clusterIPs[0]: Invalid value: \"10.0.0.7\": expected an IPv6 value as indicated by `ipFamilies[0]`")]
    [InlineData("{spec: {ipFamilies: [IPv4, IPv4]}}", "spec.ipFamilies[1]: Duplicate value: \"IPv4\"")]
    [InlineData("{spec: {ipFamilyPolicy: Both}}", "spec.ipFamilyPolicy: Unsupported value: \"Both\": supported values: \"PreferDualStack\", \"RequireDualStack\", \"SingleStack\"")]
    [InlineData("{spec: {externalIPs: [127.0.0.1]}}", "spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)")]
    [InlineData("{spec: {externalIPs: [010.0.0.1]}}", "spec.externalIPs[0]: Invalid value: \"010.0.0.1\": must not have leading 0s")]
    [InlineData("{spec: {loadBalancerSourceRanges: [10.0.0.0/8]}}", "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'")]
    [InlineData("{spec: {type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.1/8]}}", "spec.LoadBalancerSourceRanges[0]: Invalid value: \"10.0.0.1/8\": must not have bits set beyond the prefix length")]
    [InlineData("{spec: {loadBalancerClass: example.com/fast}}", "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'")]
    [InlineData("{spec: {externalTrafficPolicy: Local}}", "spec.externalTrafficPolicy: Invalid value: \"Local\": may only be set for externally-accessible services")]
    [InlineData("{spec: {type: LoadBalancer, externalTrafficPolicy: Local}}", "spec.healthCheckNodePort: Required value")]
    [InlineData("{spec: {healthCheckNodePort: 30001}}", "spec.healthCheckNodePort: Invalid value: 30001: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")]
    [InlineData("{spec: {internalTrafficPolicy: Here}}", "spec.internalTrafficPolicy: Unsupported value: \"Here\": supported values: \"Cluster\", \"Local\"")]
    [InlineData("{spec: {trafficDistribution: Far}}", "spec.trafficDistribution: Unsupported value: \"Far\": supported values: \"PreferClose\", \"PreferSameZone\", \"PreferSameNode\"")]
    [InlineData("{spec: {type: ExternalName, clusterIP: null, clusterIPs: null, ipFamilies: null, ipFamilyPolicy: null}}", "spec.externalName: Required value")]
    [InlineData("{spec: {type: ExternalName, externalName: example.com.}}", "spec.clusterIPs: Forbidden: may not be set for ExternalName services", "spec.ipFamilies: Forbidden: may not be set for ExternalName services", "spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services")]
    public void A_new_service_is_refused_with_upstreams_words(string change, params string[] expected) => Assert.Equal(expected, Web.Create(change));

    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("{spec: {type: NodePort}}", "{}")]
    [InlineData("{spec: {clusterIP: 10.0.0.8, clusterIPs: [10.0.0.8]}}", "{}", "spec.clusterIPs[0]: Invalid value: [\"10.0.0.8\"]: may not change once set")]
    [InlineData("{spec: {clusterIP: null, clusterIPs: null}}", "{}", "spec.clusterIPs[0]: Invalid value: []: primary clusterIP can not be unset")]
    [InlineData("{spec: {ipFamilyPolicy: null}}", "{spec: {clusterIPs: [10.0.0.7, 'fd00::7'], ipFamilies: [IPv4, IPv6]}}",
        "spec.ipFamilyPolicy: Invalid value: \"null\": must be set to 'SingleStack' when releasing the secondary clusterIP",
        "spec.ipFamilyPolicy: Invalid value: \"null\": must be set to 'SingleStack' when releasing the secondary ipFamily")]
    [InlineData("{spec: {type: LoadBalancer, loadBalancerClass: b}}", "{spec: {type: LoadBalancer, loadBalancerClass: a}}", "spec.loadBalancerClass: Invalid value: \"b\": may not change once set")]
    [InlineData("{spec: {externalIPs: [010.0.0.1]}}", "{spec: {externalIPs: [010.0.0.1]}}")]
    public void A_change_of_a_service_is_checked_against_the_old_one(string change, string old, params string[] expected) =>
        Assert.Equal(expected, Web.Update(change, old));

    [Fact]
    public void The_class_of_a_load_balancer_is_looked_at_twice_on_a_change()
    {
        const string Forbidden = "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'";
        Assert.Equal([Forbidden], Web.Create("{spec: {loadBalancerClass: a}}"));
        Assert.Equal([Forbidden, Forbidden], Web.Update("{spec: {loadBalancerClass: a}}"));
    }

    [Fact]
    public void The_status_of_a_load_balancer_is_checked()
    {
        Assert.Equal(["status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'"],
            Web.UpdateStatus("{status: {loadBalancer: {ingress: [{ip: 1.2.3.4}]}}}"));
        Assert.Equal(["status.loadBalancer.ingress[0].hostname: Invalid value: \"1.2.3.4\": must be a DNS name, not an IP address"],
            Web.UpdateStatus("{spec: {type: LoadBalancer}, status: {loadBalancer: {ingress: [{hostname: 1.2.3.4}]}}}"));
    }

    [Fact]
    public void The_older_field_of_an_address_brings_the_newer_one_along()
    {
        var old = Web.With();

        Assert.Equal(["10.0.0.9"], Web.With("{spec: {clusterIP: 10.0.0.9, clusterIPs: null}}").WithAddressesInStep(null).Spec.ClusterIPs);
        Assert.Empty(Web.With("{spec: {clusterIP: null}}").WithAddressesInStep(old).Spec.ClusterIPs);
        Assert.Equal(["10.0.0.9"], Web.With("{spec: {clusterIP: 10.0.0.9}}").WithAddressesInStep(old).Spec.ClusterIPs);
    }
}
