namespace Keelson.Api.Core.V1;

/// <summary>A Dell EMC ScaleIO volume; its driver has been removed.</summary>
[ApiType]
public sealed partial record ScaleIOVolumeSource
{
    /// <summary>Host address of the ScaleIO API gateway.</summary>
    [Field(1, Emit = Emit.Always)] public string Gateway { get; init; } = "";

    /// <summary>Name of the storage system as configured in ScaleIO.</summary>
    [Field(2, Emit = Emit.Always)] public string System { get; init; } = "";

    /// <summary>Secret in the pod's namespace with the login credentials; required.</summary>
    [Field(3, Emit = Emit.Always)] public LocalObjectReference? SecretRef { get; init; }

    /// <summary>Talk to the gateway over TLS; false by default.</summary>
    [Field(4)] public bool SslEnabled { get; init; }

    /// <summary>ScaleIO protection domain in which the storage lies.</summary>
    [Field(5)] public string ProtectionDomain { get; init; } = "";

    /// <summary>ScaleIO storage pool within the protection domain.</summary>
    [Field(6)] public string StoragePool { get; init; } = "";

    /// <summary>How space is allocated: ThickProvisioned or ThinProvisioned; ThinProvisioned by default.</summary>
    [Field(7), Default("\"ThinProvisioned\"")] public string StorageMode { get; init; } = "";

    /// <summary>Name of an existing volume in the ScaleIO system.</summary>
    [Field(8)] public string VolumeName { get; init; } = "";

    /// <summary>Filesystem to mount; xfs by default.</summary>
    [Field(9), Default("\"xfs\"")] public string FsType { get; init; } = "";

    /// <summary>Mount without write access; false by default.</summary>
    [Field(10)] public bool ReadOnly { get; init; }
}
