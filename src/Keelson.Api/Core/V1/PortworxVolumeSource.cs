namespace Keelson.Api.Core.V1;

/// <summary>A Portworx volume; served by the pxd.portworx.com driver after CSI migration.</summary>
[ApiType]
public sealed partial record PortworxVolumeSource
{
    /// <summary>Identifier of an existing Portworx volume.</summary>
    [Field(1, Emit = Emit.Always)] public string VolumeID { get; init; } = "";

    /// <summary>Filesystem to mount, such as ext4 or xfs; ext4 is assumed when empty.</summary>
    [Field(2)] public string FsType { get; init; } = "";

    /// <summary>Mount without write access; false by default.</summary>
    [Field(3)] public bool ReadOnly { get; init; }
}
