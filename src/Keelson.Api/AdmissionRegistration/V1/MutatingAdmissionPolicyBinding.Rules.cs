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
        // Upstream's path lacks a letter.
        using (errors.In("matchResouces")) AdmissionRules.Validate(match, errors);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(errors);
}
