using System.Text.RegularExpressions;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <content>What each sort of volume must say of itself.</content>
public sealed partial record PersistentVolumeSource
{
    private const string NotValid = "must be valid format";
    private const int MaximumPartition = 255;
    private const int MaximumPortalLength = 64;

    internal PersistentVolumeSource WithDefaults() => this with
    {
        HostPath = HostPath is { Type: null } ? HostPath with { Type = "" } : HostPath,
        Rbd = Rbd is null ? null : Rbd with
        {
            Pool = Or(Rbd.Pool, "rbd"),
            User = Or(Rbd.User, "admin"),
            Keyring = Or(Rbd.Keyring, "/etc/ceph/keyring"),
        },
        Iscsi = Iscsi is null ? null : Iscsi with { IscsiInterface = Or(Iscsi.IscsiInterface, "default") },
        AzureDisk = AzureDisk is null ? null : AzureDisk with
        {
            CachingMode = AzureDisk.CachingMode ?? "ReadWrite",
            FsType = AzureDisk.FsType ?? "ext4",
            ReadOnly = AzureDisk.ReadOnly ?? false,
            Kind = AzureDisk.Kind ?? "Shared",
        },
        ScaleIO = ScaleIO is null ? null : ScaleIO with { StorageMode = Or(ScaleIO.StorageMode, "ThinProvisioned"), FsType = Or(ScaleIO.FsType, "xfs") },
    };

    /// <summary>Reports what is wrong with the source of a volume. The place of the errors is the volume's spec.</summary>
    internal static void Validate(PersistentVolumeSpec spec, string name, FieldErrors errors)
    {
        var source = spec.PersistentVolumeSource;
        var count = 0;
        // In upstream's order, since only the first is looked at. Some fields go by other names in its paths.
        One("hostPath", source.HostPath, Check);
        One("gcePersistentDisk", source.GcePersistentDisk, static (disk, errors) => CheckDisk("pdName", disk.PdName, disk.Partition, errors), "persistentDisk");
        One("awsElasticBlockStore", source.AwsElasticBlockStore, static (disk, errors) => CheckDisk("volumeID", disk.VolumeID, disk.Partition, errors));
        One("glusterfs", source.Glusterfs, Check);
        One("flocker", source.Flocker, Check);
        One("nfs", source.Nfs, Check);
        One("rbd", source.Rbd, Check);
        One("quobyte", source.Quobyte, Check);
        One("cephFS", source.Cephfs, Check, "cephfs");
        One("iscsi", source.Iscsi, (target, errors) => Check(target, name, errors));
        One("cinder", source.Cinder, Check);
        One("fc", source.Fc, Check);
        if (source.FlexVolume is { } flex)
        {
            count++;
            using (errors.In("flexVolume")) Check(flex, errors);
        }

        One("azureFile", source.AzureFile, Check);
        One("vsphereVolume", source.VsphereVolume, static (disk, errors) => errors.ExpectGiven("volumePath", disk.VolumePath));
        One("photonPersistentDisk", source.PhotonPersistentDisk, static (disk, errors) => errors.ExpectGiven("pdID", disk.PdID));
        One("portworxVolume", source.PortworxVolume, static (volume, errors) => errors.ExpectGiven("volumeID", volume.VolumeID));
        One("azureDisk", source.AzureDisk, Check);
        One("scaleIO", source.ScaleIO, Check);
        if (One("local", source.Local, Check) && spec.NodeAffinity is null) errors.Required("nodeAffinity", "Local volume requires node affinity");
        One("storageos", source.Storageos, Check);
        One("csi", source.Csi, Check);
        if (count == 0) errors.Required(null, "must specify a volume type");
        if (source.HostPath is { } host && IsRoot(host.Path) && spec.PersistentVolumeReclaimPolicy == PersistentVolumeReclaimPolicy.Recycle)
        {
            errors.Forbidden("persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'");
        }

        bool One<T>(string field, T? volume, Action<T, FieldErrors> check, string? path = null)
            where T : class
        {
            if (volume is null) return false;
            if (count > 0)
            {
                errors.Forbidden(field, "may not specify more than 1 volume type");
                return false;
            }

            count++;
            using (errors.In(path ?? field)) check(volume, errors);
            return true;
        }
    }

