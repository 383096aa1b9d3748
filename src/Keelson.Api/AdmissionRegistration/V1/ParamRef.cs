using Keelson.Api.Meta.V1;

namespace Keelson.Api.AdmissionRegistration.V1;

/// <summary>Tells a binding which parameter objects to hand to the policy.</summary>
[ApiType]
[Atomic]
public sealed partial record ParamRef
{
    /// <summary>A single parameter object by name. Exactly one of name and selector must be set.</summary>
    [Field(1)] public string Name { get; init; } = "";

    /// <summary>
    /// Where to look up a namespaced parameter; unset uses the namespace of the request under review. Must be unset for
    /// cluster-scoped kinds.
    /// </summary>
    [Field(2)] public string Namespace { get; init; } = "";

    /// <summary>Takes every parameter object with these labels, evaluating the policy once for each.</summary>
    [Field(3)] public LabelSelector? Selector { get; init; }

    /// <summary>What to do if no parameter exists: Allow treats the binding as satisfied, Deny follows the policy's failurePolicy.</summary>
    [Field(4), KnownValues(typeof(ParameterNotFoundActionType))] public string? ParameterNotFoundAction { get; init; }
}

/// <summary>The values of ParameterNotFoundActionType that are known.</summary>
public static class ParameterNotFoundActionType
{
    public const string Allow = "Allow";
    public const string Deny = "Deny";
}
