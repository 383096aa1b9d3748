using Keelson.Api.Validation;

namespace Keelson.Api.AdmissionRegistration.V1;

public sealed partial record ValidatingAdmissionPolicyBinding : IHasDefaults, IHasRules
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
        if (Spec.MatchResources is { } match)
        {
            using (errors.In("matchResources")) AdmissionRules.Validate(match, errors);
        }

        ValidateActions(errors);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(errors);

    private void ValidateActions(FieldErrors errors)
    {
        var actions = Spec.ValidationActions;
        for (var i = 0; i < actions.Count; i++)
        {
            using var scope = errors.In("validationActions", i);
            errors.ExpectKnown(null, actions[i], ValidationAction.Audit, ValidationAction.Deny, ValidationAction.Warn);
            if (actions.IndexOf(actions[i]) < i) errors.Duplicate(null, actions[i]);
        }

        if (actions.Contains(ValidationAction.Deny) && actions.Contains(ValidationAction.Warn))
        {
            errors.Invalid("validationActions", Shown.Texts(actions),
                "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)");
        }

        if (actions.IsEmpty) errors.Required("validationActions", "at least one validation action is required");
    }
}
