using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>
/// Lets administrators bound what a namespace uses in all: compute, storage and numbers of objects. Requests that would exceed a
/// bound are refused on admission; objects that exist already are not touched. Where CPU or memory is bounded, pods must state
/// it.
/// </summary>
[Resource("", "v1", "resourcequotas", Scope.Namespaced, ShortNames = ["quota"], Subresources = ["status"])]
public sealed partial record ResourceQuota
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The bounds, and what they apply to.</summary>
    [Field(2)] public ResourceQuotaSpec Spec { get; init; } = ResourceQuotaSpec.Empty;

    /// <summary>The bounds in force and how much is used.</summary>
    [Field(3)] public ResourceQuotaStatus Status { get; init; } = ResourceQuotaStatus.Empty;
}

/// <summary>The bounds of a quota and which objects count.</summary>
[ApiType]
public sealed partial record ResourceQuotaSpec
{
    /// <summary>Most that may be used in all, by resource name, such as requests.cpu, pods or count/deployments.apps.</summary>
    [Field(1)] public ApiMap<Quantity> Hard { get; init; }

    /// <summary>
    /// Filters an object must all pass to count: Terminating, NotTerminating, BestEffort, NotBestEffort, PriorityClass,
    /// CrossNamespacePodAffinity or VolumeAttributesClass.
    /// </summary>
    [Field(2), KnownValues(typeof(ResourceQuotaScope)), Atomic] public ApiList<string> Scopes { get; init; }

    /// <summary>Filters with operators and values, for instance on priority class; combined with scopes by AND.</summary>
    [Field(3)] public ScopeSelector? ScopeSelector { get; init; }
}

/// <summary>The values of ResourceQuotaScope that are known.</summary>
[Closed]
public static class ResourceQuotaScope
{
    public const string BestEffort = "BestEffort";
    public const string CrossNamespacePodAffinity = "CrossNamespacePodAffinity";
    public const string NotBestEffort = "NotBestEffort";
    public const string NotTerminating = "NotTerminating";
    public const string PriorityClass = "PriorityClass";
    public const string Terminating = "Terminating";
    public const string VolumeAttributesClass = "VolumeAttributesClass";
}

/// <summary>Filters that select which objects a quota counts.</summary>
[ApiType]
[Atomic]
public sealed partial record ScopeSelector
{
    /// <summary>Filters that an object must all pass to be counted.</summary>
    [Field(1), Atomic] public ApiList<ScopedResourceSelectorRequirement> MatchExpressions { get; init; }
}

/// <summary>One filter on a quota scope.</summary>
[ApiType]
public sealed partial record ScopedResourceSelectorRequirement
{
    /// <summary>
    /// Scope to look at: Terminating, NotTerminating, BestEffort, NotBestEffort, PriorityClass, CrossNamespacePodAffinity or
    /// VolumeAttributesClass.
    /// </summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(ResourceQuotaScope))] public string ScopeName { get; init; } = "";

    /// <summary>In, NotIn, Exists or DoesNotExist; only Exists for scopes without values.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(ScopeSelectorOperator))] public string Operator { get; init; } = "";

    /// <summary>Values to compare with: one or more for In and NotIn, none for the others.</summary>
    [Field(3), Atomic] public ApiList<string> Values { get; init; }
}

/// <summary>The values of ScopeSelectorOperator that are known.</summary>
[Closed]
public static class ScopeSelectorOperator
{
    public const string DoesNotExist = "DoesNotExist";
    public const string Exists = "Exists";
    public const string In = "In";
    public const string NotIn = "NotIn";
}

/// <summary>How much of a quota is used.</summary>
[ApiType]
public sealed partial record ResourceQuotaStatus
{
    /// <summary>Bounds that are in force, by resource name.</summary>
    [Field(1)] public ApiMap<Quantity> Hard { get; init; }

    /// <summary>Sum of what is in use in the namespace, by resource name.</summary>
    [Field(2)] public ApiMap<Quantity> Used { get; init; }
}
