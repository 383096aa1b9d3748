using Keelson.Api.Validation;

namespace Keelson.Api.AdmissionRegistration.V1;

public sealed partial record MutatingAdmissionPolicy : IHasDefaults, IHasRules
{
    public IResource WithDefaults() => this with
    {
        Spec = Spec with
        {
            FailurePolicy = Spec.FailurePolicy ?? FailurePolicyType.Fail,
            ReinvocationPolicy = Spec.ReinvocationPolicy.Length == 0 ? ReinvocationPolicyType.Never : Spec.ReinvocationPolicy,
            MatchConstraints = Spec.MatchConstraints is null ? null : AdmissionRules.WithDefaults(Spec.MatchConstraints),
        },
    };

    public void Validate(FieldErrors errors)
    {
        using var scope = errors.In("spec");
        AdmissionRules.ValidateFailurePolicy(Spec.FailurePolicy, errors);
        if (Spec.ParamKind is { } kind) AdmissionRules.Validate(kind, errors);
        if (Spec.MatchConstraints is not { } match) errors.Required("matchConstraints");
        else
        {
            using var inner = errors.In("matchConstraints");
            AdmissionRules.Validate(match, errors);
            if (match.ResourceRules.IsEmpty) errors.Required("resourceRules");
        }

        AdmissionRules.ValidateConditions(Spec.MatchConditions, errors);
        AdmissionRules.ValidateVariables(Spec.Variables, errors);
        if (Spec.Mutations.IsEmpty) errors.Required("mutations", "mutations must contain at least one item");
        for (var i = 0; i < Spec.Mutations.Count; i++)
        {
            using (errors.In("mutations", i)) Validate(Spec.Mutations[i], errors);
        }

        errors.ExpectOneOf("reinvocationPolicy", Spec.ReinvocationPolicy, ReinvocationPolicyType.IfNeeded, ReinvocationPolicyType.Never);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(errors);

    private static void Validate(Mutation mutation, FieldErrors errors)
    {
        errors.ExpectOneOf("patchType", mutation.PatchType, PatchType.ApplyConfiguration, PatchType.JSONPatch);
        Expect(PatchType.ApplyConfiguration, "applyConfiguration", mutation.ApplyConfiguration?.Expression);
        Expect(PatchType.JSONPatch, "jsonPatch", mutation.JsonPatch?.Expression);

        void Expect(string type, string field, string? expression)
        {
            if (mutation.PatchType != type)
            {
                if (expression is not null) errors.Invalid(field, $"{{{field}}}", $"{field} is not allowed when patchType is {mutation.PatchType}");
            }
            else if (expression is null)
            {
                errors.Required(field, $"must be specified when patchType is {type}");
            }
            else if (expression.AsSpan().Trim().IsEmpty)
            {
                errors.Required($"{field}.expression", "expression is not specified");
            }
        }
    }
}
