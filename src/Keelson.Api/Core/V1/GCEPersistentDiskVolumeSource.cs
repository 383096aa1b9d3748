namespace Keelson.Api.Core.V1;

/// <summary>A Google Compute Engine persistent disk; served by the pd.csi.storage.gke.io driver after CSI migration.</summary>
[ApiType]
public sealed partial record GCEPersistentDiskVolumeSource
{
    /// <summary>Name of the disk in Compute Engine, in the project and zone of the node.</summary>
    [Field(1, Emit = Emit.Always)] public string PdName { get; init; } = "";

    /// <summary>Filesystem to mount, such as ext4, xfs or ntfs; ext4 is assumed when empty.</summary>
    [Field(2)] public string FsType { get; init; } = "";

    /// <summary>Partition number to mount; 0 or unset mounts the whole device.</summary>
    [Field(3)] public int Partition { get; init; }

    /// <summary>Attach without write access, which lets several nodes share the disk; false by default.</summary>
    [Field(4)] public bool ReadOnly { get; init; }
}
