using Keelson.Api.Certificates.V1;
using Keelson.Server.Access;

namespace Keelson.Server.Admission;

/// <summary>Who signs requests for certificates must be allowed to do so for their signer.</summary>
internal sealed class CertificateSigning(IAuthorizer authorizer) : IAdmissionPlugin
{
    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request is not { Operation: AdmissionOperation.Update, Subresource: "status", Object.Typed: CertificateSigningRequest signed, OldObject.Typed: CertificateSigningRequest old }) return;
        if (signed.Status.Certificate.Equals(old.Status.Certificate) && signed.Status.Conditions == old.Status.Conditions) return;
        if (await SignerRights.MayAsync(authorizer, request.User, "sign", old.Spec.SignerName, cancel).ConfigureAwait(false)) return;
        throw request.Forbid($"user not permitted to sign requests with signerName \"{old.Spec.SignerName}\"");
    }
}
