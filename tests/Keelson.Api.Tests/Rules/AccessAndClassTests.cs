using Keelson.Api.Coordination.V1;
using Keelson.Api.FlowControl.V1;
using Keelson.Api.Nodes.V1;
using Keelson.Api.Rbac.V1;
using Keelson.Api.Scheduling.V1;
using Keelson.Api.Storage.V1;

namespace Keelson.Api.Tests.Rules;

/// <summary>The rules of roles, of classes and of other kinds that administrators write.</summary>
public sealed class AccessAndClassTests
{
    private static readonly Specimen<Role> Reader = new("{metadata: {name: a, namespace: a}, rules: [{verbs: [get], apiGroups: [''], resources: [pods]}]}");
    private static readonly Specimen<ClusterRole> Admin = new("{metadata: {name: a}, rules: [{verbs: ['*'], nonResourceURLs: ['/x']}]}");
    private static readonly Specimen<RoleBinding> Grant = new("{metadata: {name: a, namespace: a}, roleRef: {kind: Role, name: a}, subjects: [{kind: User, name: u}]}");
    private static readonly Specimen<StorageClass> Fast = new("{metadata: {name: a}, provisioner: example.com/fast, parameters: {a: b}}");
    private static readonly Specimen<CSIDriver> Driver = new("{metadata: {name: a}, spec: {}}");
    private static readonly Specimen<VolumeAttachment> Attachment = new("{metadata: {name: a}, spec: {attacher: a, nodeName: node, source: {persistentVolumeName: v}}}");
    private static readonly Specimen<PriorityClass> High = new("{metadata: {name: a}, value: 5}");
    private static readonly Specimen<RuntimeClass> Sandbox = new("{metadata: {name: a}, handler: runsc}");
    private static readonly Specimen<Lease> Leader = new("{metadata: {name: a, namespace: a}, spec: {leaseDurationSeconds: 5}}");

    private static readonly Specimen<FlowSchema> Flow = new(
        "{metadata: {name: a}, spec: {priorityLevelConfiguration: {name: p}, rules: [{subjects: [{kind: User, user: {name: u}}], nonResourceRules: [{verbs: [get], nonResourceURLs: ['/x']}]}]}}");

    private static readonly Specimen<PriorityLevelConfiguration> Level = new("{metadata: {name: a}, spec: {type: Limited, limited: {limitResponse: {type: Queue, queuing: {}}}}}");

    [Fact]
    public void Plain_objects_are_valid()
    {
        Assert.Empty(Reader.Create());
        Assert.Empty(Admin.Create());
        Assert.Empty(Grant.Create());
        Assert.Empty(Grant.Update("{}"));
        Assert.Empty(Fast.Create());
        Assert.Empty(Fast.Update("{}"));
        Assert.Empty(Driver.Create());
        Assert.Empty(Attachment.Create());
        Assert.Empty(High.Create());
        Assert.Empty(Sandbox.Create());
        Assert.Empty(Leader.Create());
        Assert.Empty(Flow.Create());
        Assert.Empty(Level.Create());
    }

    [Fact]
    public void Defaults_are_filled_in()
    {
        Assert.Equal("""{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"a"}""", Specimen<RoleBinding>.Defaults("{roleRef: {kind: Role, name: a}}", "roleRef"));
        Assert.Equal("""[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"u"},{"kind":"ServiceAccount","name":"s"}]""",
            Specimen<RoleBinding>.Defaults("{subjects: [{kind: User, name: u}, {kind: ServiceAccount, name: s}]}", "subjects"));
        Assert.Equal("""{"metadata":{},"provisioner":"p","reclaimPolicy":"Delete","volumeBindingMode":"Immediate"}""", Specimen<StorageClass>.Defaults("{provisioner: p}", null));
        Assert.Equal("""{"attachRequired":true,"podInfoOnMount":false,"volumeLifecycleModes":["Persistent"],"storageCapacity":false,"fsGroupPolicy":"ReadWriteOnceWithFSType","requiresRepublish":false,"seLinuxMount":false}""",
            Specimen<CSIDriver>.Defaults("{}"));
        Assert.Equal("\"PreemptLowerPriority\"", Specimen<PriorityClass>.Defaults("{}", "preemptionPolicy"));
        Assert.Equal("""{"type":"Limited","limited":{"nominalConcurrencyShares":30,"limitResponse":{"type":"Queue","queuing":{"queues":64,"handSize":8,"queueLengthLimit":50}},"lendablePercent":0}}""",
            Specimen<PriorityLevelConfiguration>.Defaults("{spec: {type: Limited, limited: {limitResponse: {type: Queue, queuing: {}}}}}"));
    }

