using Keelson.Api.Validation;

namespace Keelson.Api.AdmissionRegistration.V1;

public sealed partial record MutatingAdmissionPolicyBinding : IHasDefaults, IHasRules
{
    public IResource WithDefaults() => this with
    {
        Spec = Spec with
        {
            MatchResources = Spec.MatchResources is null ? null : AdmissionRules.WithDefaults(Spec.MatchResources),
            ParamRef = Spec.ParamRef is null ? null : AdmissionRules.WithDefaults(Spec.ParamRef),
        },
    };

    public void Validate(FieldErrors errors)
    {
        using var scope = errors.In("spec");
        AdmissionRules.ExpectPolicyName(Spec.PolicyName, errors);
        if (Spec.ParamRef is { } reference) AdmissionRules.Validate(reference, errors);
        if (Spec.MatchResources is not { } match) return;
        using var inner = errors.In("matchResources");
        AdmissionRules.Validate(match, errors);
        AdmissionRules.ExpectMutable(match, errors);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(errors);
}
