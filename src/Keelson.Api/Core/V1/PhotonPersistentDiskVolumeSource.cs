namespace Keelson.Api.Core.V1;

/// <summary>A disk of VMware's Photon Controller; its driver has been removed.</summary>
[ApiType]
public sealed partial record PhotonPersistentDiskVolumeSource
{
    /// <summary>Identifier of the disk in Photon Controller.</summary>
    [Field(1, Emit = Emit.Always)] public string PdID { get; init; } = "";

    /// <summary>Filesystem to mount; ext4 is assumed when empty.</summary>
    [Field(2)] public string FsType { get; init; } = "";
}
