using System.Text;
using Keelson.Api.Certificates.V1Beta1;
using Keelson.Api.Core.V1;
using Keelson.Api.Selectors;
using Keelson.Client;
using Keelson.Node.Kubelet.Pods;

namespace Keelson.Node.Kubelet.Volumes;

/// <summary>Reads the certificates that the cluster tells pods to trust.</summary>
internal sealed class TrustBundles(ApiClient client)
{
    public async Task AddAsync(ClusterTrustBundleProjection source, int mode, Dictionary<string, VolumeFile> files, CancellationToken cancel)
    {
        var certificates = source.Name is { Length: > 0 } name ? await NamedAsync(name, cancel).ConfigureAwait(false) : await SignedAsync(source, cancel).ConfigureAwait(false);
        if (certificates is null && source.Optional != true)
        {
            throw new StartException("ContainerCreating", source.Name is { Length: > 0 } ? $"clustertrustbundle \"{source.Name}\" not found" : $"combination of signerName={source.SignerName} and labelSelector matched zero ClusterTrustBundles");
        }

        files[source.Path] = new VolumeFile(Encoding.UTF8.GetBytes(certificates ?? ""), mode);
    }

    private async Task<string?> NamedAsync(string name, CancellationToken cancel) =>
        (await client.Resource<ClusterTrustBundle>().FindAsync(name, cancel).ConfigureAwait(false))?.Spec.TrustBundle;

    private async Task<string?> SignedAsync(ClusterTrustBundleProjection source, CancellationToken cancel)
    {
        // No selector at all selects nothing; an empty one selects everything.
        if (source.LabelSelector is not { } selector) return null;
        var expressions = selector.MatchExpressions.Select(expression => new LabelExpression(expression.Key, expression.Operator, [.. expression.Values])).ToArray();
        if (!LabelQuery.TryCreate(selector.MatchLabels, expressions, out var query, out var error)) throw new StartException("ContainerCreating", error);
        var chosen = (await AllAsync(cancel).ConfigureAwait(false)).Where(bundle => bundle.Spec.SignerName == source.SignerName && query.Matches(bundle.Metadata.Labels)).ToList();
        return chosen.Count == 0 ? null : string.Join('\n', chosen.Select(bundle => bundle.Spec.TrustBundle.TrimEnd('\n')).Distinct()) + "\n";
    }

    // Bundles are a beta that servers serve on request only.
    private async Task<IReadOnlyList<ClusterTrustBundle>> AllAsync(CancellationToken cancel)
    {
        try
        {
            return [.. (await client.Resource<ClusterTrustBundle>().ListAsync(cancel: cancel).ConfigureAwait(false)).Items];
        }
        catch (ApiException none) when (none.IsNotFound)
        {
            return [];
        }
    }
}
