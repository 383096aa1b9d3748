using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>Content of an alpha node annotation that lists controllers whose pods should rather run elsewhere.</summary>
[ApiType]
public sealed partial record AvoidPods
{
    /// <summary>Entries that each name one controller whose pods should avoid the node.</summary>
    [Field(1), Atomic] public ApiList<PreferAvoidPodsEntry> PreferAvoidPods { get; init; }
}

/// <summary>One controller whose pods should rather not run on a node.</summary>
[ApiType]
public sealed partial record PreferAvoidPodsEntry
{
    /// <summary>Identifies the pods that should rather run elsewhere.</summary>
    [Field(1, Emit = Emit.Always)] public PodSignature PodSignature { get; init; } = PodSignature.Empty;

    /// <summary>When the entry was added to the annotation.</summary>
    [Field(2)] public Time EvictionTime { get; init; }

    /// <summary>Brief cause in CamelCase for programs, saying why the entry was added.</summary>
    [Field(3)] public string Reason { get; init; } = "";

    /// <summary>Details for people to read, in free text that programs should not parse.</summary>
    [Field(4)] public string Message { get; init; } = "";
}

/// <summary>Identifies a group of pods by what controls them.</summary>
[ApiType]
public sealed partial record PodSignature
{
    /// <summary>Reference to the controller that owns the pods.</summary>
    [Field(1)] public OwnerReference? PodController { get; init; }
}
