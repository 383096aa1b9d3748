using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>A named volume of a pod, with its source.</summary>
[ApiType]
public sealed partial record Volume
{
    /// <summary>Name by which containers mount the volume; a DNS label unique in the pod.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    [Field(2), Inline] public VolumeSource VolumeSource { get; init; } = VolumeSource.Empty;
}

/// <summary>What a volume of a pod is made of; exactly one member is set, and none means emptyDir.</summary>
[ApiType]
public sealed partial record VolumeSource
{
    /// <summary>File or directory of the node; a security risk in most cases.</summary>
    [Field(1)] public HostPathVolumeSource? HostPath { get; init; }

    /// <summary>Scratch directory that lives as long as the pod.</summary>
    [Field(2)] public EmptyDirVolumeSource? EmptyDir { get; init; }

    /// <summary>Google Compute Engine disk; handled by its CSI driver.</summary>
    [Field(3)] public GCEPersistentDiskVolumeSource? GcePersistentDisk { get; init; }

    /// <summary>AWS EBS disk; handled by its CSI driver.</summary>
    [Field(4)] public AWSElasticBlockStoreVolumeSource? AwsElasticBlockStore { get; init; }

    /// <summary>Clone of a git repository; disabled for security.</summary>
    [Field(5)] public GitRepoVolumeSource? GitRepo { get; init; }

    /// <summary>Keys of a secret as files, kept in memory.</summary>
    [Field(6)] public SecretVolumeSource? Secret { get; init; }

    /// <summary>Directory exported by an NFS server.</summary>
    [Field(7)] public NFSVolumeSource? Nfs { get; init; }

    /// <summary>Disk on an iSCSI target that the node logs in to.</summary>
    [Field(8)] public ISCSIVolumeSource? Iscsi { get; init; }

    /// <summary>Gluster mount; its driver has been removed.</summary>
    [Field(9)] public GlusterfsVolumeSource? Glusterfs { get; init; }

    /// <summary>Volume that a claim in the same namespace is bound to.</summary>
    [Field(10)] public PersistentVolumeClaimVolumeSource? PersistentVolumeClaim { get; init; }

    /// <summary>Ceph RBD image; its driver has been removed.</summary>
    [Field(11)] public RBDVolumeSource? Rbd { get; init; }

    /// <summary>Volume served by a FlexVolume executable on the node; deprecated.</summary>
    [Field(12)] public FlexVolumeSource? FlexVolume { get; init; }

    /// <summary>OpenStack Cinder disk; handled by its CSI driver.</summary>
    [Field(13)] public CinderVolumeSource? Cinder { get; init; }

    /// <summary>CephFS mount; its driver has been removed.</summary>
    [Field(14)] public CephFSVolumeSource? Cephfs { get; init; }

    /// <summary>Flocker dataset; its driver has been removed.</summary>
    [Field(15)] public FlockerVolumeSource? Flocker { get; init; }

    /// <summary>Facts about the pod as files, such as its labels.</summary>
    [Field(16)] public DownwardAPIVolumeSource? DownwardAPI { get; init; }

    /// <summary>Disk reached from the node over Fibre Channel.</summary>
    [Field(17)] public FCVolumeSource? Fc { get; init; }

    /// <summary>Azure Files share; handled by its CSI driver.</summary>
    [Field(18)] public AzureFileVolumeSource? AzureFile { get; init; }

    /// <summary>Keys of a config map as files.</summary>
    [Field(19)] public ConfigMapVolumeSource? ConfigMap { get; init; }

    /// <summary>vSphere virtual disk; handled by its CSI driver.</summary>
    [Field(20)] public VsphereVirtualDiskVolumeSource? VsphereVolume { get; init; }

    /// <summary>Quobyte mount; its driver has been removed.</summary>
    [Field(21)] public QuobyteVolumeSource? Quobyte { get; init; }

    /// <summary>Azure data disk; handled by its CSI driver.</summary>
    [Field(22)] public AzureDiskVolumeSource? AzureDisk { get; init; }

    /// <summary>Photon Controller disk; its driver has been removed.</summary>
    [Field(23)] public PhotonPersistentDiskVolumeSource? PhotonPersistentDisk { get; init; }

    /// <summary>Files from several sources in one directory.</summary>
    [Field(26)] public ProjectedVolumeSource? Projected { get; init; }

    /// <summary>Portworx volume; handled by its CSI driver.</summary>
    [Field(24)] public PortworxVolumeSource? PortworxVolume { get; init; }

    /// <summary>ScaleIO volume; its driver has been removed.</summary>
    [Field(25)] public ScaleIOVolumeSource? ScaleIO { get; init; }

    /// <summary>StorageOS volume; its driver has been removed.</summary>
    [Field(27)] public StorageOSVolumeSource? Storageos { get; init; }

    /// <summary>Ephemeral volume that a CSI driver creates for this pod.</summary>
    [Field(28)] public CSIVolumeSource? Csi { get; init; }

    /// <summary>Volume whose claim is created and deleted with the pod.</summary>
    [Field(29)] public EphemeralVolumeSource? Ephemeral { get; init; }

