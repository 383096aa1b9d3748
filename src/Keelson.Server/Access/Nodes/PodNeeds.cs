using Keelson.Api;
using Keelson.Api.Core.V1;

namespace Keelson.Server.Access.Nodes;

/// <summary>What a pod can need of other objects, in its own namespace.</summary>
internal enum NeedKind { Secret, ConfigMap, Claim, ServiceAccount, ResourceClaim }

/// <summary>One object that a pod needs.</summary>
internal readonly record struct Need(NeedKind Kind, string Namespace, string Name);

/// <summary>Finds what the kubelet of a pod's node has to read for it.</summary>
internal static class PodNeeds
{
    private const string MirrorAnnotation = "kubernetes.io/config.mirror";

    public static HashSet<Need> Of(Pod pod)
    {
        var found = new HashSet<Need>();

        // What a kubelet tells of a pod of its own must not bring rights along.
        if (pod.Metadata.Annotations.ContainsKey(MirrorAnnotation)) return found;
        var (space, spec) = (pod.Metadata.Namespace, pod.Spec);
        Add(NeedKind.ServiceAccount, spec.ServiceAccountName);
        foreach (var secret in spec.ImagePullSecrets) Add(NeedKind.Secret, secret.Name);
        foreach (var container in spec.InitContainers.Concat(spec.Containers)) AddVariables(container.Env, container.EnvFrom);
        foreach (var container in spec.EphemeralContainers) AddVariables(container.EphemeralContainerCommon.Env, container.EphemeralContainerCommon.EnvFrom);
        foreach (var volume in spec.Volumes) AddVolume(pod, volume, Add);
        foreach (var claim in spec.ResourceClaims) Add(NeedKind.ResourceClaim, claim.ResourceClaimName);
        foreach (var claim in pod.Status.ResourceClaimStatuses) Add(NeedKind.ResourceClaim, claim.ResourceClaimName);
        return found;

        void Add(NeedKind kind, string? name)
        {
            if (!string.IsNullOrEmpty(name)) found.Add(new Need(kind, space, name));
        }

        void AddVariables(ApiList<EnvVar> variables, ApiList<EnvFromSource> sources)
        {
            foreach (var variable in variables)
            {
                Add(NeedKind.Secret, variable.ValueFrom?.SecretKeyRef?.LocalObjectReference.Name);
                Add(NeedKind.ConfigMap, variable.ValueFrom?.ConfigMapKeyRef?.LocalObjectReference.Name);
            }

            foreach (var source in sources)
            {
                Add(NeedKind.Secret, source.SecretRef?.LocalObjectReference.Name);
                Add(NeedKind.ConfigMap, source.ConfigMapRef?.LocalObjectReference.Name);
            }
        }
    }

    private static void AddVolume(Pod pod, Volume volume, Action<NeedKind, string?> add)
    {
        var source = volume.VolumeSource;
        add(NeedKind.Claim, source.PersistentVolumeClaim?.ClaimName);
        if (source.Ephemeral is not null) add(NeedKind.Claim, $"{pod.Metadata.Name}-{volume.Name}");
        add(NeedKind.ConfigMap, source.ConfigMap?.LocalObjectReference.Name);
        foreach (var part in source.Projected?.Sources ?? default)
        {
            add(NeedKind.Secret, part.Secret?.LocalObjectReference.Name);
            add(NeedKind.ConfigMap, part.ConfigMap?.LocalObjectReference.Name);
        }

        add(NeedKind.Secret, source.Secret?.SecretName);
        add(NeedKind.Secret, source.Csi?.NodePublishSecretRef?.Name);
        add(NeedKind.Secret, source.AzureFile?.SecretName);
        add(NeedKind.Secret, source.Cephfs?.SecretRef?.Name);
        add(NeedKind.Secret, source.Cinder?.SecretRef?.Name);
        add(NeedKind.Secret, source.FlexVolume?.SecretRef?.Name);
        add(NeedKind.Secret, source.Iscsi?.SecretRef?.Name);
        add(NeedKind.Secret, source.Rbd?.SecretRef?.Name);
        add(NeedKind.Secret, source.ScaleIO?.SecretRef?.Name);
        add(NeedKind.Secret, source.Storageos?.SecretRef?.Name);
    }
}
