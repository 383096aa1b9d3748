using System.Text;
using Keelson.Api;
using Keelson.Api.Authentication.V1;
using Keelson.Api.Core.V1;
using Keelson.Client;
using Keelson.Client.Resources;
using Keelson.Node.Kubelet.Pods;
using Keelson.Node.Kubelet.Variables;

namespace Keelson.Node.Kubelet.Volumes;

/// <summary>Reads what the files of a volume should be.</summary>
internal sealed class VolumeFiles(ObjectSource objects, KubeletOptions options)
{
    private const int DefaultMode = 0x1A4;
    private const long DefaultTokenSeconds = 3600;
    private readonly TrustBundles _bundles = new(objects.Client);

    /// <summary>Whether the volume is made of files that the kubelet writes.</summary>
    public static bool HasFiles(Volume volume) => volume.VolumeSource is { ConfigMap: not null } or { Secret: not null } or { DownwardAPI: not null } or { Projected: not null };

    public async Task<IReadOnlyDictionary<string, VolumeFile>> ReadAsync(PodView view, Volume volume, string folder, CancellationToken cancel)
    {
        var files = new Dictionary<string, VolumeFile>(StringComparer.Ordinal);
        switch (volume.VolumeSource)
        {
            case { ConfigMap: { } map }:
                await AddAsync(view.Pod, map.LocalObjectReference.Name, map.Items, map.Optional, map.DefaultMode ?? DefaultMode, files, cancel).ConfigureAwait(false);
                break;
            case { Secret: { } secret }:
                await AddSecretAsync(view.Pod, secret.SecretName, secret.Items, secret.Optional, secret.DefaultMode ?? DefaultMode, files, cancel).ConfigureAwait(false);
                break;
            case { DownwardAPI: { } downward }:
                Add(view, downward.Items, downward.DefaultMode ?? DefaultMode, files);
                break;
            case { Projected: { } projected }:
                foreach (var source in projected.Sources) await AddAsync(view, source, projected.DefaultMode ?? DefaultMode, folder, files, cancel).ConfigureAwait(false);
                break;
        }

        var owner = VolumeOwner.Of(view.Pod);
        return files.ToDictionary(file => file.Key, file => file.Value with { Mode = owner.FileMode(file.Value.Mode) }, StringComparer.Ordinal);
    }

    private async Task AddAsync(PodView view, VolumeProjection source, int mode, string folder, Dictionary<string, VolumeFile> files, CancellationToken cancel)
    {
        if (source.ConfigMap is { } map) await AddAsync(view.Pod, map.LocalObjectReference.Name, map.Items, map.Optional, mode, files, cancel).ConfigureAwait(false);
        else if (source.Secret is { } secret) await AddSecretAsync(view.Pod, secret.LocalObjectReference.Name, secret.Items, secret.Optional, mode, files, cancel).ConfigureAwait(false);
        else if (source.DownwardAPI is { } downward) Add(view, downward.Items, mode, files);
        else if (source.ServiceAccountToken is { } token)
        {
            var owner = VolumeOwner.Of(view.Pod);
            files[token.Path] = new VolumeFile(await TokenAsync(view.Pod, token, folder, cancel).ConfigureAwait(false), owner.TokenMode(mode)) { User = owner.User };
        }
        else if (source.ClusterTrustBundle is { } bundle) await _bundles.AddAsync(bundle, mode, files, cancel).ConfigureAwait(false);
        else throw new StartException("ContainerCreating", "this kubelet does not know this kind of projected source");
    }

