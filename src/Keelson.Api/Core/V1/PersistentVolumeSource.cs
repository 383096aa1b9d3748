namespace Keelson.Api.Core.V1;

/// <summary>The storage behind a persistent volume; exactly one member is set, and it cannot be swapped for another later.</summary>
[ApiType]
public sealed partial record PersistentVolumeSource
{
    /// <summary>Google Compute Engine disk; handled by its CSI driver.</summary>
    [Field(1)] public GCEPersistentDiskVolumeSource? GcePersistentDisk { get; init; }

    /// <summary>AWS EBS disk; handled by its CSI driver.</summary>
    [Field(2)] public AWSElasticBlockStoreVolumeSource? AwsElasticBlockStore { get; init; }

    /// <summary>Directory of a node, for tests on a single node only.</summary>
    [Field(3)] public HostPathVolumeSource? HostPath { get; init; }

    /// <summary>Gluster mount; its driver has been removed.</summary>
    [Field(4)] public GlusterfsPersistentVolumeSource? Glusterfs { get; init; }

    /// <summary>Directory exported by an NFS server.</summary>
    [Field(5)] public NFSVolumeSource? Nfs { get; init; }

    /// <summary>Ceph RBD image; its driver has been removed.</summary>
    [Field(6)] public RBDPersistentVolumeSource? Rbd { get; init; }

    /// <summary>Disk on an iSCSI target that the node logs in to.</summary>
    [Field(7)] public ISCSIPersistentVolumeSource? Iscsi { get; init; }

    /// <summary>OpenStack Cinder disk; handled by its CSI driver.</summary>
    [Field(8)] public CinderPersistentVolumeSource? Cinder { get; init; }

    /// <summary>CephFS mount; its driver has been removed.</summary>
    [Field(9)] public CephFSPersistentVolumeSource? Cephfs { get; init; }

    /// <summary>Disk reached from the node over Fibre Channel.</summary>
    [Field(10)] public FCVolumeSource? Fc { get; init; }

    /// <summary>Flocker dataset; its driver has been removed.</summary>
    [Field(11)] public FlockerVolumeSource? Flocker { get; init; }

    /// <summary>Volume served by a FlexVolume executable on the node; deprecated.</summary>
    [Field(12)] public FlexPersistentVolumeSource? FlexVolume { get; init; }

    /// <summary>Azure Files share; handled by its CSI driver.</summary>
    [Field(13)] public AzureFilePersistentVolumeSource? AzureFile { get; init; }

    /// <summary>vSphere virtual disk; handled by its CSI driver.</summary>
    [Field(14)] public VsphereVirtualDiskVolumeSource? VsphereVolume { get; init; }

    /// <summary>Quobyte mount; its driver has been removed.</summary>
    [Field(15)] public QuobyteVolumeSource? Quobyte { get; init; }

    /// <summary>Azure data disk; handled by its CSI driver.</summary>
    [Field(16)] public AzureDiskVolumeSource? AzureDisk { get; init; }

    /// <summary>Photon Controller disk; its driver has been removed.</summary>
    [Field(17)] public PhotonPersistentDiskVolumeSource? PhotonPersistentDisk { get; init; }

    /// <summary>Portworx volume; handled by its CSI driver.</summary>
    [Field(18)] public PortworxVolumeSource? PortworxVolume { get; init; }

    /// <summary>ScaleIO volume; its driver has been removed.</summary>
    [Field(19)] public ScaleIOPersistentVolumeSource? ScaleIO { get; init; }

    /// <summary>Disk or directory attached to one node; needs nodeAffinity.</summary>
    [Field(20)] public LocalVolumeSource? Local { get; init; }

    /// <summary>StorageOS volume; its driver has been removed.</summary>
    [Field(21)] public StorageOSPersistentVolumeSource? Storageos { get; init; }

    /// <summary>Volume managed by an external CSI driver; the usual choice.</summary>
    [Field(22)] public CSIPersistentVolumeSource? Csi { get; init; }
}

/// <summary>An Azure Files share behind a persistent volume.</summary>
[ApiType]
public sealed partial record AzureFilePersistentVolumeSource
{
    /// <summary>Secret holding the storage account name and key.</summary>
    [Field(1, Emit = Emit.Always)] public string SecretName { get; init; } = "";

    /// <summary>Name of the file share within the storage account.</summary>
    [Field(2, Emit = Emit.Always)] public string ShareName { get; init; } = "";

