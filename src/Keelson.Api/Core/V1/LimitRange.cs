using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>
/// Lets administrators bound and default the resources of each pod, container and claim in a namespace. It acts on admission
/// only: objects that exist already are left alone. For bounds on the sum use ResourceQuota.
/// </summary>
[Resource("", "v1", "limitranges", Scope.Namespaced, ShortNames = ["limits"])]
public sealed partial record LimitRange
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Limits to enforce and defaults to fill in on admission.</summary>
    [Field(2)] public LimitRangeSpec Spec { get; init; } = LimitRangeSpec.Empty;
}

/// <summary>The limits that a limit range enforces.</summary>
[ApiType]
public sealed partial record LimitRangeSpec
{
    /// <summary>All items; an object must satisfy every one that concerns its type.</summary>
    [Field(1, Emit = Emit.Always), Atomic] public ApiList<LimitRangeItem> Limits { get; init; }
}

/// <summary>Bounds and defaults for one type of object, by resource name.</summary>
[ApiType]
public sealed partial record LimitRangeItem
{
    /// <summary>What the item constrains: Pod (sum of its containers), Container or PersistentVolumeClaim.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(LimitType))] public string Type { get; init; } = "";

    /// <summary>Most that a single object may ask for, by resource name.</summary>
    [Field(2)] public ApiMap<Quantity> Max { get; init; }

    /// <summary>Least that a single object must ask for, by resource name.</summary>
    [Field(3)] public ApiMap<Quantity> Min { get; init; }

    /// <summary>Limit given to containers that state none; Container only.</summary>
    [Field(4)] public ApiMap<Quantity> Default { get; init; }

    /// <summary>Request given to containers that state none; the default limit when unset. Container only.</summary>
    [Field(5)] public ApiMap<Quantity> DefaultRequest { get; init; }

    /// <summary>Largest allowed quotient of limit and request, which bounds overcommitment.</summary>
    [Field(6)] public ApiMap<Quantity> MaxLimitRequestRatio { get; init; }
}

/// <summary>The values of LimitType that are known.</summary>
public static class LimitType
{
    public const string Container = "Container";
    public const string PersistentVolumeClaim = "PersistentVolumeClaim";
    public const string Pod = "Pod";
}
