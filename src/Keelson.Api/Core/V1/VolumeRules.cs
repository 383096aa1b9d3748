using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <summary>Checks the volumes of a pod, and learns which ones containers may name: those without mistakes.</summary>
internal static class VolumeRules
{
    private const string OneType = "may not specify more than 1 volume type";
    private const int MaximumPortalLength = 64;

    public static void Validate(PodScope scope, FieldErrors errors)
    {
        var volumes = scope.Spec.Volumes;
        if (volumes.IsEmpty) return;
        var claims = ClaimsMade(scope);
        for (var i = 0; i < volumes.Count; i++)
        {
            var volume = volumes[i];
            using (errors.In("volumes", i))
            {
                var before = errors.Total;
                Source(volume, scope, errors);
                errors.PresentLabel("name", volume.Name);
                if (scope.Volumes.ContainsKey(volume.Name)) errors.Duplicate("name", volume.Name);
                if (errors.Total == before) scope.Volumes.Add(volume.Name, volume.VolumeSource);
                if (volume.VolumeSource.PersistentVolumeClaim is not { } claim || claims?.Contains(claim.ClaimName) is not true) continue;
                using (errors.In("persistentVolumeClaim"))
                {
                    errors.Invalid("claimName", claim.ClaimName, "must not reference a PVC that gets created for an ephemeral volume");
                }
            }
        }
    }

    /// <summary>The names of the claims that are made for the pod's ephemeral volumes.</summary>
    private static HashSet<string>? ClaimsMade(PodScope scope)
    {
        HashSet<string>? names = null;
        if (scope.PodName.Length == 0) return null;
        foreach (var volume in scope.Spec.Volumes)
        {
            if (volume.VolumeSource.Ephemeral is not null) (names ??= new(StringComparer.Ordinal)).Add($"{scope.PodName}-{volume.Name}");
        }

        return names;
    }

    private static void Source(Volume volume, PodScope scope, FieldErrors errors)
    {
        var source = volume.VolumeSource;
        var choice = new Choice(errors);
        if (source.EmptyDir is { } empty)
        {
            choice.TakeSilently();
            using (errors.In("emptyDir"))
            {
                if (empty.SizeLimit is { Sign: < 0 }) errors.Forbidden("sizeLimit", "SizeLimit field must be a valid resource quantity");
            }
        }

        choice.Take(source.HostPath, "hostPath", HostPath);
        choice.Take(source.GitRepo, "gitRepo", LegacyVolumeRules.GitRepo);
        choice.Take(source.GcePersistentDisk, "gcePersistentDisk", LegacyVolumeRules.GcePersistentDisk, "persistentDisk");
        choice.Take(source.AwsElasticBlockStore, "awsElasticBlockStore", LegacyVolumeRules.AwsElasticBlockStore);
        choice.Take(source.Secret, "secret", Secret);
        choice.Take(source.Nfs, "nfs", Nfs);
        choice.Take(source.Iscsi, "iscsi", Iscsi);
        if (source.Iscsi is { InitiatorName: not null } iscsi && volume.Name.Length + 1 + iscsi.TargetPortal.Length > MaximumPortalLength)
        {
            errors.Invalid("name", volume.Name,
                "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.");
        }

        choice.Take(source.Glusterfs, "glusterfs", LegacyVolumeRules.Glusterfs);
        choice.Take(source.Flocker, "flocker", LegacyVolumeRules.Flocker);
        choice.Take(source.PersistentVolumeClaim, "persistentVolumeClaim", static (claim, errors) => errors.Present("claimName", claim.ClaimName));
        choice.Take(source.Rbd, "rbd", LegacyVolumeRules.Rbd);
        choice.Take(source.Cinder, "cinder", LegacyVolumeRules.Cinder);
        choice.Take(source.Cephfs, "cephFS", LegacyVolumeRules.Cephfs, "cephfs");
        choice.Take(source.Quobyte, "quobyte", LegacyVolumeRules.Quobyte);
        // Upstream misspells the field when it is one too many.
        choice.Take(source.DownwardAPI, "downwarAPI", DownwardApi, "downwardAPI");
        choice.Take(source.Fc, "fc", LegacyVolumeRules.FibreChannel);
        choice.Take(source.FlexVolume, "flexVolume", LegacyVolumeRules.FlexVolume);
        choice.Take(source.ConfigMap, "configMap", ConfigMap);
        choice.Take(source.AzureFile, "azureFile", LegacyVolumeRules.AzureFile);
        choice.Take(source.VsphereVolume, "vsphereVolume", static (disk, errors) => errors.Present("volumePath", disk.VolumePath));
        choice.Take(source.PhotonPersistentDisk, "photonPersistentDisk", static (disk, errors) => errors.Present("pdID", disk.PdID));
        choice.Take(source.PortworxVolume, "portworxVolume", static (disk, errors) => errors.Present("volumeID", disk.VolumeID));
        choice.Take(source.AzureDisk, "azureDisk", LegacyVolumeRules.AzureDisk);
        choice.Take(source.Storageos, "storageos", LegacyVolumeRules.StorageOs);
        choice.Take(source.Projected, "projected", static (projected, errors) => projected.Validate(errors));
        choice.Take(source.ScaleIO, "scaleIO", LegacyVolumeRules.ScaleIo);
        choice.Take(source.Csi, "csi", Csi);
        choice.Take(source.Ephemeral, "ephemeral", EphemeralVolumeRules.Validate);
        if (choice.WasLast(source.Ephemeral)) EphemeralVolumeRules.Name(volume, scope.PodName, errors);
        choice.Take(source.Image, "image", Image);
        if (!choice.IsMade) errors.Required(null, "must specify a volume type");
    }

