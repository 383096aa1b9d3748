using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Keelson.Api.Validation;

namespace Keelson.Api.Certificates.V1Beta1;

/// <summary>
/// Checks that who asks for a certificate has the key. Keys of the kind Ed25519 are refused: nothing that this server is built of can
/// check their signatures, and an unchecked one would give the certificate to anybody.
/// </summary>
internal static class PodCertificateKeys
{
    private const int MaximumKeyBytes = 10 * 1024;
    private const int MaximumProofBytes = 10 * 1024;
    private const string Unverified = "could not verify proof-of-possession signature";
    private const string RsaObject = "1.2.840.113549.1.1.1";
    private const string EllipticObject = "1.2.840.10045.2.1";

    public static void Validate(PodCertificateRequestSpec spec, FieldErrors errors)
    {
        if (!spec.StubPKCS10Request.IsEmpty)
        {
            ValidateStub(spec, errors);
            return;
        }

        if (spec.PkixPublicKey.Length > MaximumKeyBytes) errors.TooLong("pkixPublicKey", MaximumKeyBytes);
        else if (spec.ProofOfPossession.Length > MaximumProofBytes) errors.TooLong("proofOfPossession", MaximumProofBytes);
        else if (Read(spec.PkixPublicKey.Span) is not { } key) errors.Invalid("pkixPublicKey", spec.PkixPublicKey.ToBase64(), "must be a valid PKIX-serialized public key");
        else ValidateProof(key, spec, errors);
    }

    /// <summary>The key that a request is for, as it stands in certificates; null where there is none that can be read.</summary>
    public static byte[]? KeyOf(PodCertificateRequestSpec spec)
    {
        if (spec.StubPKCS10Request.IsEmpty) return Read(spec.PkixPublicKey.Span)?.ExportSubjectPublicKeyInfo();
        return LoadStub(spec.StubPKCS10Request.Span)?.PublicKey.ExportSubjectPublicKeyInfo();
    }

    private static void ValidateStub(PodCertificateRequestSpec spec, FieldErrors errors)
    {
        if (spec.StubPKCS10Request.Length > MaximumKeyBytes) errors.TooLong("stubPKCS10Request", MaximumKeyBytes);
        else if (LoadStub(spec.StubPKCS10Request.Span) is not { } request) errors.Invalid("stubPKCS10Request", "<value omitted>", "must be a valid PKCS#10 certificate signing request with a valid signature");
        else ExpectStrength("stubPKCS10Request", request.PublicKey, errors);
        if (!spec.PkixPublicKey.IsEmpty) errors.Forbidden("pkixPublicKey", "must not be set when stubPKCS10Request is set");
        if (!spec.ProofOfPossession.IsEmpty) errors.Forbidden("proofOfPossession", "must not be set when stubPKCS10Request is set");
    }

    private static void ValidateProof(PublicKey key, PodCertificateRequestSpec spec, FieldErrors errors)
    {
        if (!ExpectStrength("pkixPublicKey", key, errors)) return;
        var signed = Encoding.UTF8.GetBytes(spec.PodUID);
        using var rsa = key.Oid.Value == RsaObject ? key.GetRSAPublicKey() : null;
        using var elliptic = key.Oid.Value == EllipticObject ? key.GetECDsaPublicKey() : null;
        var isProven = rsa?.VerifyData(signed, spec.ProofOfPossession.Span, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
            ?? elliptic?.VerifyData(signed, spec.ProofOfPossession.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence) ?? false;
        if (!isProven) errors.Add(new FieldError { Type = FieldErrorType.Invalid, Field = errors.Place.ToString() + ".proofOfPossession", OmitsValue = true, Detail = Unverified });
    }

    private static bool ExpectStrength(string field, PublicKey key, FieldErrors errors)
    {
        var count = errors.Count;
        if (key.Oid.Value == RsaObject)
        {
            using var rsa = key.GetRSAPublicKey();
            if (rsa?.KeySize is not (3072 or 4096)) errors.Invalid(field, $"{rsa?.KeySize}-bit modulus", "RSA keys must have modulus size 3072 or 4096");
        }
        else if (key.Oid.Value == EllipticObject)
        {
            using var elliptic = key.GetECDsaPublicKey();
            if (elliptic?.KeySize is not (256 or 384 or 521)) errors.Invalid(field, $"curve P-{elliptic?.KeySize}", "elliptic public keys must use curve P256 or P384");
        }
        else errors.Invalid(field, key.Oid.FriendlyName ?? key.Oid.Value ?? "", "unknown public key type; supported types are ECDSA and RSA");

        return errors.Count == count;
    }

    private static PublicKey? Read(ReadOnlySpan<byte> key)
    {
        try
        {
            return PublicKey.CreateFromSubjectPublicKeyInfo(key, out var read) is var found && read == key.Length ? found : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static CertificateRequest? LoadStub(ReadOnlySpan<byte> request)
    {
        try
        {
            return CertificateRequest.LoadSigningRequest(request, HashAlgorithmName.SHA256, out _, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
