using Keelson.Api.Validation;

namespace Keelson.Api.Certificates.V1Beta1;

public sealed partial record CertificateSigningRequest : IHasDefaults, IHasRules
{
    public IResource WithDefaults()
    {
        var spec = Spec.SignerName is null ? Spec with { SignerName = "kubernetes.io/legacy-unknown" } : Spec;
        if (spec.Usages.IsEmpty) spec = spec with { Usages = ["digital signature", "key encipherment"] };
        var conditions = Status.Conditions;
        for (var i = 0; i < conditions.Count; i++)
        {
            if (conditions[i].Status.Length == 0) conditions = conditions.With(i, conditions[i] with { Status = "True" });
        }

        return this with { Spec = spec, Status = Status with { Conditions = conditions } };
    }

    public void Validate(FieldErrors errors) => Newer(this).Validate(errors);

    public void ValidateUpdate(IResource old, FieldErrors errors) => Newer(this).ValidateUpdate(Newer((CertificateSigningRequest)old), errors);

    public void ValidateStatusUpdate(IResource old, FieldErrors errors) =>
        Newer(this).ValidateStatusUpdate(Newer((CertificateSigningRequest)old), errors);

    private static V1.CertificateSigningRequest Newer(CertificateSigningRequest request) =>
        SameShape.As<CertificateSigningRequest, V1.CertificateSigningRequest>(request);
}
