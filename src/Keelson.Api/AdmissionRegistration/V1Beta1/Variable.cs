namespace Keelson.Api.AdmissionRegistration.V1Beta1;

/// <summary>A named CEL expression, evaluated lazily at most once per request.</summary>
[ApiType]
[Atomic]
public sealed partial record Variable
{
    /// <summary>Identifier under which the value appears, as in variables.NAME; unique within the policy.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>CEL expression giving the value, with the same inputs as the policy's other expressions.</summary>
    [Field(2, Emit = Emit.Always)] public string Expression { get; init; } = "";
}
