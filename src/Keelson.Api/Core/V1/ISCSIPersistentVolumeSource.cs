namespace Keelson.Api.Core.V1;

/// <summary>A disk on an iSCSI target behind a persistent volume.</summary>
[ApiType]
public sealed partial record ISCSIPersistentVolumeSource
{
    /// <summary>Address of the target, with a port when it differs from 3260.</summary>
    [Field(1, Emit = Emit.Always)] public string TargetPortal { get; init; } = "";

    /// <summary>Qualified name of the target, such as iqn.2004-04.com.example:storage.</summary>
    [Field(2, Emit = Emit.Always)] public string Iqn { get; init; } = "";

    /// <summary>Logical unit number of the disk on the target.</summary>
    [Field(3, Emit = Emit.Always)] public int Lun { get; init; }

    /// <summary>Initiator interface to use; 'default', which is TCP, by default.</summary>
    [Field(4), Default("\"default\"")] public string IscsiInterface { get; init; } = "";

    /// <summary>Filesystem to mount, such as ext4 or xfs; ext4 is assumed when empty.</summary>
    [Field(5)] public string FsType { get; init; } = "";

    /// <summary>Mount without write access; false by default.</summary>
    [Field(6)] public bool ReadOnly { get; init; }

    /// <summary>Further addresses of the same target, for multipath.</summary>
    [Field(7), Atomic] public ApiList<string> Portals { get; init; }

    /// <summary>Authenticate with CHAP while discovering targets; false by default.</summary>
    [Field(8)] public bool ChapAuthDiscovery { get; init; }

    /// <summary>Authenticate with CHAP when logging in to the session; false by default.</summary>
    [Field(11)] public bool ChapAuthSession { get; init; }

    /// <summary>Secret with the CHAP credentials, in any namespace.</summary>
    [Field(10)] public SecretReference? SecretRef { get; init; }

    /// <summary>Initiator name to present to the target; a new interface is made for it when set together with iscsiInterface.</summary>
    [Field(12)] public string? InitiatorName { get; init; }
}
