using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <summary>Checks the sources of volumes that came before drivers were plugged in.</summary>
internal static class LegacyVolumeRules
{
    private const string Partition = "must be between 1 and 255, inclusive";
    private const string HostPorts = "must be a host:port pair or multiple pairs separated by commas";
    private const string NamedSecret = "secretRef";

    public static void GitRepo(GitRepoVolumeSource git, FieldErrors errors)
    {
        errors.Present("repository", git.Repository);
        PathRules.LocalDescending("directory", git.Directory, errors);
    }

    public static void GcePersistentDisk(GCEPersistentDiskVolumeSource disk, FieldErrors errors)
    {
        errors.Present("pdName", disk.PdName);
        if (disk.Partition is < 0 or > 255) errors.Invalid("partition", disk.Partition, Partition);
    }

    public static void AwsElasticBlockStore(AWSElasticBlockStoreVolumeSource disk, FieldErrors errors)
    {
        errors.Present("volumeID", disk.VolumeID);
        if (disk.Partition is < 0 or > 255) errors.Invalid("partition", disk.Partition, Partition);
    }

    public static void Glusterfs(GlusterfsVolumeSource volume, FieldErrors errors)
    {
        errors.Present("endpoints", volume.Endpoints);
        errors.Present("path", volume.Path);
    }

    public static void Flocker(FlockerVolumeSource flocker, FieldErrors errors)
    {
        if (flocker.DatasetName.Length == 0 && flocker.DatasetUUID.Length == 0) errors.Required(null, "one of datasetName and datasetUUID is required");
        if (flocker.DatasetName.Length > 0 && flocker.DatasetUUID.Length > 0)
        {
            errors.Invalid(null, "resource", "datasetName and datasetUUID can not be specified simultaneously");
        }

        if (flocker.DatasetName.Contains('/', StringComparison.Ordinal)) errors.Invalid("datasetName", flocker.DatasetName, "must not contain '/'");
    }

    public static void Rbd(RBDVolumeSource rbd, FieldErrors errors)
    {
        if (rbd.Monitors.IsEmpty) errors.Required("monitors");
        errors.Present("image", rbd.Image);
    }

    public static void Cinder(CinderVolumeSource cinder, FieldErrors errors)
    {
        errors.Present("volumeID", cinder.VolumeID);
        Secret(cinder.SecretRef, errors);
    }

    public static void Cephfs(CephFSVolumeSource ceph, FieldErrors errors)
    {
        if (ceph.Monitors.IsEmpty) errors.Required("monitors");
    }

    public static void Quobyte(QuobyteVolumeSource quobyte, FieldErrors errors)
    {
        if (quobyte.Registry.Length == 0)
        {
            errors.Required("registry", HostPorts);
        }
        else if (quobyte.Tenant.Length >= 65)
        {
            errors.Required("tenant", "must be a UUID and may not exceed a length of 64 characters");
        }
        else
        {
            foreach (var pair in quobyte.Registry.Split(','))
            {
                if (!IsHostPort(pair)) errors.Invalid("registry", quobyte.Registry, HostPorts);
            }
        }

        errors.Present("volume", quobyte.Volume);
    }

    public static void FibreChannel(FCVolumeSource channel, FieldErrors errors)
    {
        if (channel.TargetWWNs.IsEmpty && channel.Wwids.IsEmpty) errors.Required("targetWWNs", "must specify either targetWWNs or wwids, but not both");
        if (!channel.TargetWWNs.IsEmpty && !channel.Wwids.IsEmpty)
        {
            errors.Invalid("targetWWNs", channel.TargetWWNs.AsValue(), "targetWWNs and wwids can not be specified simultaneously");
        }

        if (channel.TargetWWNs.IsEmpty) return;
        if (channel.Lun is not { } unit) errors.Required("lun", "lun is required if targetWWNs is specified");
        else if (unit is < 0 or > 255) errors.Invalid("lun", unit, "must be between 0 and 255, inclusive");
    }

    public static void FlexVolume(FlexVolumeSource flex, FieldErrors errors)
    {
        errors.Present("driver", flex.Driver);
        foreach (var (key, _) in flex.Options)
        {
            var slash = key.IndexOf('/', StringComparison.Ordinal);
            var domain = $".{(slash < 0 ? key : key[..slash]).ToLowerInvariant()}";
            if (!domain.EndsWith(".kubernetes.io", StringComparison.Ordinal) && !domain.EndsWith(".k8s.io", StringComparison.Ordinal)) continue;
            using (errors.In("options", key)) errors.Invalid(null, key, "kubernetes.io and k8s.io namespaces are reserved");
        }
    }

    public static void AzureFile(AzureFileVolumeSource azure, FieldErrors errors)
    {
        errors.Present("secretName", azure.SecretName);
        errors.Present("shareName", azure.ShareName);
    }

    public static void AzureDisk(AzureDiskVolumeSource azure, FieldErrors errors)
    {
        errors.Present("diskName", azure.DiskName);
        errors.Present("diskURI", azure.DiskURI);
        if (azure.CachingMode is { } caching)
        {
            errors.OneOf("cachingMode", caching, AzureDataDiskCachingMode.None, AzureDataDiskCachingMode.ReadOnly, AzureDataDiskCachingMode.ReadWrite);
        }

        if (azure.Kind is not { } kind) return;
        errors.OneOf("kind", kind, AzureDataDiskKind.Dedicated, AzureDataDiskKind.Managed, AzureDataDiskKind.Shared);
        if (kind == AzureDataDiskKind.Managed)
        {
            if (!azure.DiskURI.StartsWith("/subscriptions/", StringComparison.Ordinal))
            {
                errors.NotSupported("diskURI", azure.DiskURI,
                    ["/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"]);
            }
        }
        else if (!azure.DiskURI.StartsWith("https://", StringComparison.Ordinal))
        {
            errors.NotSupported("diskURI", azure.DiskURI, ["https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"]);
        }
    }

    public static void StorageOs(StorageOSVolumeSource storage, FieldErrors errors)
    {
        errors.PresentLabel("volumeName", storage.VolumeName);
        if (storage.VolumeNamespace.Length > 0) errors.Label("volumeNamespace", storage.VolumeNamespace);
        Secret(storage.SecretRef, errors);
    }

    public static void ScaleIo(ScaleIOVolumeSource scale, FieldErrors errors)
    {
        errors.Present("gateway", scale.Gateway);
        errors.Present("system", scale.System);
        errors.Present("volumeName", scale.VolumeName);
    }

    private static void Secret(LocalObjectReference? secret, FieldErrors errors)
    {
        if (secret is null) return;
        using (errors.In(NamedSecret)) errors.Present("name", secret.Name);
    }

    /// <summary>Whether text is a host, which if it has colons is in brackets, and after a colon a port.</summary>
    private static bool IsHostPort(string pair)
    {
        var colon = pair.LastIndexOf(':');
        if (colon < 0) return false;
        var host = pair.AsSpan(0, colon);
        if (host.StartsWith("[")) return host.EndsWith("]") && !host[1..^1].ContainsAny('[', ']');
        return !host.ContainsAny(":[]") && !pair.AsSpan(colon).ContainsAny('[', ']');
    }
}