    [Theory]
    [InlineData("{rules: [{apiGroups: [''], resources: [pods]}]}", "rules[0].verbs: Required value: verbs must contain at least one value")]
    [InlineData("{rules: [{verbs: [get]}]}", "rules[0].apiGroups: Required value: resource rules must supply at least one api group", "rules[0].resources: Required value: resource rules must supply at least one resource")]
    [InlineData("{rules: [{verbs: [get], nonResourceURLs: ['/x']}]}", "rules[0].nonResourceURLs: Invalid value: [\"/x\"]: namespaced rules cannot apply to non-resource URLs")]
    public void A_role_is_refused(string change, params string[] expected) => Assert.Equal(expected, Reader.Create(change));

    [Fact]
    public void A_cluster_role_gathers_others_by_selectors_that_are_right() => Assert.Equal(
        ["aggregationRule.clusterRoleSelectors[0].matchExpressions[0].operator: Invalid value: \"Near\": not a valid selector operator",
            "aggregationRule.clusterRoleSelectors[0]: Invalid value: \"null\": invalid label selector."],
        Admin.Create("{aggregationRule: {clusterRoleSelectors: [{matchExpressions: [{key: a, operator: Near}]}]}}"));

    [Theory]
    [InlineData("{roleRef: {kind: Pod}}", "roleRef.kind: Unsupported value: \"Pod\": supported values: \"Role\", \"ClusterRole\"")]
    [InlineData("{subjects: [{kind: Robot, name: r}]}", "subjects[0].kind: Unsupported value: \"Robot\": supported values: \"ServiceAccount\", \"User\", \"Group\"")]
    [InlineData("{subjects: [{kind: User}]}", "subjects[0].name: Required value")]
    [InlineData("{subjects: [{kind: ServiceAccount, name: A}]}", "subjects[0].name: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")]
    public void A_binding_is_refused(string change, params string[] expected) => Assert.Equal(expected, Grant.Create(change));

    [Fact]
    public void The_role_of_a_binding_stays() => Assert.Equal(
        ["roleRef: Invalid value: {\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"Role\",\"name\":\"b\"}: cannot change roleRef"], Grant.Update("{roleRef: {name: b}}"));

    [Theory]
    [InlineData("{provisioner: ''}", "provisioner: Required value")]
    [InlineData("{reclaimPolicy: Recycle}", "reclaimPolicy: Unsupported value: \"Recycle\": supported values: \"Delete\", \"Retain\"")]
    [InlineData("{volumeBindingMode: Never}", "volumeBindingMode: Unsupported value: \"Never\": supported values: \"Immediate\", \"WaitForFirstConsumer\"")]
    [InlineData("{allowedTopologies: [{matchLabelExpressions: [{key: a, values: [x, x]}]}]}", "allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: \"x\"")]
    [InlineData("{allowedTopologies: [{}]}", "allowedTopologies[0].matchLabelExpressions: Duplicate value: \"\"")]
    [InlineData("{allowedTopologies: [{matchLabelExpressions: [{key: a, values: [u, v]}]}, {matchLabelExpressions: [{key: a, values: [v, u]}]}]}", "allowedTopologies[1].matchLabelExpressions: Duplicate value: \"\"")]
    public void A_storage_class_is_refused(string change, params string[] expected) => Assert.Equal(expected, Fast.Create(change));

