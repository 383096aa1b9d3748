using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Certificates.V1Beta1;

/// <summary>Checks the certificates with which a signer answers; the place is the status.</summary>
internal static class PodCertificateChain
{
    private const int MaximumBytes = 10 * 1024 * 1024;
    private const string Chain = "certificateChain";

    // A fault of the chain hides what it would say of the times, so the first one ends the check.
    public static void Validate(PodCertificateRequestStatus status, PodCertificateRequestSpec spec, FieldErrors errors)
    {
        if (NameMessage.IsLonger(status.CertificateChain, MaximumBytes)) errors.TooLong(Chain, MaximumBytes);
        else if (Read(status.CertificateChain, errors) is { } leaf)
        {
            using (leaf) ValidateLeaf(leaf, status, spec, errors);
        }
    }

    private static X509Certificate2? Read(string chain, FieldErrors errors)
    {
        X509Certificate2? leaf = null;
        var rest = chain.AsSpan();
        while (PemEncoding.TryFind(rest, out var block))
        {
            var wrong = !rest[block.Label].SequenceEqual("CERTIFICATE") ? "issued certificate chain must consist entirely of CERTIFICATE PEM blocks" : null;
            var certificate = wrong is null ? Load(rest[block.Location]) : null;
            wrong ??= certificate is not null ? null : leaf is null ? "leaf certificate does not parse as valid X.509" : "intermediate certificate does not parse as valid X.509";
            if (wrong is not null)
            {
                errors.Invalid(Chain, chain, wrong);
                leaf?.Dispose();
                return null;
            }

            if (leaf is null) leaf = certificate;
            else certificate!.Dispose();
            rest = rest[block.Location.End..];
        }

        if (leaf is null) errors.Invalid(Chain, chain, "issued certificate chain must contain at least one certificate");
        return leaf;
    }

    private static X509Certificate2? Load(ReadOnlySpan<char> pem)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static void ValidateLeaf(X509Certificate2 leaf, PodCertificateRequestStatus status, PodCertificateRequestSpec spec, FieldErrors errors)
    {
        if (PodCertificateKeys.KeyOf(spec) is not { } key || !key.AsSpan().SequenceEqual(leaf.PublicKey.ExportSubjectPublicKeyInfo()))
        {
            errors.Invalid(Chain, status.CertificateChain, "leaf certificate was not issued to the requested public key");
            return;
        }

        if (status.NotBefore is null) errors.Required("notBefore", "must be present and consistent with the issued certificate");
        if (status.NotAfter is null) errors.Required("notAfter", "must be present and consistent with the issued certificate");
        if (status.BeginRefreshAt is null) errors.Required("beginRefreshAt", "must be present and in the range [notbefore+10min, notafter-10min]");
        if (status is not { NotBefore: { } from, NotAfter: { } until, BeginRefreshAt: { } refresh }) return;
        var (starts, ends) = (new DateTimeOffset(leaf.NotBefore.ToUniversalTime()), new DateTimeOffset(leaf.NotAfter.ToUniversalTime()));
        var lifetime = ends - starts;
        var most = TimeSpan.FromSeconds(spec.MaxExpirationSeconds ?? 0);
        if (from != Time.FromDateTimeOffset(starts)) errors.Invalid("notBefore", from.ToString(), "must be set to the NotBefore time encoded in the leaf certificate");
        else if (until != Time.FromDateTimeOffset(ends)) errors.Invalid("notAfter", until.ToString(), "must be set to the NotAfter time encoded in the leaf certificate");
        else if (lifetime < TimeSpan.FromHours(1)) errors.Invalid(Chain, (long)lifetime.TotalSeconds, "leaf certificate lifetime must be >= 1 hour");
        else if (lifetime > most) errors.Invalid(Chain, (long)lifetime.TotalSeconds, $"leaf certificate lifetime must be <= spec.maxExpirationSeconds ({spec.MaxExpirationSeconds})");
        else if (refresh < Time.FromDateTimeOffset(starts.AddMinutes(10))) errors.Invalid("beginRefreshAt", refresh.ToString(), "must be at least 10 minutes after status.notBefore");
        else if (refresh > Time.FromDateTimeOffset(ends.AddMinutes(-10))) errors.Invalid("beginRefreshAt", refresh.ToString(), "must be at least 10 minutes before status.notAfter");
    }
}