    /// <summary>Mount the share without write access; false by default.</summary>
    [Field(3)] public bool ReadOnly { get; init; }

    /// <summary>Namespace of that secret; the namespace of the bound claim when unset.</summary>
    [Field(4, Emit = Emit.Always), Optional] public string? SecretNamespace { get; init; }
}

/// <summary>A volume managed by an external CSI driver behind a persistent volume.</summary>
[ApiType]
public sealed partial record CSIPersistentVolumeSource
{
    /// <summary>Name of the CSI driver, as it reports itself and as its CSIDriver object is called; immutable.</summary>
    [Field(1, Emit = Emit.Always)] public string Driver { get; init; } = "";

    /// <summary>Identifier the driver gave the volume when creating it, sent back in every later call; immutable.</summary>
    [Field(2, Emit = Emit.Always)] public string VolumeHandle { get; init; } = "";

    /// <summary>Ask the driver to publish the volume without write access; false by default.</summary>
    [Field(3)] public bool ReadOnly { get; init; }

    /// <summary>Filesystem to format and mount, such as ext4 or xfs; the driver chooses when empty.</summary>
    [Field(4)] public string FsType { get; init; } = "";

    /// <summary>Opaque settings the driver returned at creation and receives again on attach and mount.</summary>
    [Field(5)] public ApiMap<string> VolumeAttributes { get; init; }

    /// <summary>Secret handed to the driver when attaching the volume to a node or detaching it.</summary>
    [Field(6)] public SecretReference? ControllerPublishSecretRef { get; init; }

    /// <summary>Secret handed to the driver when staging the volume on a node, before any pod mounts it.</summary>
    [Field(7)] public SecretReference? NodeStageSecretRef { get; init; }

    /// <summary>Secret handed to the driver each time the volume is mounted for a pod.</summary>
    [Field(8)] public SecretReference? NodePublishSecretRef { get; init; }

    /// <summary>Secret handed to the driver when growing the volume in the storage backend.</summary>
    [Field(9)] public SecretReference? ControllerExpandSecretRef { get; init; }

    /// <summary>Secret handed to the driver when growing the filesystem on the node.</summary>
    [Field(10)] public SecretReference? NodeExpandSecretRef { get; init; }
}

/// <summary>A CephFS mount behind a persistent volume; the in-tree driver has been removed, so use a CSI driver instead.</summary>
[ApiType]
public sealed partial record CephFSPersistentVolumeSource
{
    /// <summary>Addresses of the Ceph monitors, as host or host:port; at least one.</summary>
    [Field(1, Emit = Emit.Always), Atomic] public ApiList<string> Monitors { get; init; }

    /// <summary>Directory of the filesystem to mount; / by default.</summary>
    [Field(2)] public string Path { get; init; } = "";

    /// <summary>Ceph user to connect as; admin by default.</summary>
    [Field(3)] public string User { get; init; } = "";

    /// <summary>Path of the keyring on the node; /etc/ceph/user.secret by default, ignored when secretRef is set.</summary>
    [Field(4)] public string SecretFile { get; init; } = "";

    /// <summary>Secret with the user's key, in any namespace; takes precedence over secretFile.</summary>
    [Field(5)] public SecretReference? SecretRef { get; init; }

    /// <summary>Mount without write access; false by default.</summary>
    [Field(6)] public bool ReadOnly { get; init; }
}

/// <summary>An OpenStack Cinder disk behind a persistent volume.</summary>
[ApiType]
public sealed partial record CinderPersistentVolumeSource
{
    /// <summary>Identifier of an existing volume in Cinder, in the cloud of the cluster.</summary>
    [Field(1, Emit = Emit.Always)] public string VolumeID { get; init; } = "";

    /// <summary>Filesystem to mount, such as ext4 or xfs; ext4 is assumed when empty.</summary>
    [Field(2)] public string FsType { get; init; } = "";

    /// <summary>Mount without write access; false by default.</summary>
    [Field(3)] public bool ReadOnly { get; init; }

    /// <summary>Secret with the parameters for connecting to OpenStack, in any namespace.</summary>
    [Field(4)] public SecretReference? SecretRef { get; init; }
}

/// <summary>A volume behind a persistent volume, served by a vendor's FlexVolume executable; deprecated in favour of CSI.</summary>
[ApiType]
public sealed partial record FlexPersistentVolumeSource
{
    /// <summary>Name of the FlexVolume driver, in the form vendor/driver.</summary>
    [Field(1, Emit = Emit.Always)] public string Driver { get; init; } = "";

