namespace Keelson.Api.Scheduling.V1Alpha2;

/// <summary>A resource claim shared by the pods of a group; exactly one of the two sources is set.</summary>
[ApiType]
public sealed partial record PodGroupResourceClaim
{
    /// <summary>Name by which pods of the group refer to the claim; a DNS label.</summary>
    [Field(1, Emit = Emit.Always), Format("k8s-short-name")] public string Name { get; init; } = "";

    /// <summary>An existing ResourceClaim in the same namespace.</summary>
    [Field(2), UnionMember, Format("k8s-long-name")] public string? ResourceClaimName { get; init; }

    /// <summary>A ResourceClaimTemplate in the same namespace, from which one claim is made for the group and deleted with it.</summary>
    [Field(3), UnionMember, Format("k8s-long-name")] public string? ResourceClaimTemplateName { get; init; }
}
