using Keelson.Api.Core.V1;

namespace Keelson.Api.Tests.Rules;

/// <summary>The rules of core kinds that are short.</summary>
public sealed class CoreKindTests
{
    private static readonly Specimen<ConfigMap> Settings = new("{metadata: {name: a, namespace: a}, data: {key: value}}");
    private static readonly Specimen<Secret> Password = new("{metadata: {name: a, namespace: a}, data: {key: AAAA}}");
    private static readonly Specimen<Node> Worker = new("{metadata: {name: a}, spec: {podCIDRs: [10.1.0.0/24]}}");
    private static readonly Specimen<Endpoints> Web = new("{metadata: {name: a, namespace: a}, subsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 80}]}]}");
    private static readonly Specimen<ResourceQuota> Quota = new("{metadata: {name: a, namespace: a}, spec: {hard: {pods: 10, cpu: 2}}}");
    private static readonly Specimen<LimitRange> Limits = new("{metadata: {name: a, namespace: a}, spec: {limits: [{type: Container, max: {cpu: 2}, min: {cpu: 1}}]}}");
    private static readonly Specimen<Namespace> Team = new("{metadata: {name: a}, spec: {finalizers: [kubernetes]}}");
    private static readonly Specimen<Event> Seen = new("{metadata: {name: a, namespace: a}, involvedObject: {namespace: a}}");

    [Fact]
    public void Plain_objects_are_valid()
    {
        Assert.Empty(Settings.Create());
        Assert.Empty(Password.Create());
        Assert.Empty(Worker.Create());
        Assert.Empty(Web.Create());
        Assert.Empty(Quota.Create());
        Assert.Empty(Limits.Create());
        Assert.Empty(Team.Create());
        Assert.Empty(Seen.Create());
        Assert.Empty(Worker.Update("{}"));
        Assert.Empty(Web.Update("{}"));
        Assert.Empty(Quota.Update("{}"));
    }

    [Theory]
    [InlineData("{data: {a/b: x}}", "data[a/b]: Invalid value: \"a/b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')")]
    [InlineData("{binaryData: {key: AAAA}}", "data[key]: Invalid value: \"key\": duplicate of key present in binaryData")]
    public void A_config_map_is_refused(string change, params string[] expected) => Assert.Equal(expected, Settings.Create(change));

    [Fact]
    public void A_config_map_may_not_be_larger_than_a_mebibyte() => Assert.Equal([": Too long: may not be more than 1048576 bytes"],
        Settings.Create($"{{data: {{key: {new string('x', 1024 * 1024)}, other: z}}}}"));

    [Fact]
    public void An_immutable_config_map_does_not_change() => Assert.Equal(
        ["immutable: Forbidden: field is immutable when `immutable` is set", "data: Forbidden: field is immutable when `immutable` is set"],
        Settings.Update("{data: {key: other}}", "{immutable: true}"));

