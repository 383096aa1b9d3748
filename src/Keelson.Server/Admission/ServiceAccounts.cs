using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Server.Objects;

namespace Keelson.Server.Admission;

/// <summary>Every pod runs as an account that exists, and finds a token of it in its containers unless somebody does not want that.</summary>
internal sealed class ServiceAccounts(AdmissionLookup lookup, Func<string, string> newName) : IAdmissionPlugin
{
    private const string DefaultAccount = "default";
    private const string MountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
    private const string VolumePrefix = "kube-api-access-";
    private const string MirrorAnnotation = "kubernetes.io/config.mirror";
    private const string EnforceAnnotation = "kubernetes.io/enforce-mountable-secrets";
    private const int FileMode = 0b110_100_100;

    /// <summary>How long a token is good for: an hour and a little, as upstream, so that it is told from one that somebody asked for by hand.</summary>
    private const long TokenSeconds = 3607;

    public async ValueTask<ApiObject?> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (!IsNewPod(request) || request.Object!.Typed is not Pod pod || IsMirror(pod)) return request.Object;
        var spec = pod.Spec;
        var name = spec.ServiceAccountName.Length == 0 ? DefaultAccount : spec.ServiceAccountName;
        var account = await FindAsync(request, name, cancel).ConfigureAwait(false);
        spec = spec with { ServiceAccountName = name, ServiceAccount = name };
        if (spec.ImagePullSecrets.IsEmpty) spec = spec with { ImagePullSecrets = account.ImagePullSecrets };
        if (spec.AutomountServiceAccountToken ?? account.AutomountServiceAccountToken ?? true) spec = WithToken(spec);
        return new TypedObject(pod with { Spec = spec });
    }

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (!IsNewPod(request) || request.Object!.Typed is not Pod pod) return;
        if (IsMirror(pod))
        {
            CheckMirror(request, pod.Spec);
            return;
        }

        var account = await FindAsync(request, pod.Spec.ServiceAccountName, cancel).ConfigureAwait(false);
        if (account.Metadata.Annotations.GetValueOrDefault(EnforceAnnotation) == "true") CheckSecrets(request, pod.Spec, account);
    }

    private static bool IsNewPod(AdmissionRequest request) => request is { Operation: AdmissionOperation.Create, IsWhole: true, Object.Typed: Pod };

    private static bool IsMirror(Pod pod) => pod.Metadata.Annotations.ContainsKey(MirrorAnnotation);

    private async ValueTask<ServiceAccount> FindAsync(AdmissionRequest request, string name, CancellationToken cancel)
    {
        var space = request.Name.Namespace;
        return await lookup.FindAsync<ServiceAccount>("", "serviceaccounts", space, name, cancel).ConfigureAwait(false)
            ?? throw request.Forbid($"error looking up service account {space}/{name}: serviceaccount \"{name}\" not found");
    }

    // What a kubelet tells of a pod of its own must not bring rights along.
    private static void CheckMirror(AdmissionRequest request, PodSpec spec)
    {
        if (spec.ServiceAccountName.Length > 0) throw request.Forbid("a mirror pod may not reference service accounts");
        if (spec.Volumes.Any(volume => volume.VolumeSource.Secret is not null)) throw request.Forbid("a mirror pod may not reference secrets");
        foreach (var volume in spec.Volumes)
        {
            if (volume.VolumeSource.Projected is { } projected && projected.Sources.Any(source => source.ServiceAccountToken is not null))
            {
                throw request.Forbid("a mirror pod may not use ServiceAccountToken volume projections");
            }
        }
    }

    private static void CheckSecrets(AdmissionRequest request, PodSpec spec, ServiceAccount account)
    {
        var mountable = account.Secrets.Select(secret => secret.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var volume in spec.Volumes)
        {
            if (volume.VolumeSource.Secret is { } secret && !mountable.Contains(secret.SecretName))
            {
                throw request.Forbid($"volume with secret.secretName=\"{secret.SecretName}\" is not allowed because service account {account.Metadata.Name} does not reference that secret");
            }
        }

        foreach (var (kind, container) in spec.InitContainers.Select(container => ("init container", container)).Concat(spec.Containers.Select(container => ("container", container))))
        {
            foreach (var variable in container.Env)
            {
                if (variable.ValueFrom?.SecretKeyRef is { } key && !mountable.Contains(key.LocalObjectReference.Name))
                {
                    throw request.Forbid($"{kind} {container.Name} with envVar {variable.Name} referencing secret.secretName=\"{key.LocalObjectReference.Name}\" is not allowed because service account {account.Metadata.Name} does not reference that secret");
                }
            }
        }

        var pullable = account.ImagePullSecrets.Select(secret => secret.Name).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < spec.ImagePullSecrets.Count; i++)
        {
            if (pullable.Contains(spec.ImagePullSecrets[i].Name)) continue;
            throw request.Forbid($"imagePullSecrets[{i}].name=\"{spec.ImagePullSecrets[i].Name}\" is not allowed because service account {account.Metadata.Name} does not reference that imagePullSecret");
        }
    }

    private PodSpec WithToken(PodSpec spec)
    {
        var known = spec.Volumes.FindIndex(volume => volume.Name.StartsWith(VolumePrefix, StringComparison.Ordinal));
        var name = known >= 0 ? spec.Volumes[known].Name : newName(VolumePrefix);
        var mount = new VolumeMount { Name = name, ReadOnly = true, MountPath = MountPath };
        var changed = spec with { InitContainers = Mount(spec.InitContainers, mount), Containers = Mount(spec.Containers, mount) };
        if (changed.InitContainers == spec.InitContainers && changed.Containers == spec.Containers) return spec;
        return known >= 0 ? changed : changed with { Volumes = spec.Volumes.Add(new Volume { Name = name, VolumeSource = TokenVolume() }) };
    }

    private static ApiList<Container> Mount(ApiList<Container> containers, VolumeMount mount)
    {
        for (var i = 0; i < containers.Count; i++)
        {
            var container = containers[i];
            if (container.VolumeMounts.Any(known => known.MountPath == MountPath)) continue;
            containers = containers.With(i, container with { VolumeMounts = container.VolumeMounts.Add(mount) });
        }

        return containers;
    }

    private static VolumeSource TokenVolume() => new()
    {
        Projected = new ProjectedVolumeSource
        {
            DefaultMode = FileMode,
            Sources =
            [
                new VolumeProjection { ServiceAccountToken = new ServiceAccountTokenProjection { Path = "token", ExpirationSeconds = TokenSeconds } },
                new VolumeProjection
                {
                    ConfigMap = new ConfigMapProjection
                    {
                        LocalObjectReference = new LocalObjectReference { Name = "kube-root-ca.crt" },
                        Items = [new KeyToPath { Key = "ca.crt", Path = "ca.crt" }],
                    },
                },
                new VolumeProjection
                {
                    DownwardAPI = new DownwardAPIProjection
                    {
                        Items = [new DownwardAPIVolumeFile { Path = "namespace", FieldRef = new ObjectFieldSelector { ApiVersion = "v1", FieldPath = "metadata.namespace" } }],
                    },
                },
            ],
        },
    };
}
