namespace Keelson.Api.AdmissionRegistration.V1;

/// <summary>A rule over resources together with the operations it covers.</summary>
[ApiType]
public sealed partial record RuleWithOperations
{
    /// <summary>Any of CREATE, UPDATE, DELETE and CONNECT; * stands for all and may then be the only entry.</summary>
    [Field(1), KnownValues(typeof(OperationType)), Atomic] public ApiList<string> Operations { get; init; }

    [Field(2), Inline] public Rule Rule { get; init; } = Rule.Empty;
}

/// <summary>The values of OperationType that are known.</summary>
[Closed]
public static class OperationType
{
    public const string CONNECT = "CONNECT";
    public const string CREATE = "CREATE";
    public const string DELETE = "DELETE";
    public const string All = "*";
    public const string UPDATE = "UPDATE";
}

/// <summary>A set of resources, given as the product of groups, versions and names.</summary>
[ApiType]
public sealed partial record Rule
{
    /// <summary>API groups to match; * stands for all and may then be the only entry.</summary>
    [Field(1), Atomic] public ApiList<string> ApiGroups { get; init; }

    /// <summary>API versions to match; * stands for all and may then be the only entry.</summary>
    [Field(2), Atomic] public ApiList<string> ApiVersions { get; init; }

    /// <summary>Plural resource names, with subresources as pods/status; pods/*, */scale, * and */* are allowed as wildcards.</summary>
    [Field(3), Atomic] public ApiList<string> Resources { get; init; }

    /// <summary>Cluster, Namespaced or * (default) for both. A Namespace object counts as Cluster.</summary>
    [Field(4), KnownValues(typeof(ScopeType))] public string? Scope { get; init; }
}

/// <summary>The values of ScopeType that are known.</summary>
[Closed]
public static class ScopeType
{
    public const string AllScopes = "*";
    public const string Cluster = "Cluster";
    public const string Namespaced = "Namespaced";
}
