using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Certificates.V1Beta1;

public sealed partial record ClusterTrustBundle : IHasRules
{
    private const int MaximumBytes = 1024 * 1024;

    public void Validate(FieldErrors errors)
    {
        if (Spec.SignerName.Length > 0)
        {
            var prefix = $"{Spec.SignerName.Replace('/', ':')}:";
            if (Metadata.Name.Length > 0 && !Metadata.Name.StartsWith(prefix, StringComparison.Ordinal))
            {
                errors.Invalid("metadata.name", Metadata.Name, $"ClusterTrustBundle for signerName {Spec.SignerName} must be named with prefix {prefix}");
            }
        }

        using var scope = errors.In("spec");
        if (Spec.SignerName.Length > 0) V1.SignerNames.Expect("signerName", Spec.SignerName, errors);
        if (NameMessage.IsLonger(Spec.TrustBundle, MaximumBytes)) errors.TooLong("trustBundle", MaximumBytes);
        else if (Check(Spec.TrustBundle) is { } wrong) errors.Invalid("trustBundle", "<value omitted>", wrong);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        Validate(errors);
        using (errors.In("spec")) errors.ExpectSame("signerName", Spec.SignerName, ((ClusterTrustBundle)old).Spec.SignerName);
    }

    private static string? Check(string bundle)
    {
        var rest = bundle.AsSpan();
        var count = 0;
        while (PemEncoding.TryFind(rest, out var block))
        {
            var label = rest[block.Label];
            if (!label.SequenceEqual("CERTIFICATE")) return $"entry {count} has bad block type: {label}";
            try
            {
                using var certificate = X509Certificate2.CreateFromPem(rest[block.Location]);
            }
            catch (CryptographicException error)
            {
                return $"entry {count} does not parse as X.509: {error.Message}";
            }

            count++;
            rest = rest[block.Location.End..];
        }

        return count == 0 ? "at least one trust anchor must be provided" : null;
    }
}
