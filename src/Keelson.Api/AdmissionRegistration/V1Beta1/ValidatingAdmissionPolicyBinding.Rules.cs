using Keelson.Api.Validation;

namespace Keelson.Api.AdmissionRegistration.V1Beta1;

public sealed partial record ValidatingAdmissionPolicyBinding : IHasDefaults, IHasRules
{
    public IResource WithDefaults() => SameShape.As<V1.ValidatingAdmissionPolicyBinding, ValidatingAdmissionPolicyBinding>((V1.ValidatingAdmissionPolicyBinding)Newer(this).WithDefaults());

    public void Validate(FieldErrors errors) => Newer(this).Validate(errors);

    public void ValidateUpdate(IResource old, FieldErrors errors) => Newer(this).ValidateUpdate(Newer((ValidatingAdmissionPolicyBinding)old), errors);

    private static V1.ValidatingAdmissionPolicyBinding Newer(ValidatingAdmissionPolicyBinding policy) => SameShape.As<ValidatingAdmissionPolicyBinding, V1.ValidatingAdmissionPolicyBinding>(policy);
}
