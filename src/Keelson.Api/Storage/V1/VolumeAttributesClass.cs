using Keelson.Api.Meta.V1;

namespace Keelson.Api.Storage.V1;

/// <summary>
/// Describes changeable properties of volumes, such as speed, for a CSI driver. A claim can be moved from one class to another,
/// and the driver then alters the existing volume.
/// </summary>
[Resource("storage.k8s.io", "v1", "volumeattributesclasses", Scope.Cluster, ShortNames = ["vac"])]
public sealed partial record VolumeAttributesClass
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>CSI driver the class is for. Immutable.</summary>
    [Field(2, Emit = Emit.Always)] public string DriverName { get; init; } = "";

    /// <summary>Properties for the driver, such as throughput. Immutable; at most 512 of them and 256 KiB.</summary>
    [Field(3)] public ApiMap<string> Parameters { get; init; }
}