    internal static void ExpectDriver(string field, string driver, FieldErrors errors)
    {
        errors.ExpectGiven(field, driver);
        if (NameMessage.IsLonger(driver, DnsName.MaximumLabelLength)) errors.TooLong(field, DnsName.MaximumLabelLength);
        errors.Invalid(field, driver, DnsName.CheckSubdomain(driver.ToLowerInvariant()));
    }

    private static void Check(HostPathVolumeSource host, FieldErrors errors)
    {
        if (host.Path.Length == 0)
        {
            errors.Required("path");
            return;
        }

        ExpectNoBacksteps("path", host.Path, errors);
        if (host.Type is { } type)
        {
            errors.ExpectKnown("type", type, "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket");
        }
    }

    private static void CheckDisk(string field, string disk, int partition, FieldErrors errors)
    {
        errors.ExpectGiven(field, disk);
        if (partition is < 0 or > MaximumPartition) errors.Invalid("partition", partition, NameMessage.OutOfRange(1, MaximumPartition));
    }

    private static void Check(GlusterfsPersistentVolumeSource volume, FieldErrors errors)
    {
        errors.ExpectGiven("endpoints", volume.Endpoints);
        errors.ExpectGiven("path", volume.Path);
        if (volume.EndpointsNamespace is not { } name) return;
        if (name.Length == 0) errors.Invalid("endpointsNamespace", name, "if the endpointnamespace is set, it must be a valid namespace name");
        else errors.Invalid("endpointsNamespace", name, DnsName.CheckLabel(name));
    }

    private static void Check(FlockerVolumeSource volume, FieldErrors errors)
    {
        var (name, id) = (volume.DatasetName, volume.DatasetUUID);
        if (name.Length == 0 && id.Length == 0) errors.Required(null, "one of datasetName and datasetUUID is required");
        if (name.Length > 0 && id.Length > 0) errors.Invalid(null, "resource", "datasetName and datasetUUID can not be specified simultaneously");
        if (name.Contains('/', StringComparison.Ordinal)) errors.Invalid("datasetName", name, "must not contain '/'");
    }

    private static void Check(NFSVolumeSource volume, FieldErrors errors)
    {
        errors.ExpectGiven("server", volume.Server);
        errors.ExpectGiven("path", volume.Path);
        if (!volume.Path.StartsWith('/')) errors.Invalid("path", volume.Path, FieldExpectations.AbsolutePath);
    }

    private static void Check(RBDPersistentVolumeSource volume, FieldErrors errors)
    {
        if (volume.Monitors.IsEmpty) errors.Required("monitors");
        errors.ExpectGiven("image", volume.Image);
    }

    private static void Check(QuobyteVolumeSource volume, FieldErrors errors)
    {
        const string Pairs = "must be a host:port pair or multiple pairs separated by commas";
        if (volume.Registry.Length == 0) errors.Required("registry", Pairs);
        else if (volume.Tenant.Length >= 65) errors.Required("tenant", "must be a UUID and may not exceed a length of 64 characters");
        else
        {
            foreach (var pair in volume.Registry.Split(','))
            {
                if (!IsHostAndPort(pair)) errors.Invalid("registry", volume.Registry, Pairs);
            }
        }

        errors.ExpectGiven("volume", volume.Volume);
    }

    private static void Check(CephFSPersistentVolumeSource volume, FieldErrors errors)
    {
        if (volume.Monitors.IsEmpty) errors.Required("monitors");
    }

