using Keelson.Api.Meta.V1;

namespace Keelson.Api.Storage.V1;

/// <summary>
/// Announces a CSI driver and how Kubernetes is to work with it, normally installed along with the driver. Drivers without one
/// get the default treatment.
/// </summary>
[Resource("storage.k8s.io", "v1", "csidrivers", Scope.Cluster)]
public sealed partial record CSIDriver
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>How the driver wants to be treated.</summary>
    [Field(2, Emit = Emit.Always)] public CSIDriverSpec Spec { get; init; } = CSIDriverSpec.Empty;
}

/// <summary>Properties of a CSI driver.</summary>
[ApiType]
public sealed partial record CSIDriverSpec
{
    /// <summary>Whether volumes must be attached to a node before they are mounted. Defaults to true; immutable.</summary>
    [Field(1)] public bool? AttachRequired { get; init; }

    /// <summary>Whether the kubelet tells the driver pod name, namespace, UID and service account on mounting. Defaults to false.</summary>
    [Field(2)] public bool? PodInfoOnMount { get; init; }

    /// <summary>Sorts of volume supported: Persistent (default), Ephemeral or both. Immutable.</summary>
    [Field(3), KnownValues(typeof(VolumeLifecycleMode)), ListSet] public ApiList<string> VolumeLifecycleModes { get; init; }

    /// <summary>Whether the scheduler looks at CSIStorageCapacity objects before it places pods with new volumes. Defaults to false.</summary>
    [Field(4)] public bool? StorageCapacity { get; init; }

    /// <summary>When volume ownership follows fsGroup: ReadWriteOnceWithFSType (default) for such volumes only, File always, None never.</summary>
    [Field(5), KnownValues(typeof(FSGroupPolicy))] public string? FsGroupPolicy { get; init; }

    /// <summary>Service account tokens of the pod that the driver gets on mounting, by audience.</summary>
    [Field(6), Atomic] public ApiList<TokenRequest> TokenRequests { get; init; }

    /// <summary>
    /// Whether the kubelet calls the driver for mounted volumes again and again, so that it can refresh contents. Defaults to false.
    /// </summary>
    [Field(7)] public bool? RequiresRepublish { get; init; }

    /// <summary>Whether the driver supports mounting with an SELinux context, which spares relabelling each file. Defaults to false.</summary>
    [Field(8)] public bool? SeLinuxMount { get; init; }

    /// <summary>
    /// How often the number of volumes a node can take is refreshed, in seconds, at least 10. Unset refreshes only when the driver
    /// registers and after attach failures.
    /// </summary>
    [Field(9)] public long? NodeAllocatableUpdatePeriodSeconds { get; init; }

    /// <summary>
    /// True passes tokens in the secrets part of a mount call instead of the volume context; only with tokenRequests. Defaults to
    /// false.
    /// </summary>
    [Field(10)] public bool? ServiceAccountTokenInSecrets { get; init; }

    /// <summary>Whether pods with volumes of the driver are kept off nodes on which it is not registered. Defaults to false.</summary>
    [Field(11)] public bool? PreventPodSchedulingIfMissing { get; init; }
}

/// <summary>The values of FSGroupPolicy that are known.</summary>
public static class FSGroupPolicy
{
    public const string File = "File";
    public const string None = "None";
    public const string ReadWriteOnceWithFSType = "ReadWriteOnceWithFSType";
}

/// <summary>A service account token a CSI driver wants.</summary>
[ApiType]
public sealed partial record TokenRequest
{
    /// <summary>Recipient the token is for. Empty means the API server.</summary>
    [Field(1, Emit = Emit.Always)] public string Audience { get; init; } = "";

    /// <summary>Lifetime of the token in seconds, at least 600. Defaults to 3600.</summary>
    [Field(2)] public long? ExpirationSeconds { get; init; }
}

/// <summary>The values of VolumeLifecycleMode that are known.</summary>
public static class VolumeLifecycleMode
{
    public const string Ephemeral = "Ephemeral";
    public const string Persistent = "Persistent";
}
