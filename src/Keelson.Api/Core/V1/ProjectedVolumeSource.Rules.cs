using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record KeyToPath
{
    internal void Validate(FieldErrors errors)
    {
        errors.Present("key", Key);
        errors.Present("path", Path);
        PathRules.LocalNonReserved("path", Path, errors);
        PathRules.Mode("mode", Mode, errors);
    }
}

public sealed partial record DownwardAPIVolumeFile
{
    internal void Validate(FieldErrors errors)
    {
        errors.Present("path", Path);
        PathRules.LocalNonReserved("path", Path, errors);
        if (FieldRef is { } field)
        {
            using (errors.In("fieldRef")) EnvironmentRules.Field(field, inVolume: true, errors);
            if (ResourceFieldRef is not null) errors.Invalid(null, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
        }
        else if (ResourceFieldRef is { } resource)
        {
            using (errors.In("resourceFieldRef")) EnvironmentRules.Resource(resource, inVolume: true, errors);
        }
        else
        {
            errors.Required(null, "one of fieldRef and resourceFieldRef is required");
        }

        PathRules.Mode("mode", Mode, errors);
    }
}

public sealed partial record ProjectedVolumeSource
{
    private const string Conflict = "conflicting duplicate paths";
    private const long MinimumTokenSeconds = 10 * 60;
    private const long MaximumTokenSeconds = 1L << 32;
    private const int MinimumCertificateSeconds = 3600;
    private const int MaximumCertificateSeconds = 91 * 86400;

    private static readonly string[] KeyTypes = ["ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519", "RSA3072", "RSA4096"];

    internal void Validate(FieldErrors errors)
    {
        PathRules.Mode("defaultMode", DefaultMode, errors);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Sources.Count; i++) ValidateSource(i, paths, errors);
    }

    /// <summary>Upstream reports files at one path at the volume, and a token's path there, too.</summary>
    private void ValidateSource(int index, HashSet<string> paths, FieldErrors errors)
    {
        var source = Sources[index];
        if (source.Secret is { } secret)
        {
            ValidateItems(index, "secret", secret.LocalObjectReference.Name, secret.Items, paths, errors);
        }

        if (source.ConfigMap is { } config)
        {
            ValidateItems(index, "configMap", config.LocalObjectReference.Name, config.Items, paths, errors);
        }

        foreach (var file in source.DownwardAPI?.Items ?? default)
        {
            using (errors.In("sources", index))
            using (errors.In("downwardAPI")) file.Validate(errors);
            if (file.Path.Length > 0 && !paths.Add(file.Path)) errors.Invalid(null, file.Path, Conflict);
        }

        if (source.ServiceAccountToken is { } token) ValidateToken(index, token, errors);
        if (source.ClusterTrustBundle is { } bundle)
        {
            using (errors.In("sources", index))
            using (errors.In("clusterTrustBundle")) ValidateBundle(bundle, errors);
            if (!paths.Add(bundle.Path)) errors.Invalid(null, bundle.Path, Conflict);
        }

        if (source.PodCertificate is { } certificate)
        {
            using (errors.In("sources", index))
            using (errors.In("podCertificate")) ValidateCertificate(certificate, paths, errors);
        }

        var count = (source.Secret is null ? 0 : 1) + (source.ConfigMap is null ? 0 : 1) + (source.DownwardAPI is null ? 0 : 1)
            + (source.ServiceAccountToken is null ? 0 : 1) + (source.ClusterTrustBundle is null ? 0 : 1) + (source.PodCertificate is null ? 0 : 1);
        if (count <= 1) return;
        using (errors.In("sources", index)) errors.Forbidden(null, "may not specify more than 1 volume type per source");
    }

    private static void ValidateItems(int index, string field, string name, ApiList<KeyToPath> items, HashSet<string> paths, FieldErrors errors)
    {
        using (errors.In("sources", index))
        using (errors.In(field)) errors.Present("name", name);
        for (var i = 0; i < items.Count; i++)
        {
            using (errors.In("sources", index))
            using (errors.In(field))
            using (errors.In("items", i)) items[i].Validate(errors);
            if (items[i].Path.Length > 0 && !paths.Add(items[i].Path)) errors.Invalid(null, name, Conflict);
        }
    }

    private static void ValidateToken(int index, ServiceAccountTokenProjection token, FieldErrors errors)
    {
        using (errors.In("sources", index))
        using (errors.In("serviceAccountToken"))
        {
            var seconds = token.ExpirationSeconds ?? 0;
            if (seconds < MinimumTokenSeconds) errors.Invalid("expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
            if (seconds > MaximumTokenSeconds) errors.Invalid("expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds");
        }

        if (errors.Present("path", token.Path)) PathRules.LocalNonReserved("path", token.Path, errors);
    }

    private static void ValidateBundle(ClusterTrustBundleProjection bundle, FieldErrors errors)
    {
        switch (bundle)
        {
            case { Name: not null, SignerName: not null }:
                errors.Invalid(null, bundle.AsValue(), "only one of name and signerName may be used");
                break;
            case { Name: { } name }:
                errors.Present("name", name, "must be a valid object name");
                // A bundle that belongs to a signer begins with the signer's name, its slashes turned into colons.
                foreach (var message in DnsName.CheckSubdomain(name[(name.LastIndexOf(':') + 1)..]))
                {
                    errors.Invalid("name", name, $"not a valid clustertrustbundlename: {message}");
                }

                if (bundle.LabelSelector is not null)
                {
                    errors.Invalid("labelSelector", bundle.LabelSelector.AsValue(), "labelSelector must be unset if name is specified");
                }

                break;
            case { SignerName: { } signer }:
                if (errors.Present("signerName", signer, "must be a valid signer name")) errors.Invalid("signerName", signer, CheckSigner(signer));
                using (errors.In("labelSelector")) bundle.LabelSelector?.Validate(errors);
                break;
            default:
                errors.Required(null, "either name or signerName must be specified");
                break;
        }

        errors.Present("path", bundle.Path);
        PathRules.LocalNonReserved("path", bundle.Path, errors);
    }

    private static void ValidateCertificate(PodCertificateProjection certificate, HashSet<string> paths, FieldErrors errors)
    {
        if (errors.Present("signerName", certificate.SignerName)) errors.Invalid("signerName", certificate.SignerName, CheckSigner(certificate.SignerName));
        errors.OneOf("keyType", certificate.KeyType, KeyTypes);
        if (certificate.MaxExpirationSeconds is { } seconds and (< MinimumCertificateSeconds or > MaximumCertificateSeconds))
        {
            foreach (var message in FieldName.CheckRange(seconds, MinimumCertificateSeconds, MaximumCertificateSeconds))
            {
                errors.Invalid("maxExpirationSeconds", seconds, message);
            }
        }

        var count = 0;
        Check("credentialBundlePath", certificate.CredentialBundlePath);
        Check("keyPath", certificate.KeyPath);
        Check("certificateChainPath", certificate.CertificateChainPath);
        if (count == 0) errors.Required(null, "specify at least one of credentialBundlePath, keyPath, and certificateChainPath");

        void Check(string field, string path)
        {
            if (path.Length == 0) return;
            count++;
            PathRules.LocalNonReserved(field, path, errors);
            if (!paths.Add(path)) errors.Invalid(field, path, Conflict);
        }
    }

    private static ApiList<string> CheckSigner(string signer)
    {
        var slash = signer.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == signer.Length - 1) return ["must be a fully qualified domain and path of the form 'example.com/signer-name'"];
        return DnsName.CheckFullyQualified(signer[..slash]).AddRange(DnsName.CheckSubdomain(signer[(slash + 1)..]));
    }
}
