using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Certificates.V1Beta1;

public sealed partial record ClusterTrustBundle : IHasRules
{
    private const int MaximumBytes = 1024 * 1024;
    private const string Omitted = "<value omitted>";

    public void Validate(FieldErrors errors) => Validate(null, errors);

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        var before = (ClusterTrustBundle)old;
        Validate(before, errors);
        using (errors.In("spec")) errors.ExpectSame("signerName", Spec.SignerName, before.Spec.SignerName);
    }

    private void Validate(ClusterTrustBundle? old, FieldErrors errors)
    {
        ValidateName(errors);
        using var scope = errors.In("spec");
        if (Spec.SignerName.Length > 0) V1.SignerNames.Expect("signerName", Spec.SignerName, errors);

        // What is stored was right for the reader of its day.
        if (old?.Spec.TrustBundle == Spec.TrustBundle) return;
        if (NameMessage.IsLonger(Spec.TrustBundle, MaximumBytes)) errors.TooLong("trustBundle", MaximumBytes);
        else Check(Spec.TrustBundle, errors);
    }

    private void ValidateName(FieldErrors errors)
    {
        var name = Metadata.Name;
        if (Spec.SignerName.Length == 0)
        {
            if (name.Contains(':', StringComparison.Ordinal)) errors.Invalid("metadata.name", name, "ClusterTrustBundle without signer name must not have \":\" in its name");
            else errors.Invalid("metadata.name", name, DnsName.CheckSubdomain(name));
            return;
        }

        var prefix = $"{Spec.SignerName.Replace('/', ':')}:";
        if (!name.StartsWith(prefix, StringComparison.Ordinal)) errors.Invalid("metadata.name", name, $"ClusterTrustBundle for signerName {Spec.SignerName} must be named with prefix {prefix}");
        else errors.Invalid("metadata.name", name, DnsName.CheckSubdomain(name[prefix.Length..]));
    }

    private static void Check(string bundle, FieldErrors errors)
    {
        var rest = bundle.AsSpan();
        var found = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var broken = errors.Count;
        for (var i = 0; PemEncoding.TryFind(rest, out var block); i++)
        {
            if (Check(rest, block) is { } wrong) errors.Invalid("trustBundle", Omitted, $"entry {i} {wrong}");
            else
            {
                var key = rest[block.Base64Data].ToString().ReplaceLineEndings("");
                if (!found.TryGetValue(key, out var places)) found[key] = places = [];
                places.Add(i);
            }

            rest = rest[block.Location.End..];
        }

        if (errors.Count > broken) return;
        if (found.Count == 0) errors.Invalid("trustBundle", Omitted, "at least one trust anchor must be provided");
        foreach (var places in found.Values.Where(places => places.Count > 1)) errors.Invalid("trustBundle", Omitted, $"duplicate trust anchor (indices [{string.Join(' ', places)}])");
    }

    private static string? Check(ReadOnlySpan<char> text, PemFields block)
    {
        if (!text[block.Label].SequenceEqual("CERTIFICATE")) return $"has bad block type: {text[block.Label]}";
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(text[block.Location]);
            return certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is { CertificateAuthority: true } ? null : "does not have the CA bit set";
        }
        catch (CryptographicException)
        {
            return "does not parse as X.509";
        }
    }
}