    private static void Check(ISCSIPersistentVolumeSource target, string name, FieldErrors errors)
    {
        errors.ExpectGiven("targetPortal", target.TargetPortal);
        if (target.Iqn.Length == 0) errors.Required("iqn");
        else if (!IsInitiator(target.Iqn)) errors.Invalid("iqn", target.Iqn, NotValid);
        errors.ExpectBetween("lun", target.Lun, 0, 255);
        if ((target.ChapAuthDiscovery || target.ChapAuthSession) && target.SecretRef is null) errors.Required("secretRef");
        if (target.SecretRef is { Name: "" }) errors.Required("secretRef.name");
        if (target.InitiatorName is not { } initiator) return;
        if (!IsInitiator(initiator)) errors.Invalid("initiatorname", initiator, NotValid);
        if (name.Length + 1 + target.TargetPortal.Length > MaximumPortalLength)
        {
            errors.Invalid("targetportal", target.TargetPortal,
                "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.");
        }
    }

    private static void Check(CinderPersistentVolumeSource volume, FieldErrors errors)
    {
        errors.ExpectGiven("volumeID", volume.VolumeID);
        if (volume.SecretRef is not { } secret) return;
        errors.ExpectGiven("secretRef.name", secret.Name);
        errors.ExpectGiven("secretRef.namespace", secret.Namespace);
    }

    private static void Check(FCVolumeSource volume, FieldErrors errors)
    {
        if (volume.TargetWWNs.IsEmpty && volume.Wwids.IsEmpty) errors.Required("targetWWNs", "must specify either targetWWNs or wwids, but not both");
        if (!volume.TargetWWNs.IsEmpty && !volume.Wwids.IsEmpty)
        {
            errors.Invalid("targetWWNs", Shown.Texts(volume.TargetWWNs), "targetWWNs and wwids can not be specified simultaneously");
        }

        if (volume.TargetWWNs.IsEmpty) return;
        if (volume.Lun is { } lun) errors.ExpectBetween("lun", lun, 0, 255);
        else errors.Required("lun", "lun is required if targetWWNs is specified");
    }

    private static void Check(FlexPersistentVolumeSource volume, FieldErrors errors)
    {
        errors.ExpectGiven("driver", volume.Driver);
        foreach (var option in volume.Options.Keys)
        {
            var domain = "." + option.Split('/', 2)[0].ToLowerInvariant();
            if (!domain.EndsWith(".kubernetes.io", StringComparison.Ordinal) && !domain.EndsWith(".k8s.io", StringComparison.Ordinal)) continue;
            using (errors.In("options", option)) errors.Invalid(null, option, "kubernetes.io and k8s.io namespaces are reserved");
        }
    }

    private static void Check(AzureFilePersistentVolumeSource volume, FieldErrors errors)
    {
        errors.ExpectGiven("secretName", volume.SecretName);
        errors.ExpectGiven("shareName", volume.ShareName);
        if (volume.SecretNamespace is { Length: 0 }) errors.Required("secretNamespace");
    }

    private static void Check(AzureDiskVolumeSource disk, FieldErrors errors)
    {
        errors.ExpectGiven("diskName", disk.DiskName);
        errors.ExpectGiven("diskURI", disk.DiskURI);
        if (disk.CachingMode is { } mode) errors.ExpectKnown("cachingMode", mode, "None", "ReadOnly", "ReadWrite");
        if (disk.Kind is not { } kind) return;
        errors.ExpectKnown("kind", kind, "Dedicated", "Managed", "Shared");
        if (kind == "Managed" && !disk.DiskURI.StartsWith("/subscriptions/", StringComparison.Ordinal))
        {
            errors.NotSupported("diskURI", disk.DiskURI, ["/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"]);
        }

        if (kind != "Managed" && !disk.DiskURI.StartsWith("https://", StringComparison.Ordinal))
        {
            errors.NotSupported("diskURI", disk.DiskURI, ["https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"]);
        }
    }