    [Theory]
    [InlineData("{type: kubernetes.io/tls}", "data[tls.crt]: Required value", "data[tls.key]: Required value")]
    [InlineData("{type: kubernetes.io/dockercfg}", "data[.dockercfg]: Required value")]
    [InlineData("{type: kubernetes.io/dockerconfigjson, data: {.dockerconfigjson: AAAA}}", "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": invalid character '\\x00' looking for beginning of value")]
    [InlineData("{type: kubernetes.io/basic-auth}", "data[username]: Required value", "data[password]: Required value")]
    [InlineData("{type: kubernetes.io/ssh-auth}", "data[ssh-privatekey]: Required value")]
    [InlineData("{type: kubernetes.io/service-account-token}", "metadata.annotations[kubernetes.io/service-account.name]: Required value")]
    [InlineData("{type: kubernetes.io/basic-auth, stringData: {username: a}}")]
    public void A_secret_has_what_its_type_needs(string change, params string[] expected) => Assert.Equal(expected, Password.Create(change));

    [Fact]
    public void The_type_of_a_secret_does_not_change() => Assert.Equal(["type: Invalid value: \"b\": field is immutable"], Password.Update("{type: b}"));

    [Fact]
    public void Text_in_a_secret_becomes_data() => Assert.Equal(
        """{"metadata":{},"data":{"a":"Yg==","key":"AAAA"},"type":"Opaque"}""",
        Specimen<Secret>.Defaults("{data: {key: AAAA, a: AAAA}, stringData: {a: b}}", field: null));

    [Theory]
    [InlineData("{spec: {taints: [{key: a, effect: Never}]}}", "metadata.taints[0].effect: Unsupported value: \"Never\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\"")]
    [InlineData("{spec: {taints: [{key: a, effect: NoSchedule}, {key: a, effect: NoSchedule}]}}", "metadata.taints[1]: Duplicate value: {\"effect\":\"NoSchedule\",\"key\":\"a\"}: taints must be unique by key and effect pair")]
    [InlineData("{spec: {podCIDRs: [10.1.0.0/24, 10.2.0.0/24]}}", "spec.podCIDRs: Invalid value: [\"10.1.0.0/24\",\"10.2.0.0/24\"]: may specify no more than one CIDR for each IP family")]
    [InlineData("{status: {capacity: {cpu: -1}}}", "status.capacity.cpu: Invalid value: \"-1\": must be greater than or equal to 0", "status.allocatable.cpu: Invalid value: \"-1\": must be greater than or equal to 0")]
    public void A_node_is_refused(string change, params string[] expected) => Assert.Equal(expected, Worker.Create(change));

    [Theory]
    [InlineData("{spec: {podCIDRs: [10.3.0.0/24], podCIDR: 10.3.0.0/24}}", "{}", "spec.podCIDRs: Forbidden: node updates may not change podCIDR except from \"\" to valid")]
    [InlineData("{spec: {providerID: b}}", "{spec: {providerID: a}}", "spec.providerID: Forbidden: node updates may not change providerID except from \"\" to valid")]
    [InlineData("{spec: {providerID: b}}", "{}")]
    public void What_a_node_has_been_given_stays(string change, string old, params string[] expected) => Assert.Equal(expected, Worker.Update(change, old));

    [Theory]
    [InlineData("{subsets: [{}]}", "subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`")]
    [InlineData("{subsets: [{addresses: [{ip: 169.254.1.1}]}]}", "subsets[0].addresses[0].ip: Invalid value: \"169.254.1.1\": may not be in the link-local range (169.254.0.0/16, fe80::/10)")]
    [InlineData("{subsets: [{addresses: [{ip: 'fe80::1'}]}]}", "subsets[0].addresses[0].ip: Invalid value: \"fe80::1\": may not be in the link-local range (169.254.0.0/16, fe80::/10)")]
    [InlineData("{subsets: [{addresses: [{ip: 224.0.0.5}]}]}", "subsets[0].addresses[0].ip: Invalid value: \"224.0.0.5\": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")]
    [InlineData("{subsets: [{addresses: [{ip: '::'}]}]}", "subsets[0].addresses[0].ip: Invalid value: \"::\": may not be unspecified (::)")]
    [InlineData("{subsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 1}, {name: b, port: 2}]}]}", "subsets[0].ports[0].name: Required value")]
    public void Endpoints_are_refused(string change, params string[] expected) => Assert.Equal(expected, Web.Create(change));

    [Theory]
    [InlineData("{spec: {hard: {apples: 1}}}", "spec.hard[apples]: Invalid value: \"apples\": must be a standard resource type or fully qualified", "spec.hard[apples]: Invalid value: \"apples\": must be a standard resource for quota")]
    [InlineData("{spec: {hard: {pods: 1.5}}}", "spec.hard[pods]: Invalid value: \"1500m\": must be an integer")]
    [InlineData("{spec: {scopes: [Sometimes]}}", "spec.scopes: Invalid value: [\"Sometimes\"]: unsupported scope")]
    [InlineData("{spec: {scopes: [BestEffort]}}", "spec.scopes: Invalid value: [\"BestEffort\"]: unsupported scope applied to resource")]
    [InlineData("{spec: {scopes: [Terminating, NotTerminating]}}", "spec.scopes: Invalid value: [\"Terminating\",\"NotTerminating\"]: conflicting scopes")]
    [InlineData("{spec: {scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In}]}}}", "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")]
    [InlineData("{spec: {hard: {count/pods: 1, example.com/gpu: 1, requests.example.com/gpu: 2}}}")]
    public void A_quota_is_refused(string change, params string[] expected) => Assert.Equal(expected, Quota.Create(change));

    [Fact]
    public void The_scopes_of_a_quota_do_not_change() => Assert.Equal(["spec.scopes: Invalid value: [\"Terminating\"]: field is immutable"], Quota.Update("{spec: {scopes: [Terminating]}}"));

    [Fact]
    public void Limits_of_containers_follow_from_each_other() => Assert.Equal(
        """{"limits":[{"type":"Container","max":{"cpu":"2"},"min":{"memory":"1Mi"},"default":{"cpu":"2"},"defaultRequest":{"cpu":"2","memory":"1Mi"}}]}""",
        Specimen<LimitRange>.Defaults("{spec: {limits: [{type: Container, max: {cpu: 2}, min: {memory: 1Mi}}]}}"));

    [Theory]
    [InlineData("{spec: {limits: [{type: Pod, max: {cpu: 1}, min: {cpu: 2}}]}}", "spec.limits[0].min[cpu]: Invalid value: \"2\": min value 2 is greater than max value 1")]
    [InlineData("{spec: {limits: [{type: Pod, default: {cpu: 1}}]}}", "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'")]
    [InlineData("{spec: {limits: [{type: Pod}, {type: Pod}]}}", "spec.limits[1].type: Duplicate value: \"Pod\"")]
    [InlineData("{spec: {limits: [{type: Tree}]}}", "spec.limits[0].type: Invalid value: \"Tree\": must be a standard limit type or fully qualified")]
    [InlineData("{spec: {limits: [{type: PersistentVolumeClaim}]}}", "spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided")]
    [InlineData("{spec: {limits: [{type: Pod, max: {cpu: 4}, min: {cpu: 2}, maxLimitRequestRatio: {cpu: 3}}]}}", "spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: \"3\": ratio 3 is greater than max/min = 2.000000")]
    [InlineData("{spec: {limits: [{type: Container, default: {cpu: 1}, defaultRequest: {cpu: 2}}]}}", "spec.limits[0].defaultRequest[cpu]: Invalid value: \"2\": default request value 2 is greater than default limit value 1")]
    public void A_limit_range_is_refused(string change, params string[] expected) => Assert.Equal(expected, Limits.Create(change));

    [Fact]
    public void A_namespace_carries_its_name_as_a_label() => Assert.Equal(
        """{"metadata":{"name":"a","labels":{"kubernetes.io/metadata.name":"a"}},"spec":{},"status":{"phase":"Active"}}""",
        Specimen<Namespace>.Defaults("{metadata: {name: a, labels: {kubernetes.io/metadata.name: b}}}", field: null));

    [Fact]
    public void The_finalizers_and_the_phase_of_a_namespace_are_checked()
    {
        Assert.Equal(["spec.finalizers: Invalid value: \"mine\": name is neither a standard finalizer name nor is it fully qualified"], Team.Create("{spec: {finalizers: [mine]}}"));
        Assert.Equal(["status.Phase: Invalid value: \"Terminating\": may only be 'Active' if `deletionTimestamp` is empty"], Team.UpdateStatus("{status: {phase: Terminating}}"));
    }

    [Theory]
    [InlineData("{involvedObject: {namespace: b}}", "involvedObject.namespace: Invalid value: \"b\": does not match event.namespace")]
    [InlineData("{eventTime: 2026-01-01T00:00:00.000000Z, reportingComponent: a, reportingInstance: b, action: c}", "reason: Required value")]
    public void An_event_is_refused(string change, params string[] expected) => Assert.Equal(expected, Seen.Create(change));

    [Fact]
    public void Each_version_of_events_calls_the_reporter_by_its_own_name()
    {
        const string Bad = "{eventTime: 2026-01-01T00:00:00.000000Z, REPORTER: 'a b', reportingInstance: b, action: c, reason: d}";
        Assert.StartsWith("reportingComponent: Invalid value: \"a b\"", Assert.Single(Seen.Create(Bad.Replace("REPORTER", "reportingComponent", StringComparison.Ordinal))), StringComparison.Ordinal);
        var newer = new Specimen<Events.V1.Event>("{metadata: {name: a, namespace: a}, type: Normal, regarding: {namespace: a}}");
        Assert.StartsWith("reportingController: Invalid value: \"a b\"", Assert.Single(newer.Create(Bad.Replace("REPORTER", "reportingController", StringComparison.Ordinal))), StringComparison.Ordinal);
        var changed = newer.Update("{eventTime: 2026-01-01T00:00:00.000000Z, reportingController: a, reportingInstance: b, action: c, reason: e}",
            "{eventTime: 2026-01-01T00:00:00.000000Z, reportingController: a, reportingInstance: b, action: c, reason: d}");
        Assert.Equal(["reason: Invalid value: \"e\": field is immutable", "reason: Invalid value: \"e\": field is immutable"], changed);
    }
}
