namespace Keelson.Api.Core.V1;

/// <summary>A StorageOS volume; its driver has been removed.</summary>
[ApiType]
public sealed partial record StorageOSVolumeSource
{
    /// <summary>Name of the volume within its namespace.</summary>
    [Field(1)] public string VolumeName { get; init; } = "";

    /// <summary>Namespace of the volume inside StorageOS; that of the pod by default.</summary>
    [Field(2)] public string VolumeNamespace { get; init; } = "";

    /// <summary>Filesystem to mount, such as ext4 or xfs; ext4 is assumed when empty.</summary>
    [Field(3)] public string FsType { get; init; } = "";

    /// <summary>Mount without write access; false by default.</summary>
    [Field(4)] public bool ReadOnly { get; init; }

    /// <summary>Secret in the pod's namespace with the API credentials; built-in defaults when unset.</summary>
    [Field(5)] public LocalObjectReference? SecretRef { get; init; }
}
