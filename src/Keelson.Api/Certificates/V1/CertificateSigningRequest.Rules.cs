using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Keelson.Api.Validation;

namespace Keelson.Api.Certificates.V1;

public sealed partial record CertificateSigningRequest : IHasRules
{
    private const string LegacySigner = "kubernetes.io/legacy-unknown";
    private const int MinimumSeconds = 600;
    private const string CertificateBlock = "CERTIFICATE";

    private static readonly string[] Usages =
    [
        "any", "cert sign", "client auth", "code signing", "content commitment", "crl sign", "data encipherment", "decipher only",
        "digital signature", "email protection", "encipher only", "ipsec end system", "ipsec tunnel", "ipsec user", "key agreement",
        "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime", "server auth", "signing", "timestamping",
    ];

    private static readonly string[] Verdicts = ["Approved", "Denied", "Failed"];

    public void Validate(FieldErrors errors) => Validate(null, errors);

    public void ValidateUpdate(IResource old, FieldErrors errors) => ValidateChange((CertificateSigningRequest)old, false, false, errors);

    public void ValidateStatusUpdate(IResource old, FieldErrors errors) => ValidateChange((CertificateSigningRequest)old, false, true, errors);

    /// <summary>Reports what is wrong with an approval, which has a subresource of its own.</summary>
    public void ValidateApproval(CertificateSigningRequest old, FieldErrors errors) => ValidateChange(old, true, false, errors);

    private void Validate(CertificateSigningRequest? old, FieldErrors errors)
    {
        using (errors.In("spec"))
        {
            if (CheckRequest(Spec.Request) is { } wrong) errors.Invalid("request", Spec.Request.ToBase64(), wrong);
            ValidateUsages(old, errors);
            if (Spec.SignerName == LegacySigner && old?.Spec.SignerName != LegacySigner)
            {
                errors.Invalid("signerName", Spec.SignerName, "the legacy signerName is not allowed via this API version");
            }
            else
            {
                SignerNames.Expect("signerName", Spec.SignerName, errors);
            }

            if (Spec.ExpirationSeconds is { } seconds and < MinimumSeconds)
            {
                errors.Invalid("expirationSeconds", seconds, "may not specify a duration less than 600 seconds (10 minutes)");
            }
        }

        using var scope = errors.In("status");
        ValidateConditions(old, errors);
        if (Status.Certificate == old?.Status.Certificate || Status.Certificate.IsEmpty) return;
        if (CheckCertificates(Status.Certificate) is { } broken) errors.Invalid("certificate", "<certificate data>", broken);
    }

    private void ValidateUsages(CertificateSigningRequest? old, FieldErrors errors)
    {
        if (Spec.Usages.IsEmpty) errors.Required("usages");
        var anyUsage = old is not null && old.Spec.Usages.Except(Usages).Any();
        var anyCount = old is not null && old.Spec.Usages.Distinct().Count() < old.Spec.Usages.Count;
        for (var i = 0; i < Spec.Usages.Count; i++)
        {
            using var scope = errors.In("usages", i);
            if (!anyUsage) errors.ExpectKnown(null, Spec.Usages[i], Usages);
            if (!anyCount && Spec.Usages.IndexOf(Spec.Usages[i]) < i) errors.Duplicate(null, Spec.Usages[i]);
        }
    }

    private void ValidateConditions(CertificateSigningRequest? old, FieldErrors errors)
    {
        var types = Status.Conditions.Select(condition => condition.Type).ToApiList();
        var before = old?.Status.Conditions.Select(condition => condition.Type).ToApiList() ?? default;
        var anyVerdicts = before.Contains("Approved") && before.Contains("Denied");
        var anyCount = before.Distinct().Count() < before.Count;
        for (var i = 0; i < types.Count; i++)
        {
            var condition = Status.Conditions[i];
            using var scope = errors.In("conditions", i);
            if (types[i].Length == 0 && !before.Contains("")) errors.Required("type");
            if (Verdicts.Contains(types[i])) errors.ExpectOneOf("status", condition.Status, "True");
            else errors.ExpectOneOf("status", condition.Status, "False", "True", "Unknown");
            var other = types[i] switch { "Approved" => "Denied", "Denied" => "Approved", _ => null };
            if (!anyVerdicts && other is not null && types.IndexOf(other) is >= 0 and var place && place < i)
            {
                errors.Invalid("type", types[i], "Approved and Denied conditions are mutually exclusive");
            }

            if (!anyCount && types.IndexOf(types[i]) < i) errors.Duplicate("type", types[i]);
        }
    }

    private void ValidateChange(CertificateSigningRequest old, bool mayApprove, bool maySign, FieldErrors errors)
    {
        Validate(old, errors);
        using var scope = errors.In("status");
        foreach (var type in Verdicts)
        {
            if (Of(this, type).Count < Of(old, type).Count) errors.Forbidden("conditions", $"updates may not remove a condition of type \"{type}\"");
        }

        foreach (var type in Verdicts[..2])
        {
            if (mayApprove) break;
            var (now, before) = (Of(this, type), Of(old, type));
            if (now.Count > before.Count) errors.Forbidden("conditions", $"updates may not add a condition of type \"{type}\"");
            else if (now.Count == before.Count && now != before) errors.Forbidden("conditions", $"updates may not modify a condition of type \"{type}\"");
        }

        if (Status.Certificate == old.Status.Certificate) return;
        if (!maySign) errors.Forbidden("certificate", "updates may not set certificate content");
        else if (!old.Status.Certificate.IsEmpty) errors.Forbidden("certificate", "updates may not modify existing certificate content");
    }

    private static ApiList<CertificateSigningRequestCondition> Of(CertificateSigningRequest request, string type) =>
        request.Status.Conditions.Where(condition => condition.Type == type).ToApiList();

    /// <summary>What is wrong with a request; its signature proves that whoever asks has the key.</summary>
    private static string? CheckRequest(Bytes request)
    {
        const string NotRequest = "PEM block type must be CERTIFICATE REQUEST";
        var text = Encoding.ASCII.GetString(request.Span);
        if (!PemEncoding.TryFind(text, out var block) || !text.AsSpan()[block.Label].SequenceEqual("CERTIFICATE REQUEST")) return NotRequest;
        try
        {
            CertificateRequest.LoadSigningRequestPem(text, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
            return null;
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or NotSupportedException)
        {
            return error.Message;
        }
    }

    private static string? CheckCertificates(Bytes certificates)
    {
        var rest = Encoding.ASCII.GetString(certificates.Span).AsSpan();
        var count = 0;
        while (PemEncoding.TryFind(rest, out var block))
        {
            var label = rest[block.Label];
            if (!label.SequenceEqual(CertificateBlock)) return $"only CERTIFICATE PEM blocks are allowed, found {GoQuote.Quote(label.ToString())}";
            try
            {
                using var certificate = X509Certificate2.CreateFromPem(rest[block.Location]);
                count++;
            }
            catch (CryptographicException error)
            {
                return error.Message;
            }

            rest = rest[block.Location.End..];
        }

        return count == 0 ? "must contain at least one CERTIFICATE PEM block" : null;
    }
}