    /// <summary>Filesystem to mount; the driver chooses when empty.</summary>
    [Field(2)] public string FsType { get; init; } = "";

    /// <summary>Secret in any namespace whose content is passed to the driver.</summary>
    [Field(3)] public SecretReference? SecretRef { get; init; }

    /// <summary>Mount without write access; false by default.</summary>
    [Field(4)] public bool ReadOnly { get; init; }

    /// <summary>Further settings, passed to the driver with each call.</summary>
    [Field(5)] public ApiMap<string> Options { get; init; }
}

/// <summary>A Gluster mount behind a persistent volume; the in-tree driver has been removed.</summary>
[ApiType]
public sealed partial record GlusterfsPersistentVolumeSource
{
    /// <summary>Name of the endpoints object that lists the Gluster servers.</summary>
    [Field(1, Emit = Emit.Always)] public string Endpoints { get; init; } = "";

    /// <summary>Name of the Gluster volume to mount.</summary>
    [Field(2, Emit = Emit.Always)] public string Path { get; init; } = "";

    /// <summary>Mount without write access; false by default.</summary>
    [Field(3)] public bool ReadOnly { get; init; }

    /// <summary>Namespace of the endpoints object; the namespace of the bound claim when unset.</summary>
    [Field(4)] public string? EndpointsNamespace { get; init; }
}

/// <summary>A disk, partition or directory on one node, behind a persistent volume with node affinity.</summary>
[ApiType]
public sealed partial record LocalVolumeSource
{
    /// <summary>Path on the node, to a directory or to a block device.</summary>
    [Field(1, Emit = Emit.Always)] public string Path { get; init; } = "";

    /// <summary>Filesystem to mount when the path is a block device; detected, or ext4 when unformatted, if unset.</summary>
    [Field(2)] public string? FsType { get; init; }
}

/// <summary>A Ceph RBD image behind a persistent volume; the in-tree driver has been removed, so use a CSI driver instead.</summary>
[ApiType]
public sealed partial record RBDPersistentVolumeSource
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

    /// <summary>Secret with the user's key, in any namespace; takes precedence over keyring.</summary>
    [Field(7)] public SecretReference? SecretRef { get; init; }

    /// <summary>Mount without write access; false by default.</summary>
    [Field(8)] public bool ReadOnly { get; init; }
}

/// <summary>A Dell EMC ScaleIO volume behind a persistent volume; its driver has been removed.</summary>
[ApiType]
public sealed partial record ScaleIOPersistentVolumeSource
{
    /// <summary>Host address of the ScaleIO API gateway.</summary>
    [Field(1, Emit = Emit.Always)] public string Gateway { get; init; } = "";

    /// <summary>Name of the storage system as configured in ScaleIO.</summary>
    [Field(2, Emit = Emit.Always)] public string System { get; init; } = "";

    /// <summary>Secret with the login credentials, in any namespace; required.</summary>
    [Field(3, Emit = Emit.Always)] public SecretReference? SecretRef { get; init; }

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

/// <summary>Names a secret in any namespace.</summary>
[ApiType]
[Atomic]
public sealed partial record SecretReference
{
    /// <summary>Name of the secret, unique in its namespace.</summary>
    [Field(1)] public string Name { get; init; } = "";

    /// <summary>Namespace in which the secret lives.</summary>
    [Field(2)] public string Namespace { get; init; } = "";
}

/// <summary>A StorageOS volume behind a persistent volume; its driver has been removed.</summary>
[ApiType]
public sealed partial record StorageOSPersistentVolumeSource
{
    /// <summary>Name of the volume within its namespace.</summary>
    [Field(1)] public string VolumeName { get; init; } = "";

    /// <summary>Namespace of the volume inside StorageOS; that of the pod by default.</summary>
    [Field(2)] public string VolumeNamespace { get; init; } = "";

    /// <summary>Filesystem to mount, such as ext4 or xfs; ext4 is assumed when empty.</summary>
    [Field(3)] public string FsType { get; init; } = "";

    /// <summary>Mount without write access; false by default.</summary>
    [Field(4)] public bool ReadOnly { get; init; }

    /// <summary>Secret with the API credentials; built-in defaults when unset.</summary>
    [Field(5)] public ObjectReference? SecretRef { get; init; }
}