    [Fact]
    public void What_a_class_is_stays()
    {
        Assert.Equal(["provisioner: Forbidden: updates to provisioner are forbidden."], Fast.Update("{provisioner: b}"));
        Assert.Equal(["value: Forbidden: may not be changed in an update."], High.Update("{value: 6}"));
        Assert.Equal(["handler: Invalid value: \"b\": field is immutable"], Sandbox.Update("{handler: b}"));
        Assert.Equal(["spec.attachedRequired: Invalid value: false: field is immutable"], Driver.Update("{spec: {attachRequired: false}}"));
    }

    [Fact]
    public void An_attachment_names_one_source() => Assert.Equal(
        ["spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName"], Attachment.Create("{spec: {source: null}}"));

    [Theory]
    [InlineData("{value: 1000000001}", "value: Forbidden: maximum allowed value of a user defined priority is 1000000000")]
    [InlineData("{metadata: {name: system-mine}}", "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-mine is not a known system priority class")]
    [InlineData("{metadata: {name: system-node-critical}, value: 2000001000}")]
    public void A_priority_class_is_refused(string change, params string[] expected) => Assert.Equal(expected, High.Create(change));

    [Fact]
    public void A_lease_lasts_longer_than_no_time() => Assert.Equal(
        ["spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"], Leader.Create("{spec: {leaseDurationSeconds: 0}}"));

    [Theory]
    [InlineData("{spec: {matchingPrecedence: 10001}}", "spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000")]
    [InlineData("{spec: {rules: [{subjects: [{kind: User}]}]}}", "spec.rules[0].subjects[0].user: Required value: user is required when subject kind is 'User'", "spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty")]
    [InlineData("{spec: {rules: [{subjects: [{kind: Group, group: {name: g}}], resourceRules: [{verbs: [fly], apiGroups: ['*'], resources: ['*'], namespaces: ['*']}]}]}}",
        "spec.rules[0].resourceRules[0].verbs: Unsupported value: [\"fly\"]: supported values: \"create\", \"delete\", \"deletecollection\", \"get\", \"list\", \"patch\", \"proxy\", \"update\", \"watch\"")]
    public void A_flow_schema_is_refused(string change, params string[] expected) => Assert.Equal(expected, Flow.Create(change));

    [Fact]
    public void Of_the_exempt_level_only_its_shares_may_be_chosen()
    {
        var exempt = new Specimen<PriorityLevelConfiguration>("{metadata: {name: exempt}, spec: {type: Exempt, exempt: {nominalConcurrencyShares: 3}}}");
        Assert.Empty(exempt.Create());
        Assert.Equal(
            ["spec.limited: Forbidden: must be nil if the type is not Limited", "spec: Invalid value: *: spec of 'exempt' except the 'spec.exempt' field must equal the fixed value"],
            exempt.Create("{spec: {limited: {limitResponse: {type: Reject}}}}").Select(error => error.StartsWith("spec: Invalid value: {", StringComparison.Ordinal)
                ? "spec: Invalid value: *" + error[error.LastIndexOf(": spec of", StringComparison.Ordinal)..] : error));
    }

    [Theory]
    [InlineData("{spec: {type: Exempt, limited: null}}", "spec.type: Invalid value: \"Exempt\": type must be 'Exempt' if and only if name is 'exempt'")]
    [InlineData("{spec: {limited: {limitResponse: {queuing: {queues: 1024, handSize: 10}}}}}", "spec.limited.limitResponse.queuing.handSize: Invalid value: 10: required entropy bits of deckSize 1024 and handSize 10 should not be greater than 60")]
    [InlineData("{spec: {limited: {limitResponse: {type: Reject}}}}", "spec.limited.limitResponse.queuing: Forbidden: must be nil if limited.limitResponse.type is not Limited")]
    public void A_priority_level_is_refused(string change, params string[] expected) => Assert.Equal(expected, Level.Create(change));
}
