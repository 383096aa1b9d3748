using Keelson.Api.Validation;

namespace Keelson.Api.AdmissionRegistration.V1Beta1;

public sealed partial record MutatingAdmissionPolicy : IHasDefaults, IHasRules
{
    public IResource WithDefaults() => SameShape.As<V1.MutatingAdmissionPolicy, MutatingAdmissionPolicy>((V1.MutatingAdmissionPolicy)Newer(this).WithDefaults());

    public void Validate(FieldErrors errors) => Newer(this).Validate(errors);

    public void ValidateUpdate(IResource old, FieldErrors errors) => Newer(this).ValidateUpdate(Newer((MutatingAdmissionPolicy)old), errors);

    private static V1.MutatingAdmissionPolicy Newer(MutatingAdmissionPolicy policy) => SameShape.As<MutatingAdmissionPolicy, V1.MutatingAdmissionPolicy>(policy);
}