    private static void HostPath(HostPathVolumeSource host, FieldErrors errors)
    {
        if (!errors.Present("path", host.Path)) return;
        PathRules.NoBacksteps("path", host.Path, errors);
        if (host.Type is not { } type) return;
        errors.OneOf("type", type,
            HostPathType.Unset, HostPathType.BlockDevice, HostPathType.CharDevice, HostPathType.Directory, HostPathType.DirectoryOrCreate,
            HostPathType.File, HostPathType.FileOrCreate, HostPathType.Socket);
    }

    private static void Secret(SecretVolumeSource secret, FieldErrors errors)
    {
        errors.Present("secretName", secret.SecretName);
        PathRules.Mode("defaultMode", secret.DefaultMode, errors);
        Items(secret.Items, errors);
    }

    private static void ConfigMap(ConfigMapVolumeSource config, FieldErrors errors)
    {
        errors.Present("name", config.LocalObjectReference.Name);
        PathRules.Mode("defaultMode", config.DefaultMode, errors);
        Items(config.Items, errors);
    }

    private static void Items(ApiList<KeyToPath> items, FieldErrors errors)
    {
        for (var i = 0; i < items.Count; i++)
        {
            using (errors.In("items", i)) items[i].Validate(errors);
        }
    }

    private static void DownwardApi(DownwardAPIVolumeSource downward, FieldErrors errors)
    {
        PathRules.Mode("defaultMode", downward.DefaultMode, errors);
        // Upstream does not say which of the files it is.
        foreach (var file in downward.Items) file.Validate(errors);
    }

    private static void Nfs(NFSVolumeSource nfs, FieldErrors errors)
    {
        errors.Present("server", nfs.Server);
        errors.Present("path", nfs.Path);
        if (!nfs.Path.StartsWith('/')) errors.Invalid("path", nfs.Path, "must be an absolute path");
    }

    private static void Iscsi(ISCSIVolumeSource iscsi, FieldErrors errors)
    {
        errors.Present("targetPortal", iscsi.TargetPortal);
        if (errors.Present("iqn", iscsi.Iqn)) IscsiName.Validate("iqn", iscsi.Iqn, errors);
        if (iscsi.Lun is < 0 or > 255) errors.Invalid("lun", iscsi.Lun, "must be between 0 and 255, inclusive");
        if ((iscsi.ChapAuthDiscovery || iscsi.ChapAuthSession) && iscsi.SecretRef is null) errors.Required("secretRef");
        if (iscsi.InitiatorName is { } name) IscsiName.Validate("initiatorname", name, errors);
    }

    private static void Csi(CSIVolumeSource csi, FieldErrors errors)
    {
        errors.Present("driver", csi.Driver);
        if (csi.Driver.Length > Names.DnsName.MaximumLabelLength) errors.TooLong("driver", Names.DnsName.MaximumLabelLength);
        errors.Invalid("driver", csi.Driver, Names.DnsName.CheckSubdomain(csi.Driver.ToLowerInvariant()));
        if (csi.NodePublishSecretRef is not { } secret) return;
        if (secret.Name.Length > 0)
        {
            errors.Subdomain("name", secret.Name);
            return;
        }

        using (errors.In("nodePublishSecretRef")) errors.Required("name");
    }

    private static void Image(ImageVolumeSource image, FieldErrors errors)
    {
        errors.Present("reference", image.Reference);
        errors.PresentOneOf("pullPolicy", image.PullPolicy, PullPolicy.Always, PullPolicy.IfNotPresent, PullPolicy.Never);
    }

    /// <summary>The one source that a volume may have: the first is checked, those after it are refused.</summary>
    private ref struct Choice(FieldErrors errors)
    {
        private object? _made;

        public readonly bool IsMade => _made is not null;

        public void TakeSilently() => _made = OneType;

        public readonly bool WasLast(object? source) => source is not null && ReferenceEquals(_made, source);

        public void Take<T>(T? source, string field, Action<T, FieldErrors> validate, string? checkedField = null)
            where T : class
        {
            if (source is null) return;
            if (IsMade)
            {
                errors.Forbidden(field, OneType);
                return;
            }

            _made = source;
            using (errors.In(checkedField ?? field)) validate(source, errors);
        }

    }
}
