using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Keelson.Api.Certificates.V1;
using Keelson.Server.Access;

namespace Keelson.Server.Admission;

/// <summary>No certificate for clients makes a superuser.</summary>
internal sealed class CertificateSubjectRestriction : IAdmissionPlugin
{
    private const string Organization = "2.5.4.10";

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request is not { Operation: AdmissionOperation.Create, IsWhole: true, Object.Typed: CertificateSigningRequest { Spec.SignerName: "kubernetes.io/kube-apiserver-client" } asked }) return default;
        if (Organizations(asked).Contains(KnownUsers.Superusers))
        {
            throw request.Forbid("use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed");
        }

        return default;
    }

    // What cannot be read as a request is for the validation to refuse.
    private static List<string> Organizations(CertificateSigningRequest asked)
    {
        var found = new List<string>();
        try
        {
            var request = CertificateRequest.LoadSigningRequestPem(Encoding.UTF8.GetString(asked.Spec.Request.Span), HashAlgorithmName.SHA256, CertificateRequestLoadOptions.SkipSignatureValidation);
            foreach (var part in request.SubjectName.EnumerateRelativeDistinguishedNames())
            {
                if (part.HasMultipleElements || part.GetSingleElementType().Value != Organization) continue;
                if (part.GetSingleElementValue() is { } value) found.Add(value);
            }
        }
        catch (Exception malformed) when (malformed is CryptographicException or ArgumentException)
        {
            found.Clear();
        }

        return found;
    }
}
