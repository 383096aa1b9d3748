namespace Keelson.Api.Core.V1;

/// <summary>Resources a container or pod is promised and may use at most.</summary>
[ApiType]
public sealed partial record ResourceRequirements
{
    /// <summary>Most that may be used, by resource name; exceeding memory kills, exceeding CPU throttles.</summary>
    [Field(1)] public ApiMap<Quantity> Limits { get; init; }

    /// <summary>What is reserved when scheduling, by resource name; equals the limit when only that is given, and must not exceed it.</summary>
    [Field(2)] public ApiMap<Quantity> Requests { get; init; }

    /// <summary>Entries of the pod's resourceClaims this container uses; containers only, immutable.</summary>
    [Field(3), ListMap("name")] public ApiList<ResourceClaim> Claims { get; init; }
}

/// <summary>Gives a container access to a resource claim of its pod.</summary>
[ApiType]
public sealed partial record ResourceClaim
{
    /// <summary>Name of an entry in the pod's resourceClaims.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Request of that claim to use; all of them when empty.</summary>
    [Field(2)] public string Request { get; init; } = "";
}
