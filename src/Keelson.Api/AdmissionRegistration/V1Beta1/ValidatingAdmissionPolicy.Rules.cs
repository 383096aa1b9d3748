using Keelson.Api.Validation;

namespace Keelson.Api.AdmissionRegistration.V1Beta1;

public sealed partial record ValidatingAdmissionPolicy : IHasDefaults, IHasRules
{
    public IResource WithDefaults() => SameShape.As<V1.ValidatingAdmissionPolicy, ValidatingAdmissionPolicy>((V1.ValidatingAdmissionPolicy)Newer(this).WithDefaults());

    public void Validate(FieldErrors errors) => Newer(this).Validate(errors);

    public void ValidateUpdate(IResource old, FieldErrors errors) => Newer(this).ValidateUpdate(Newer((ValidatingAdmissionPolicy)old), errors);

    private static V1.ValidatingAdmissionPolicy Newer(ValidatingAdmissionPolicy policy) => SameShape.As<ValidatingAdmissionPolicy, V1.ValidatingAdmissionPolicy>(policy);
}
