using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <summary>Files of a volume of which one stands where another one, or the folder of another one, is.</summary>
internal static class VolumePathWarnings
{
    public static void Warn(ApiList<Volume> volumes, FieldWarnings warnings)
    {
        foreach (var volume in volumes)
        {
            var source = volume.VolumeSource;
            var name = GoQuote.Quote(volume.Name);
            if (source.ConfigMap is { } map) Overlaps(Paths(map.Items), $"volume {name} (ConfigMap {GoQuote.Quote(map.LocalObjectReference.Name)}): overlapping paths", warnings);
            if (source.Secret is { } secret) Overlaps(Paths(secret.Items), $"volume {name} (Secret {GoQuote.Quote(secret.SecretName)}): overlapping paths", warnings);
            if (source.DownwardAPI is { } downward) Overlaps(Paths(downward.Items), $"volume {name} (DownwardAPI): overlapping paths", warnings);
            if (source.Projected is { } projected) Projected(name, projected, warnings);
        }
    }

    private static void Projected(string name, ProjectedVolumeSource volume, FieldWarnings warnings)
    {
        var all = new SortedSet<string>(Utf8Order.Instance);
        foreach (var source in volume.Sources)
        {
            if (source == VolumeProjection.Empty)
            {
                warnings.Say($"volume {name} (Projected) has no sources provided");
                continue;
            }

            var (paths, what) = Named(source);
            if (paths.Count == 0) continue;
            var text = $"volume {name} (Projected {what}): overlapping paths";
            Overlaps(paths, text, warnings);
            var own = paths.Distinct(StringComparer.Ordinal).ToList();
            Overlaps([.. own.Concat(all).Order(Utf8Order.Instance)], text, warnings);
            all.UnionWith(own);
        }
    }

    private static (List<string> Paths, string What) Named(VolumeProjection source) => source switch
    {
        { ConfigMap: { Items.IsEmpty: false } map } => (Paths(map.Items), $"ConfigMap {GoQuote.Quote(map.LocalObjectReference.Name)}"),
        { Secret: { Items.IsEmpty: false } secret } => (Paths(secret.Items), $"Secret {GoQuote.Quote(secret.LocalObjectReference.Name)}"),
        { DownwardAPI: { Items.IsEmpty: false } downward } => (Paths(downward.Items), "DownwardAPI"),
        { ServiceAccountToken: { } token } => ([token.Path], "ServiceAccountToken"),
        { ClusterTrustBundle: { } bundle } => ([bundle.Path], $"ClusterTrustBundle {GoQuote.Quote(bundle.Name ?? bundle.SignerName ?? "")}"),
        { PodCertificate: { } certificate } => (
            [.. ((string[])[certificate.CredentialBundlePath, certificate.KeyPath, certificate.CertificateChainPath]).Where(path => path.Length > 0)],
            "PodCertificate chain"),
        _ => ([], ""),
    };

    private static List<string> Paths(ApiList<KeyToPath> items) => [.. items.Select(item => item.Path)];

    private static List<string> Paths(ApiList<DownwardAPIVolumeFile> items) => [.. items.Select(item => item.Path)];

    private static void Overlaps(List<string> paths, string text, FieldWarnings warnings)
    {
        var before = new List<string>();
        foreach (var path in paths.Select(path => path.TrimEnd('/')))
        {
            if (before.FirstOrDefault(other => IsOver(path, other)) is { } other) warnings.Say($"{text}: {GoQuote.Quote(path)} with {GoQuote.Quote(other)}");
            if (!before.Contains(path)) before.Add(path);
        }
    }

    // Upstream takes "a" and "ab" for overlapping too.
    private static bool IsOver(string path, string other) => path.Length > 0 && other.Length > 0
        && (other == path || (other + "/").StartsWith(path, StringComparison.Ordinal) || (path + "/").StartsWith(other, StringComparison.Ordinal));
}