    /// <summary>Read-only content of a container image or OCI artifact.</summary>
    [Field(30)] public ImageVolumeSource? Image { get; init; }
}

/// <summary>An Azure Files share to mount into a pod; served by the file.csi.azure.com driver after CSI migration.</summary>
[ApiType]
public sealed partial record AzureFileVolumeSource
{
    /// <summary>Secret holding the storage account name and key, in the namespace of the pod.</summary>
    [Field(1, Emit = Emit.Always)] public string SecretName { get; init; } = "";

    /// <summary>Name of the file share within the storage account.</summary>
    [Field(2, Emit = Emit.Always)] public string ShareName { get; init; } = "";

    /// <summary>Mount the share without write access; false by default.</summary>
    [Field(3)] public bool ReadOnly { get; init; }
}

/// <summary>An ephemeral volume that a CSI driver creates on the node for one pod and removes with it.</summary>
[ApiType]
public sealed partial record CSIVolumeSource
{
    /// <summary>Name of the CSI driver; it must declare the Ephemeral lifecycle mode in its CSIDriver object.</summary>
    [Field(1, Emit = Emit.Always)] public string Driver { get; init; } = "";

    /// <summary>Mount without write access; false by default.</summary>
    [Field(2)] public bool? ReadOnly { get; init; }

    /// <summary>Filesystem to mount; the driver chooses when unset.</summary>
    [Field(3)] public string? FsType { get; init; }

    /// <summary>Settings passed through to the driver; their keys are documented by the driver.</summary>
    [Field(4)] public ApiMap<string> VolumeAttributes { get; init; }

    /// <summary>Secret in the pod's namespace passed to the driver when the volume is mounted or unmounted.</summary>
    [Field(5)] public LocalObjectReference? NodePublishSecretRef { get; init; }
}

/// <summary>An OpenStack Cinder disk to mount into a pod; served by the cinder.csi.openstack.org driver after CSI migration.</summary>
[ApiType]
public sealed partial record CinderVolumeSource
{
    /// <summary>Identifier of an existing volume in Cinder, in the cloud of the cluster.</summary>
    [Field(1, Emit = Emit.Always)] public string VolumeID { get; init; } = "";

    /// <summary>Filesystem to mount, such as ext4 or xfs; ext4 is assumed when empty.</summary>
    [Field(2)] public string FsType { get; init; } = "";

    /// <summary>Mount without write access; false by default.</summary>
    [Field(3)] public bool ReadOnly { get; init; }

    /// <summary>Secret in the pod's namespace with the parameters for connecting to OpenStack.</summary>
    [Field(4)] public LocalObjectReference? SecretRef { get; init; }
}

/// <summary>A volume whose files are the keys of a config map, refreshed when it changes.</summary>
[ApiType]
public sealed partial record ConfigMapVolumeSource
{
    [Field(1), Inline] public LocalObjectReference LocalObjectReference { get; init; } = LocalObjectReference.Empty;

    /// <summary>Which keys to write and where; every key becomes a file named after it when unset.</summary>
    [Field(2), Atomic] public ApiList<KeyToPath> Items { get; init; }

    /// <summary>
    /// Permission bits of the files, 0 to 0777 (JSON takes decimal); 0644 by default. An item's mode overrides it, and fsGroup may
    /// add bits.
    /// </summary>
    [Field(3)] public int? DefaultMode { get; init; }

    /// <summary>Whether the config map or its listed keys may be missing; false by default.</summary>
    [Field(4)] public bool? Optional { get; init; }
}

/// <summary>One file with a fact about the pod; exactly one of fieldRef and resourceFieldRef is set.</summary>
[ApiType]
public sealed partial record DownwardAPIVolumeFile
{
    /// <summary>File to write, relative to the root of the volume, without '..'.</summary>
    [Field(1, Emit = Emit.Always)] public string Path { get; init; } = "";

    /// <summary>Field of the pod to write: its name, namespace, UID, labels or annotations, or one of those.</summary>
    [Field(2)] public ObjectFieldSelector? FieldRef { get; init; }

    /// <summary>Resource limit or request of a container to write.</summary>
    [Field(3)] public ResourceFieldSelector? ResourceFieldRef { get; init; }

    /// <summary>Permission bits of the file, 0 to 0777 (JSON takes decimal); the volume's defaultMode when unset.</summary>
    [Field(4)] public int? Mode { get; init; }
}

/// <summary>A volume whose files contain facts about the pod, refreshed as these change.</summary>
[ApiType]
public sealed partial record DownwardAPIVolumeSource
{
    /// <summary>Files to write, each with one fact about the pod.</summary>
    [Field(1), Atomic] public ApiList<DownwardAPIVolumeFile> Items { get; init; }

    /// <summary>Permission bits of the files, 0 to 0777 (JSON takes decimal); 0644 by default.</summary>
    [Field(2)] public int? DefaultMode { get; init; }
}

/// <summary>A volume whose claim is created together with the pod and deleted with it.</summary>
[ApiType]
public sealed partial record EphemeralVolumeSource
{
    /// <summary>Claim to create, named after the pod and the volume joined by a dash; immutable.</summary>
    [Field(1)] public PersistentVolumeClaimTemplate? VolumeClaimTemplate { get; init; }
}