    private static void Check(ScaleIOPersistentVolumeSource volume, FieldErrors errors)
    {
        errors.ExpectGiven("gateway", volume.Gateway);
        errors.ExpectGiven("system", volume.System);
        errors.ExpectGiven("volumeName", volume.VolumeName);
    }

    private static void Check(LocalVolumeSource volume, FieldErrors errors)
    {
        errors.ExpectGiven("path", volume.Path);
        ExpectNoBacksteps("path", volume.Path, errors);
    }

    private static void Check(StorageOSPersistentVolumeSource volume, FieldErrors errors)
    {
        if (volume.VolumeName.Length == 0) errors.Required("volumeName");
        else errors.Invalid("volumeName", volume.VolumeName, DnsName.CheckLabel(volume.VolumeName));
        if (volume.VolumeNamespace.Length > 0) errors.Invalid("volumeNamespace", volume.VolumeNamespace, DnsName.CheckLabel(volume.VolumeNamespace));
        if (volume.SecretRef is not { } secret) return;
        errors.ExpectGiven("secretRef.name", secret.Name);
        errors.ExpectGiven("secretRef.namespace", secret.Namespace);
    }

    private static void Check(CSIPersistentVolumeSource volume, FieldErrors errors)
    {
        ExpectDriver("driver", volume.Driver, errors);
        errors.ExpectGiven("volumeHandle", volume.VolumeHandle);
        CheckSecret("controllerPublishSecretRef", volume.ControllerPublishSecretRef, errors);
        CheckSecret("controllerExpandSecretRef", volume.ControllerExpandSecretRef, errors);
        CheckSecret("nodePublishSecretRef", volume.NodePublishSecretRef, errors);
        CheckSecret("nodeExpandSecretRef", volume.NodeExpandSecretRef, errors);
    }

    private static void CheckSecret(string field, SecretReference? secret, FieldErrors errors)
    {
        if (secret is null) return;
        using var scope = errors.In(field);
        if (secret.Name.Length == 0) errors.Required("name");
        else errors.Invalid("name", secret.Name, DnsName.CheckSubdomain(secret.Name));
        if (secret.Namespace.Length == 0) errors.Required("namespace");
        else errors.Invalid("namespace", secret.Namespace, DnsName.CheckLabel(secret.Namespace), "format=dns-label");
    }

    private static void ExpectNoBacksteps(string field, string path, FieldErrors errors)
    {
        if (path.Split('/').Contains("..")) errors.Invalid(field, path, "must not contain '..'");
    }

    private static bool IsRoot(string path)
    {
        var depth = 0;
        foreach (var part in path.Split('/')) depth = part is "" or "." ? depth : part == ".." ? Math.Max(depth - 1, 0) : depth + 1;
        return path.StartsWith('/') && depth == 0;
    }

    private static bool IsHostAndPort(string pair)
    {
        var colon = pair.LastIndexOf(':');
        if (colon < 0) return false;
        var host = pair.AsSpan(0, colon);
        return host.StartsWith("[") ? host.EndsWith("]") : !host.Contains(':');
    }

    private static bool IsInitiator(string name) => name.StartsWith("iqn", StringComparison.Ordinal) ? QualifiedName.IsMatch(name)
        : name.StartsWith("eui", StringComparison.Ordinal) ? ExtendedName.IsMatch(name)
        : name.StartsWith("naa", StringComparison.Ordinal) && NetworkName.IsMatch(name);

    private static string Or(string text, string fallback) => text.Length > 0 ? text : fallback;

    [GeneratedRegex(@"iqn\.[0-9]{4}-[0-9]{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex QualifiedName { get; }

    [GeneratedRegex(@"^eui.[A-Za-z0-9]{16}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ExtendedName { get; }

    [GeneratedRegex(@"^naa.[A-Za-z0-9]{32}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NetworkName { get; }
}
