namespace Keelson.Api.AdmissionRegistration.V1;

/// <summary>A named CEL filter that decides whether a matching request is handed on at all.</summary>
[ApiType]
public sealed partial record MatchCondition
{
    /// <summary>Label of the condition for error messages and metrics; a qualified name, unique within the list.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>
    /// CEL expression that must return a bool, with object, oldObject, request, authorizer and more in scope. False skips the
    /// webhook or policy.
    /// </summary>
    [Field(2, Emit = Emit.Always)] public string Expression { get; init; } = "";
}