    /// <summary>A token that is valid for a while; the one on disk serves until a fifth of its time is left.</summary>
    private async Task<byte[]> TokenAsync(Pod pod, ServiceAccountTokenProjection projection, string folder, CancellationToken cancel)
    {
        var seconds = projection.ExpirationSeconds ?? DefaultTokenSeconds;
        var file = Path.Combine(folder, "..data", projection.Path);
        var now = options.Time.GetUtcNow();
        // The file's own time says nothing: it is written again whenever another file of the volume changes.
        if (File.Exists(file) && await File.ReadAllBytesAsync(file, cancel).ConfigureAwait(false) is var known && TokenTimes.IsFresh(known, now)) return known;

        var account = pod.Spec.ServiceAccountName.Length > 0 ? pod.Spec.ServiceAccountName : "default";
        var spec = new TokenRequestSpec
        {
            Audiences = projection.Audience.Length > 0 ? [projection.Audience] : default,
            ExpirationSeconds = seconds,
            BoundObjectRef = new BoundObjectReference { Kind = "Pod", ApiVersion = "v1", Name = pod.Metadata.Name, Uid = pod.Metadata.Uid },
        };
        try
        {
            var answer = await objects.Client.Resource<ServiceAccount>().In(pod.Metadata.Namespace).CreateTokenAsync(account, spec, cancel).ConfigureAwait(false);
            return Encoding.UTF8.GetBytes(answer.Status.Token);
        }
        catch (ApiException failure)
        {
            throw new StartException("ContainerCreating", $"failed to fetch token: {failure.Message}", failure);
        }
    }

    private async Task AddAsync(Pod pod, string name, ApiList<KeyToPath> items, bool? optional, int mode, Dictionary<string, VolumeFile> files, CancellationToken cancel)
    {
        var map = await objects.ConfigMapAsync(pod.Metadata.Namespace, name, cancel).ConfigureAwait(false);
        if (map is null && optional != true) throw new StartException("ContainerCreating", $"configmap \"{name}\" not found");
        var content = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (key, value) in map?.Data ?? default) content[key] = Encoding.UTF8.GetBytes(value);
        foreach (var (key, value) in map?.BinaryData ?? default) content[key] = value.ToArray();
        Choose(content, items, optional, mode, files, "configmap");
    }

    private async Task AddSecretAsync(Pod pod, string name, ApiList<KeyToPath> items, bool? optional, int mode, Dictionary<string, VolumeFile> files, CancellationToken cancel)
    {
        var secret = await objects.SecretAsync(pod.Metadata.Namespace, name, cancel).ConfigureAwait(false);
        if (secret is null && optional != true) throw new StartException("ContainerCreating", $"secret \"{name}\" not found");
        var content = (secret?.Data ?? default).ToDictionary(entry => entry.Key, entry => entry.Value.ToArray(), StringComparer.Ordinal);
        Choose(content, items, optional, mode, files, "secret");
    }

    private static void Choose(Dictionary<string, byte[]> content, ApiList<KeyToPath> items, bool? optional, int mode, Dictionary<string, VolumeFile> files, string kind)
    {
        if (items.IsEmpty)
        {
            foreach (var (key, value) in content) files[key] = new VolumeFile(value, mode);
            return;
        }

        foreach (var item in items)
        {
            if (content.TryGetValue(item.Key, out var value)) files[item.Path] = new VolumeFile(value, item.Mode ?? mode);
            else if (optional != true) throw new StartException("ContainerCreating", $"{kind} references non-existent config key: {item.Key}");
        }
    }

    private void Add(PodView view, ApiList<DownwardAPIVolumeFile> items, int mode, Dictionary<string, VolumeFile> files)
    {
        foreach (var item in items)
        {
            var value = item switch
            {
                { FieldRef: { } field } => FieldValues.Field(view, field.FieldPath, options.NodeAddress),
                { ResourceFieldRef: { } resource } => FieldValues.Resource(view.Pod, null, resource, options.Allocatable ?? options.Capacity),
                _ => null,
            };
            files[item.Path] = new VolumeFile(Encoding.UTF8.GetBytes(value ?? throw new StartException("ContainerCreating", $"the file {item.Path} asks for what pods do not offer")), item.Mode ?? mode);
        }
    }
}
