namespace Keelson.Api.Core.V1;

/// <summary>An Azure data disk to mount into a pod; served by the disk.csi.azure.com driver after CSI migration.</summary>
[ApiType]
public sealed partial record AzureDiskVolumeSource
{
    /// <summary>Name of the data disk in Azure.</summary>
    [Field(1, Emit = Emit.Always)] public string DiskName { get; init; } = "";

    /// <summary>Full Azure resource identifier of the disk, or the blob address for an unmanaged disk.</summary>
    [Field(2, Emit = Emit.Always)] public string DiskURI { get; init; } = "";

    /// <summary>Host caching of the disk: None, ReadOnly or ReadWrite; ReadWrite by default.</summary>
    [Field(3), Default("\"ReadWrite\""), KnownValues(typeof(AzureDataDiskCachingMode))] public string? CachingMode { get; init; }

    /// <summary>Filesystem to mount; ext4 by default.</summary>
    [Field(4), Default("\"ext4\"")] public string? FsType { get; init; }

    /// <summary>Forbid writes through this mount; false by default.</summary>
    [Field(5), Default("false")] public bool? ReadOnly { get; init; }

    /// <summary>
    /// How the disk is stored: Shared (several disks in one storage account), Dedicated (one disk per account) or Managed; Shared by
    /// default.
    /// </summary>
    [Field(6), Default("\"Shared\""), KnownValues(typeof(AzureDataDiskKind))] public string? Kind { get; init; }
}

/// <summary>The values of AzureDataDiskCachingMode that are known.</summary>
[Closed]
public static class AzureDataDiskCachingMode
{
    public const string None = "None";
    public const string ReadOnly = "ReadOnly";
    public const string ReadWrite = "ReadWrite";
}

/// <summary>The values of AzureDataDiskKind that are known.</summary>
[Closed]
public static class AzureDataDiskKind
{
    public const string Dedicated = "Dedicated";
    public const string Managed = "Managed";
    public const string Shared = "Shared";
}
