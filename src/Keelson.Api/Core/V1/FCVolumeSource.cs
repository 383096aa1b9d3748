namespace Keelson.Api.Core.V1;

/// <summary>A Fibre Channel disk; either targetWWNs with lun or wwids identify it.</summary>
[ApiType]
public sealed partial record FCVolumeSource
{
    /// <summary>World wide names of the Fibre Channel targets.</summary>
    [Field(1), Atomic] public ApiList<string> TargetWWNs { get; init; }

    /// <summary>Logical unit number on the targets, 0 to 255.</summary>
    [Field(2)] public int? Lun { get; init; }

    /// <summary>Filesystem to mount, such as ext4 or xfs; ext4 is assumed when empty.</summary>
    [Field(3)] public string FsType { get; init; } = "";

    /// <summary>Mount without write access; false by default.</summary>
    [Field(4)] public bool ReadOnly { get; init; }

    /// <summary>World wide identifiers of the disk, instead of targetWWNs and lun.</summary>
    [Field(5), Atomic] public ApiList<string> Wwids { get; init; }
}
