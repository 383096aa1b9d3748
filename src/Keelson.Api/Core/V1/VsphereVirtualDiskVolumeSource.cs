namespace Keelson.Api.Core.V1;

/// <summary>A VMware vSphere virtual disk; served by the csi.vsphere.vmware.com driver after CSI migration.</summary>
[ApiType]
public sealed partial record VsphereVirtualDiskVolumeSource
{
    /// <summary>Path of the virtual disk file in its datastore.</summary>
    [Field(1, Emit = Emit.Always)] public string VolumePath { get; init; } = "";

    /// <summary>Filesystem to mount, such as ext4, xfs or ntfs; ext4 is assumed when empty.</summary>
    [Field(2)] public string FsType { get; init; } = "";

    /// <summary>Name of the storage policy applied to the disk.</summary>
    [Field(3)] public string StoragePolicyName { get; init; } = "";

    /// <summary>Identifier of the storage policy named by storagePolicyName.</summary>
    [Field(4)] public string StoragePolicyID { get; init; } = "";
}
