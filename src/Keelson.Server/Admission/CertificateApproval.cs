using Keelson.Api.Certificates.V1;
using Keelson.Server.Access;

namespace Keelson.Server.Admission;

/// <summary>Who approves requests for certificates must be allowed to do so for their signer.</summary>
internal sealed class CertificateApproval(IAuthorizer authorizer) : IAdmissionPlugin
{
    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request is not { Operation: AdmissionOperation.Update, Subresource: "approval", OldObject.Typed: CertificateSigningRequest asked }) return;
        if (await SignerRights.MayAsync(authorizer, request.User, "approve", asked.Spec.SignerName, cancel).ConfigureAwait(false)) return;
        throw request.Forbid($"user not permitted to approve requests with signerName \"{asked.Spec.SignerName}\"");
    }
}
