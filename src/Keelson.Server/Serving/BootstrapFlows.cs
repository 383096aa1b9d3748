using Keelson.Api;
using Keelson.Api.FlowControl.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Server.Serving;

/// <summary>The flow schemas and priority levels that every cluster has, by upstream's names and numbers.</summary>
internal static class BootstrapFlows
{
    private const string All = "*";
    private static readonly ApiMap<string> Kept = new Dictionary<string, string> { ["apf.kubernetes.io/autoupdate-spec"] = "true" };
    private static readonly ResourcePolicyRule EveryResource = new() { Verbs = [All], ApiGroups = [All], Resources = [All], ClusterScope = true, Namespaces = [All] };
    private static readonly NonResourcePolicyRule EveryPath = new() { Verbs = [All], NonResourceURLs = [All] };
    private static readonly Subject Everybody = Group("system:authenticated");
    private static readonly Subject Nobody = Group("system:unauthenticated");
    private static readonly Subject Managers = User("system:kube-controller-manager");
    private static readonly Subject Scheduler = User("system:kube-scheduler");

    public static IEnumerable<PriorityLevelConfiguration> Levels =>
    [
        new()
        {
            Metadata = new ObjectMeta { Name = "exempt", Annotations = Kept },
            Spec = new() { Type = PriorityLevelEnablement.Exempt, Exempt = new() { NominalConcurrencyShares = 0, LendablePercent = 0 } },
        },
        Level("catch-all", 5, 0, null),
        Level("system", 30, 33, new() { Queues = 64, HandSize = 6, QueueLengthLimit = 50 }),
        Level("node-high", 40, 25, new() { Queues = 64, HandSize = 6, QueueLengthLimit = 50 }),
        Level("leader-election", 10, 0, new() { Queues = 16, HandSize = 4, QueueLengthLimit = 50 }),
        Level("workload-high", 40, 50, new() { Queues = 128, HandSize = 6, QueueLengthLimit = 50 }),
        Level("workload-low", 100, 90, new() { Queues = 128, HandSize = 6, QueueLengthLimit = 50 }),
        Level("global-default", 20, 50, new() { Queues = 128, HandSize = 6, QueueLengthLimit = 50 }),
    ];

    public static IEnumerable<FlowSchema> Schemas =>
    [
        Schema("exempt", "exempt", 1, null, Everything(Group("system:masters"))),
        Schema("probes", "exempt", 2, null, new PolicyRulesWithSubjects
        {
            Subjects = [Nobody, Everybody],
            NonResourceRules = [new() { Verbs = ["get"], NonResourceURLs = ["/healthz", "/readyz", "/livez"] }],
        }),
        Schema("system-leader-election", "leader-election", 100, ByUser, Some(
            [Managers, Scheduler, Account("kube-system", All)], Leases("kube-system"))),
        Schema("endpoint-controller", "workload-high", 150, ByUser, Some(
            [Managers, Account("kube-system", "endpoint-controller"), Account("kube-system", "endpointslicemirroring-controller")],
            new ResourcePolicyRule { Verbs = ["get", "create", "update"], ApiGroups = [""], Resources = ["endpoints"], Namespaces = [All] })),
        Schema("workload-leader-election", "leader-election", 200, ByUser, Some([Account("kube-system", All)], Leases(All))),
        Schema("system-node-high", "node-high", 400, ByUser, Some(
            [Group("system:nodes")],
            new() { Verbs = [All], ApiGroups = [""], Resources = ["nodes", "nodes/status"], ClusterScope = true, Namespaces = [All] },
            new() { Verbs = [All], ApiGroups = ["coordination.k8s.io"], Resources = ["leases"], Namespaces = [All] })),
        Schema("system-nodes", "system", 500, ByUser, Everything(Group("system:nodes"))),
        Schema("kube-controller-manager", "workload-high", 800, ByNamespace, Everything(Managers)),
        Schema("kube-scheduler", "workload-high", 800, ByNamespace, Everything(Scheduler)),
        Schema("kube-system-service-accounts", "workload-high", 900, ByNamespace, Everything(Account("kube-system", All))),
        Schema("service-accounts", "workload-low", 9000, ByUser, Everything(Group("system:serviceaccounts"))),
        Schema("global-default", "global-default", 9900, ByUser, Everything(Nobody, Everybody)),
        Schema("catch-all", "catch-all", 10000, ByUser, Everything(Nobody, Everybody)),
    ];

    private static FlowDistinguisherMethod ByUser { get; } = new() { Type = FlowDistinguisherMethodType.ByUser };

    private static FlowDistinguisherMethod ByNamespace { get; } = new() { Type = FlowDistinguisherMethodType.ByNamespace };

    private static PriorityLevelConfiguration Level(string name, int shares, int lendable, QueuingConfiguration? queuing) => new()
    {
        Metadata = new ObjectMeta { Name = name, Annotations = Kept },
        Spec = new()
        {
            Type = PriorityLevelEnablement.Limited,
            Limited = new()
            {
                NominalConcurrencyShares = shares,
                LendablePercent = lendable,
                LimitResponse = new() { Type = queuing is null ? LimitResponseType.Reject : LimitResponseType.Queue, Queuing = queuing },
            },
        },
    };

    private static FlowSchema Schema(string name, string level, int precedence, FlowDistinguisherMethod? method, params PolicyRulesWithSubjects[] rules) => new()
    {
        Metadata = new ObjectMeta { Name = name, Annotations = Kept },
        Spec = new()
        {
            PriorityLevelConfiguration = new() { Name = level },
            MatchingPrecedence = precedence,
            DistinguisherMethod = method,
            Rules = rules,
        },
    };

    private static PolicyRulesWithSubjects Everything(params Subject[] subjects) => new() { Subjects = subjects, ResourceRules = [EveryResource], NonResourceRules = [EveryPath] };

    private static PolicyRulesWithSubjects Some(Subject[] subjects, params ResourcePolicyRule[] rules) => new() { Subjects = subjects, ResourceRules = rules };

    private static ResourcePolicyRule Leases(string space) => new() { Verbs = ["get", "create", "update"], ApiGroups = ["coordination.k8s.io"], Resources = ["leases"], Namespaces = [space] };

    private static Subject Group(string name) => new() { Kind = SubjectKind.Group, Group = new() { Name = name } };

    private static Subject User(string name) => new() { Kind = SubjectKind.User, User = new() { Name = name } };

    private static Subject Account(string space, string name) => new() { Kind = SubjectKind.ServiceAccount, ServiceAccount = new() { Namespace = space, Name = name } };
}
