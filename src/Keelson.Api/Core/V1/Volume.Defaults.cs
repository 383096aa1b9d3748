namespace Keelson.Api.Core.V1;

public sealed partial record Volume
{
    internal Volume WithDefaults()
    {
        var source = VolumeSource.WithDefaults();
        return ReferenceEquals(source, VolumeSource) ? this : this with { VolumeSource = source };
    }
}

public sealed partial record VolumeSource
{
    internal VolumeSource WithDefaults()
    {
        if (this == Empty) return this with { EmptyDir = EmptyDirVolumeSource.Empty };
        // Each source is asked only when it is there, and at most one is in a valid volume.
        var source = this;
        if (HostPath is { Type: null } host) source = source with { HostPath = host with { Type = HostPathType.Unset } };
        if (Secret is { DefaultMode: null } secret) source = source with { Secret = secret with { DefaultMode = FileModes.Default } };
        if (ConfigMap is { DefaultMode: null } config) source = source with { ConfigMap = config with { DefaultMode = FileModes.Default } };
        if (Image is { PullPolicy: "" } image) source = source with { Image = image with { PullPolicy = ImageReference.PullPolicyFor(image.Reference) } };
        if (DownwardAPI?.WithDefaults() is { } downward && !ReferenceEquals(downward, DownwardAPI)) source = source with { DownwardAPI = downward };
        if (Projected?.WithDefaults() is { } projected && !ReferenceEquals(projected, Projected)) source = source with { Projected = projected };
        if (Ephemeral?.WithDefaults() is { } ephemeral && !ReferenceEquals(ephemeral, Ephemeral)) source = source with { Ephemeral = ephemeral };
        return source.WithLegacyDefaults();
    }

    private VolumeSource WithLegacyDefaults()
    {
        var source = this;
        if (Iscsi is { IscsiInterface: "" } iscsi) source = source with { Iscsi = iscsi with { IscsiInterface = "default" } };
        if (Rbd is { } rbd && (rbd.Pool.Length == 0 || rbd.User.Length == 0 || rbd.Keyring.Length == 0))
        {
            source = source with
            {
                Rbd = rbd with
                {
                    Pool = rbd.Pool.Length > 0 ? rbd.Pool : "rbd",
                    User = rbd.User.Length > 0 ? rbd.User : "admin",
                    Keyring = rbd.Keyring.Length > 0 ? rbd.Keyring : "/etc/ceph/keyring",
                },
            };
        }

        if (AzureDisk is { } azure && (azure.CachingMode is null || azure.FsType is null || azure.ReadOnly is null || azure.Kind is null))
        {
            source = source with
            {
                AzureDisk = azure with
                {
                    CachingMode = azure.CachingMode ?? AzureDataDiskCachingMode.ReadWrite,
                    FsType = azure.FsType ?? "ext4",
                    ReadOnly = azure.ReadOnly ?? false,
                    Kind = azure.Kind ?? AzureDataDiskKind.Shared,
                },
            };
        }

        if (ScaleIO is { } scale && (scale.StorageMode.Length == 0 || scale.FsType.Length == 0))
        {
            source = source with
            {
                ScaleIO = scale with
                {
                    StorageMode = scale.StorageMode.Length > 0 ? scale.StorageMode : "ThinProvisioned",
                    FsType = scale.FsType.Length > 0 ? scale.FsType : "xfs",
                },
            };
        }

        return source;
    }
}

/// <summary>What permissions files in volumes may have.</summary>
internal static class FileModes
{
    /// <summary>Read and write for the owner, read for all others.</summary>
    public const int Default = 420;

    public const int Maximum = 511;
}

public sealed partial record DownwardAPIVolumeSource
{
    internal DownwardAPIVolumeSource WithDefaults()
    {
        var items = Items.Map(item => item.WithDefaults());
        return DefaultMode is not null && items.IsSame(Items) ? this : this with { Items = items, DefaultMode = DefaultMode ?? FileModes.Default };
    }
}

public sealed partial record DownwardAPIVolumeFile
{
    internal DownwardAPIVolumeFile WithDefaults()
    {
        var field = FieldRef?.WithDefaults();
        return ReferenceEquals(field, FieldRef) ? this : this with { FieldRef = field };
    }
}

public sealed partial record ProjectedVolumeSource
{
    internal ProjectedVolumeSource WithDefaults()
    {
        var sources = Sources.Map(source => source.WithDefaults());
        return DefaultMode is not null && sources.IsSame(Sources) ? this : this with { Sources = sources, DefaultMode = DefaultMode ?? FileModes.Default };
    }
}

public sealed partial record VolumeProjection
{
    private const int HourSeconds = 3600;
    private const int DaySeconds = 86400;

    internal VolumeProjection WithDefaults()
    {
        var projection = this;
        if (ServiceAccountToken is { ExpirationSeconds: null } token)
        {
            projection = projection with { ServiceAccountToken = token with { ExpirationSeconds = HourSeconds } };
        }

        if (PodCertificate is { MaxExpirationSeconds: null } certificate)
        {
            projection = projection with { PodCertificate = certificate with { MaxExpirationSeconds = DaySeconds } };
        }

        if (DownwardAPI is { } downward)
        {
            var items = downward.Items.Map(item => item.WithDefaults());
            if (!items.IsSame(downward.Items)) projection = projection with { DownwardAPI = downward with { Items = items } };
        }

        return projection;
    }
}

public sealed partial record EphemeralVolumeSource
{
    internal EphemeralVolumeSource WithDefaults()
    {
        if (VolumeClaimTemplate is not { } template) return this;
        var (limits, requests) = (ResourceRequirements.Rounded(template.Spec.Resources.Limits), ResourceRequirements.Rounded(template.Spec.Resources.Requests));
        if (template.Spec.VolumeMode is not null && limits == template.Spec.Resources.Limits && requests == template.Spec.Resources.Requests) return this;
        var spec = template.Spec with
        {
            VolumeMode = template.Spec.VolumeMode ?? PersistentVolumeMode.Filesystem,
            Resources = template.Spec.Resources with { Limits = limits, Requests = requests },
        };
        return this with { VolumeClaimTemplate = template with { Spec = spec } };
    }
}
