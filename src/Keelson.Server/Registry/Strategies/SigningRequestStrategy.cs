using Keelson.Api;
using Keelson.Api.Certificates.V1;
using Keelson.Api.Validation;
using Keelson.Server.Objects;

namespace Keelson.Server.Registry.Strategies;

/// <summary>A request for a certificate is approved through a subresource of its own, which writes conditions and nothing else.</summary>
internal sealed class SigningRequestStrategy : ResourceStrategy
{
    public SigningRequestStrategy()
    {
        CheckName = NameChecks.PathSegment;
        SelectableFields = [SelectableField.Of<CertificateSigningRequest>("spec.signerName", request => request.Spec.SignerName)];
    }

    public override ApiObject TakeSubresource(string subresource, ApiObject updated, ApiObject current, DateTimeOffset now)
    {
        if (subresource != "approval") return updated;
        var (sent, request) = ((CertificateSigningRequest)updated.Typed!, (CertificateSigningRequest)current.Typed!);
        var time = Time.FromDateTimeOffset(now);
        var conditions = sent.Status.Conditions.Select(condition => condition with
        {
            LastUpdateTime = condition.LastUpdateTime.IsZero ? time : condition.LastUpdateTime,
            LastTransitionTime = condition.LastTransitionTime.IsZero ? time : condition.LastTransitionTime,
        }).ToApiList();
        return new TypedObject(request with
        {
            Metadata = request.Metadata with { ManagedFields = sent.Metadata.ManagedFields },
            Status = request.Status with { Conditions = conditions },
        });
    }

    public override void ValidateSubresource(string subresource, ApiObject updated, ApiObject current, FieldErrors errors)
    {
        if (subresource != "approval") base.ValidateSubresource(subresource, updated, current, errors);
        else ((CertificateSigningRequest)updated.Typed!).ValidateApproval((CertificateSigningRequest)current.Typed!, errors);
    }
}
