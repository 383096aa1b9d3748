using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>
/// Divides a cluster into scopes for names, permissions, quotas and policies. Deleting one deletes everything in it; it stays in
/// phase Terminating until its contents and finalizers are gone.
/// </summary>
[Resource("", "v1", "namespaces", Scope.Cluster,
    ShortNames = ["ns"],
    Subresources = ["finalize", "status"],
    Verbs = ["create", "delete", "get", "list", "patch", "update", "watch"])]
public sealed partial record Namespace
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Finalizers that must finish before the namespace disappears.</summary>
    [Field(2)] public NamespaceSpec Spec { get; init; } = NamespaceSpec.Empty;

    /// <summary>Lifecycle phase and the progress of deletion.</summary>
    [Field(3)] public NamespaceStatus Status { get; init; } = NamespaceStatus.Empty;
}

/// <summary>What must happen before a namespace may be removed.</summary>
[ApiType]
public sealed partial record NamespaceSpec
{
    /// <summary>Names that must all be gone before removal, changed through the finalize subresource; 'kubernetes' is added on creation.</summary>
    [Field(1), KnownValues(typeof(FinalizerName)), Atomic] public ApiList<string> Finalizers { get; init; }
}

/// <summary>The values of FinalizerName that are known.</summary>
public static class FinalizerName
{
    public const string Kubernetes = "kubernetes";
}

/// <summary>How a namespace stands.</summary>
[ApiType]
public sealed partial record NamespaceStatus
{
    /// <summary>Active while in use, Terminating while its contents are being deleted and new ones are refused.</summary>
    [Field(1), KnownValues(typeof(NamespacePhase))] public string Phase { get; init; } = "";

    /// <summary>What has been found while deleting the contents.</summary>
    [Field(2), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<NamespaceCondition> Conditions { get; init; }
}

/// <summary>One finding about the deletion of a namespace.</summary>
[ApiType]
public sealed partial record NamespaceCondition
{
    /// <summary>
    /// NamespaceDeletionDiscoveryFailure, NamespaceDeletionContentFailure, NamespaceDeletionGroupVersionParsingFailure,
    /// NamespaceContentRemaining or NamespaceFinalizersRemaining.
    /// </summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(NamespaceConditionType))] public string Type { get; init; } = "";

    /// <summary>Whether the finding holds: True, False or Unknown.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(ConditionStatus))] public string Status { get; init; } = "";

    /// <summary>When the status last went from one value to another.</summary>
    [Field(4)] public Time LastTransitionTime { get; init; }

    /// <summary>Brief cause in CamelCase for programs, specific to the type.</summary>
    [Field(5)] public string Reason { get; init; } = "";

    /// <summary>Details for people to read, in free text that programs should not parse.</summary>
    [Field(6)] public string Message { get; init; } = "";
}

/// <summary>The values of NamespaceConditionType that are known.</summary>
public static class NamespaceConditionType
{
    public const string NamespaceContentRemaining = "NamespaceContentRemaining";
    public const string NamespaceDeletionContentFailure = "NamespaceDeletionContentFailure";
    public const string NamespaceDeletionDiscoveryFailure = "NamespaceDeletionDiscoveryFailure";
    public const string NamespaceDeletionGroupVersionParsingFailure = "NamespaceDeletionGroupVersionParsingFailure";
    public const string NamespaceFinalizersRemaining = "NamespaceFinalizersRemaining";
}

/// <summary>The values of NamespacePhase that are known.</summary>
[Closed]
public static class NamespacePhase
{
    public const string Active = "Active";
    public const string Terminating = "Terminating";
}
