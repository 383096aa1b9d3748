using Keelson.Api.Meta.V1;

namespace Keelson.Api.FlowControl.V1;

/// <summary>
/// Decides to which priority level an API request belongs and how its flows are told apart, for operators who protect the API
/// server from overload. Schemas are tried in order of matchingPrecedence, and the first match counts.
/// </summary>
[Resource("flowcontrol.apiserver.k8s.io", "v1", "flowschemas", Scope.Cluster, Subresources = ["status"])]
public sealed partial record FlowSchema
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Which requests, and to which level.</summary>
    [Field(2)] public FlowSchemaSpec Spec { get; init; } = FlowSchemaSpec.Empty;

    /// <summary>Whether the schema can work; written by the server.</summary>
    [Field(3)] public FlowSchemaStatus Status { get; init; } = FlowSchemaStatus.Empty;
}

/// <summary>Contents of a FlowSchema.</summary>
[ApiType]
public sealed partial record FlowSchemaSpec
{
    /// <summary>Priority level matching requests go to.</summary>
    [Field(1, Emit = Emit.Always)]
    public PriorityLevelConfigurationReference PriorityLevelConfiguration { get; init; } = PriorityLevelConfigurationReference.Empty;

    /// <summary>Order of evaluation, 1 to 10000, lowest first. Defaults to 1000; equal values are ordered by name.</summary>
    [Field(2, Emit = Emit.Always), Optional] public int MatchingPrecedence { get; init; }

    /// <summary>How requests are split into flows for fair queuing. Unset makes them all one flow.</summary>
    [Field(3)] public FlowDistinguisherMethod? DistinguisherMethod { get; init; }

    /// <summary>Requests to take; any matching rule is enough, and with none the schema takes nothing.</summary>
    [Field(4), Atomic] public ApiList<PolicyRulesWithSubjects> Rules { get; init; }
}

/// <summary>How the requests of a FlowSchema are split into flows.</summary>
[ApiType]
public sealed partial record FlowDistinguisherMethod
{
    /// <summary>ByUser makes a flow of each user, ByNamespace of each namespace.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(FlowDistinguisherMethodType))] public string Type { get; init; } = "";
}

/// <summary>The values of FlowDistinguisherMethodType that are known.</summary>
public static class FlowDistinguisherMethodType
{
    public const string ByNamespace = "ByNamespace";
    public const string ByUser = "ByUser";
}

/// <summary>Matches requests by who sends them and what they ask for; both must fit.</summary>
[ApiType]
public sealed partial record PolicyRulesWithSubjects
{
    /// <summary>Senders to match; any entry is enough.</summary>
    [Field(1, Emit = Emit.Always), Atomic] public ApiList<Subject> Subjects { get; init; }

    /// <summary>Resource requests to match; any entry is enough.</summary>
    [Field(2), Atomic] public ApiList<ResourcePolicyRule> ResourceRules { get; init; }

    /// <summary>Other requests to match; any entry is enough.</summary>
    [Field(3), Atomic] public ApiList<NonResourcePolicyRule> NonResourceRules { get; init; }
}

/// <summary>Matches requests to URLs that are no API resources.</summary>
[ApiType]
public sealed partial record NonResourcePolicyRule
{
    /// <summary>HTTP methods in lower case to match; * stands for all and must then be alone.</summary>
    [Field(1, Emit = Emit.Always), ListSet] public ApiList<string> Verbs { get; init; }

    /// <summary>Paths to match, such as /healthz; a path may end in /*, and * alone stands for all.</summary>
    [Field(6, Emit = Emit.Always), ListSet] public ApiList<string> NonResourceURLs { get; init; }
}

/// <summary>Matches requests to API resources; all of its parts must fit.</summary>
[ApiType]
public sealed partial record ResourcePolicyRule
{
    /// <summary>Verbs to match; * stands for all and must then be alone.</summary>
    [Field(1, Emit = Emit.Always), ListSet] public ApiList<string> Verbs { get; init; }

    /// <summary>API groups to match; * stands for all and must then be alone.</summary>
    [Field(2, Emit = Emit.Always), ListSet] public ApiList<string> ApiGroups { get; init; }

    /// <summary>Plural resources, and subresources as pods/status, to match; * stands for all and must then be alone.</summary>
    [Field(3, Emit = Emit.Always), ListSet] public ApiList<string> Resources { get; init; }

    /// <summary>Whether requests without a namespace match. Defaults to false.</summary>
    [Field(4)] public bool ClusterScope { get; init; }

    /// <summary>Namespaces to match; * stands for all and must then be alone. Required unless clusterScope is true.</summary>
    [Field(5, Emit = Emit.Always), Optional, ListSet] public ApiList<string> Namespaces { get; init; }
}

/// <summary>A sender of requests; the field named by kind is set.</summary>
[ApiType]
public sealed partial record Subject
{
    /// <summary>User, Group or ServiceAccount.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(SubjectKind))] public string Kind { get; init; } = "";

    /// <summary>The user, with kind User.</summary>
    [Field(2)] public UserSubject? User { get; init; }

    /// <summary>The group, with kind Group.</summary>
    [Field(3)] public GroupSubject? Group { get; init; }

    /// <summary>The service account, with kind ServiceAccount.</summary>
    [Field(4)] public ServiceAccountSubject? ServiceAccount { get; init; }
}

/// <summary>A group of users.</summary>
[ApiType]
public sealed partial record GroupSubject
{
    /// <summary>Name of the group; * stands for all.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";
}

/// <summary>A service account.</summary>
[ApiType]
public sealed partial record ServiceAccountSubject
{
    /// <summary>Namespace of the service account.</summary>
    [Field(1, Emit = Emit.Always)] public string Namespace { get; init; } = "";

    /// <summary>Name of the service account; * stands for all in the namespace.</summary>
    [Field(2, Emit = Emit.Always)] public string Name { get; init; } = "";
}

/// <summary>The values of SubjectKind that are known.</summary>
public static class SubjectKind
{
    public const string Group = "Group";
    public const string ServiceAccount = "ServiceAccount";
    public const string User = "User";
}

/// <summary>A user.</summary>
[ApiType]
public sealed partial record UserSubject
{
    /// <summary>Name of the user; * stands for all.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";
}

/// <summary>Refers to a priority level.</summary>
[ApiType]
public sealed partial record PriorityLevelConfigurationReference
{
    /// <summary>Name of the PriorityLevelConfiguration.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";
}

/// <summary>What the server observed about a FlowSchema.</summary>
[ApiType]
public sealed partial record FlowSchemaStatus
{
    /// <summary>Current conditions, one for each type.</summary>
    [Field(1), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<FlowSchemaCondition> Conditions { get; init; }
}

/// <summary>One aspect of the state of a FlowSchema.</summary>
[ApiType]
public sealed partial record FlowSchemaCondition
{
    /// <summary>Aspect; Dangling tells that the priority level does not exist.</summary>
    [Field(1)] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Field(2), KnownValues(typeof(ConditionStatus))] public string Status { get; init; } = "";

    /// <summary>When status last changed.</summary>
    [Field(3)] public Time LastTransitionTime { get; init; }

    /// <summary>One CamelCase word explaining the last change.</summary>
    [Field(4)] public string Reason { get; init; } = "";

    /// <summary>Explanation for human readers.</summary>
    [Field(5)] public string Message { get; init; } = "";
}