/// <summary>Pattern for the claim of an ephemeral volume.</summary>
[ApiType]
public sealed partial record PersistentVolumeClaimTemplate
{
    /// <summary>Labels and annotations to copy to the claim; nothing else is allowed.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Spec to copy to the claim unchanged.</summary>
    [Field(2, Emit = Emit.Always)] public PersistentVolumeClaimSpec Spec { get; init; } = PersistentVolumeClaimSpec.Empty;
}

/// <summary>A volume served by a vendor's FlexVolume executable on the node; deprecated in favour of CSI.</summary>
[ApiType]
public sealed partial record FlexVolumeSource
{
    /// <summary>Name of the FlexVolume driver, in the form vendor/driver.</summary>
    [Field(1, Emit = Emit.Always)] public string Driver { get; init; } = "";

    /// <summary>Filesystem to mount; the driver chooses when empty.</summary>
    [Field(2)] public string FsType { get; init; } = "";

    /// <summary>Secret in the pod's namespace whose content is passed to the driver.</summary>
    [Field(3)] public LocalObjectReference? SecretRef { get; init; }

    /// <summary>Mount without write access; false by default.</summary>
    [Field(4)] public bool ReadOnly { get; init; }

    /// <summary>Further settings, passed to the driver with each call.</summary>
    [Field(5)] public ApiMap<string> Options { get; init; }
}

/// <summary>A directory filled by cloning a git repository; disabled for security, so clone in an init container instead.</summary>
[ApiType]
public sealed partial record GitRepoVolumeSource
{
    /// <summary>Address of the repository to clone.</summary>
    [Field(1, Emit = Emit.Always)] public string Repository { get; init; } = "";

    /// <summary>Commit, branch or tag to check out after cloning.</summary>
    [Field(2)] public string Revision { get; init; } = "";

    /// <summary>Target directory inside the volume, without '..'; '.' clones into the root of the volume.</summary>
    [Field(3)] public string Directory { get; init; } = "";
}

/// <summary>A Gluster mount; the in-tree driver has been removed.</summary>
[ApiType]
public sealed partial record GlusterfsVolumeSource
{
    /// <summary>Name of the endpoints object that lists the Gluster servers.</summary>
    [Field(1, Emit = Emit.Always)] public string Endpoints { get; init; } = "";

    /// <summary>Name of the Gluster volume to mount.</summary>
    [Field(2, Emit = Emit.Always)] public string Path { get; init; } = "";

    /// <summary>Mount without write access; false by default.</summary>
    [Field(3)] public bool ReadOnly { get; init; }
}

/// <summary>A read-only volume with the content of a container image or OCI artifact.</summary>
[ApiType]
public sealed partial record ImageVolumeSource
{
    /// <summary>Image or artifact to mount, named as a container image is; may be omitted where a controller fills it in.</summary>
    [Field(1)] public string Reference { get; init; } = "";

    /// <summary>When to pull: Always, IfNotPresent or Never. Always by default for the latest tag, else IfNotPresent.</summary>
    [Field(2), KnownValues(typeof(PullPolicy))] public string PullPolicy { get; init; } = "";
}

/// <summary>Maps one key of a config map or secret to a file.</summary>
[ApiType]
public sealed partial record KeyToPath
{
    /// <summary>Key of the config map or secret whose value becomes the file.</summary>
    [Field(1, Emit = Emit.Always)] public string Key { get; init; } = "";

    /// <summary>File to write, relative to the root of the volume, without '..'.</summary>
    [Field(2, Emit = Emit.Always)] public string Path { get; init; } = "";

    /// <summary>Permission bits of the file, 0 to 0777 (JSON takes decimal); the volume's defaultMode when unset.</summary>
    [Field(3)] public int? Mode { get; init; }
}

/// <summary>Mounts the volume that a claim is bound to.</summary>
[ApiType]
public sealed partial record PersistentVolumeClaimVolumeSource
{
    /// <summary>Claim in the namespace of the pod.</summary>
    [Field(1, Emit = Emit.Always)] public string ClaimName { get; init; } = "";

    /// <summary>Force every mount of this volume to be without write access; false by default.</summary>
    [Field(2)] public bool ReadOnly { get; init; }
}

/// <summary>A volume in memory whose files are the keys of a secret, refreshed when it changes.</summary>
[ApiType]
public sealed partial record SecretVolumeSource
{
    /// <summary>Secret in the namespace of the pod.</summary>
    [Field(1)] public string SecretName { get; init; } = "";

    /// <summary>Which keys to write and where; every key becomes a file named after it when unset.</summary>
    [Field(2), Atomic] public ApiList<KeyToPath> Items { get; init; }

    /// <summary>
    /// Permission bits of the files, 0 to 0777 (JSON takes decimal); 0644 by default. An item's mode overrides it, and fsGroup may
    /// add bits.
    /// </summary>
    [Field(3)] public int? DefaultMode { get; init; }

    /// <summary>Whether the secret or its listed keys may be missing; false by default.</summary>
    [Field(4)] public bool? Optional { get; init; }
}
