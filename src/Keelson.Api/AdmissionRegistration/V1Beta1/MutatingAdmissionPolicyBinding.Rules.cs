using Keelson.Api.Validation;

namespace Keelson.Api.AdmissionRegistration.V1Beta1;

public sealed partial record MutatingAdmissionPolicyBinding : IHasDefaults, IHasRules
{
    public IResource WithDefaults() => SameShape.As<V1.MutatingAdmissionPolicyBinding, MutatingAdmissionPolicyBinding>((V1.MutatingAdmissionPolicyBinding)Newer(this).WithDefaults());

    public void Validate(FieldErrors errors) => Newer(this).Validate(errors);

    public void ValidateUpdate(IResource old, FieldErrors errors) => Newer(this).ValidateUpdate(Newer((MutatingAdmissionPolicyBinding)old), errors);

    private static V1.MutatingAdmissionPolicyBinding Newer(MutatingAdmissionPolicyBinding policy) => SameShape.As<MutatingAdmissionPolicyBinding, V1.MutatingAdmissionPolicyBinding>(policy);
}
