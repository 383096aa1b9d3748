namespace Keelson.Api.Core.V1;

/// <summary>A CephFS mount; the in-tree driver has been removed, so use a CSI driver instead.</summary>
[ApiType]
public sealed partial record CephFSVolumeSource
{
    /// <summary>Addresses of the Ceph monitors, as host or host:port; at least one.</summary>
    [Field(1, Emit = Emit.Always), Atomic] public ApiList<string> Monitors { get; init; }

    /// <summary>Directory of the filesystem to mount; / by default.</summary>
    [Field(2)] public string Path { get; init; } = "";

    /// <summary>Ceph user to connect as; admin by default.</summary>
    [Field(3)] public string User { get; init; } = "";

    /// <summary>Path of the keyring on the node; /etc/ceph/user.secret by default, ignored when secretRef is set.</summary>
    [Field(4)] public string SecretFile { get; init; } = "";

    /// <summary>Secret in the pod's namespace with the user's key; takes precedence over secretFile.</summary>
    [Field(5)] public LocalObjectReference? SecretRef { get; init; }

    /// <summary>Mount without write access; false by default.</summary>
    [Field(6)] public bool ReadOnly { get; init; }
}
