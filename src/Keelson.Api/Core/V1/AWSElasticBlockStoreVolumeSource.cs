namespace Keelson.Api.Core.V1;

/// <summary>An existing AWS EBS disk to mount into a pod; served by the ebs.csi.aws.com driver after CSI migration.</summary>
[ApiType]
public sealed partial record AWSElasticBlockStoreVolumeSource
{
    /// <summary>Identifier of the EBS volume in AWS, in the availability zone of the node.</summary>
    [Field(1, Emit = Emit.Always)] public string VolumeID { get; init; } = "";

    /// <summary>Filesystem to mount, such as ext4, xfs or ntfs; ext4 is assumed when empty.</summary>
    [Field(2)] public string FsType { get; init; } = "";

    /// <summary>Partition number to mount; 0 or unset mounts the whole device.</summary>
    [Field(3)] public int Partition { get; init; }

    /// <summary>Attach and mount the disk without write access; false by default.</summary>
    [Field(4)] public bool ReadOnly { get; init; }
}
