using Keelson.Api.Validation;

namespace Keelson.Api.AdmissionRegistration.V1;

public sealed partial record MutatingAdmissionPolicy : IHasDefaults, IHasRules
{
    public IResource WithDefaults() => this with
    {
        Spec = Spec with
        {
            FailurePolicy = Spec.FailurePolicy ?? FailurePolicyType.Fail,
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
            AdmissionRules.ExpectMutable(match, errors);
        }

        AdmissionRules.ValidateConditions(Spec.MatchConditions, errors);
        AdmissionRules.ValidateVariables(Spec.Variables, errors);
        if (Spec.Mutations.IsEmpty) errors.Required("mutations", "mutations must contain at least one item");
        for (var i = 0; i < Spec.Mutations.Count; i++)
        {
            using (errors.In("mutations", i)) Validate(Spec.Mutations[i], errors);
        }

        errors.ExpectOneOf("reinvocationPolicy", Spec.ReinvocationPolicy, ReinvocationPolicyType.Never, ReinvocationPolicyType.IfNeeded);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(errors);

    private static void Validate(Mutation mutation, FieldErrors errors)
    {
        errors.ExpectOneOf("patchType", mutation.PatchType, PatchType.ApplyConfiguration, PatchType.JSONPatch);
        var (apply, patch) = (mutation.ApplyConfiguration?.Expression, mutation.JsonPatch?.Expression);
        if (mutation.PatchType == PatchType.ApplyConfiguration) Expect("applyConfiguration", apply, "jsonPatch", patch);
        if (mutation.PatchType == PatchType.JSONPatch) Expect("jsonPatch", patch, "applyConfiguration", apply);

        void Expect(string field, string? expression, string other, string? stray)
        {
            if (expression is null) errors.Required(field, $"must be specified when patchType is {mutation.PatchType}");
            else if (expression.AsSpan().Trim().IsEmpty) errors.Required($"{field}.expression");
            if (stray is not null) errors.Invalid(other, $"{{{other}}}", $"must not be specified when patchType is {mutation.PatchType}");
        }
    }
}
