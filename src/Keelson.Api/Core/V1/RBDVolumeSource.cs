namespace Keelson.Api.Core.V1;

/// <summary>A Ceph RBD image; the in-tree driver has been removed, so use a CSI driver instead.</summary>
[ApiType]
public sealed partial record RBDVolumeSource
{
    /// <summary>Addresses of the Ceph monitors, as host or host:port; at least one.</summary>
    [Field(1, Emit = Emit.Always), Atomic] public ApiList<string> Monitors { get; init; }

    /// <summary>Name of the RBD image in its pool.</summary>
    [Field(2, Emit = Emit.Always)] public string Image { get; init; } = "";

    /// <summary>Filesystem to mount, such as ext4 or xfs; ext4 is assumed when empty.</summary>
    [Field(3)] public string FsType { get; init; } = "";

    /// <summary>Pool that holds the image; rbd by default.</summary>
    [Field(4), Default("\"rbd\"")] public string Pool { get; init; } = "";

    /// <summary>Ceph user to connect as; admin by default.</summary>
    [Field(5), Default("\"admin\"")] public string User { get; init; } = "";

    /// <summary>Path of the keyring on the node; /etc/ceph/keyring by default.</summary>
    [Field(6), Default("\"/etc/ceph/keyring\"")] public string Keyring { get; init; } = "";

    /// <summary>Secret in the pod's namespace with the user's key; takes precedence over keyring.</summary>
    [Field(7)] public LocalObjectReference? SecretRef { get; init; }

    /// <summary>Mount without write access; false by default.</summary>
    [Field(8)] public bool ReadOnly { get; init; }
}
