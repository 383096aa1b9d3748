namespace Keelson.Api.AdmissionRegistration.V1;

/// <summary>Names the kind of object a policy takes its parameters from.</summary>
[ApiType]
[Atomic]
public sealed partial record ParamKind
{
    /// <summary>Group and version of the parameter kind, such as v1 or rules.example.com/v1.</summary>
    [Field(1)] public string ApiVersion { get; init; } = "";

    /// <summary>Kind of the parameter objects, for example ConfigMap.</summary>
    [Field(2)] public string Kind { get; init; } = "";
}
