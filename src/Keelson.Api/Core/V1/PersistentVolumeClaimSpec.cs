using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>The storage a claim asks for; mostly immutable after creation.</summary>
[ApiType]
public sealed partial record PersistentVolumeClaimSpec
{
    /// <summary>Ways in which the volume must be mountable: ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod.</summary>
    [Field(1), KnownValues(typeof(PersistentVolumeAccessMode)), Atomic] public ApiList<string> AccessModes { get; init; }

    /// <summary>Labels a pre-made volume must carry; excludes dynamic provisioning.</summary>
    [Field(4)] public LabelSelector? Selector { get; init; }

    /// <summary>Least size that is wanted; it may be raised later where the storage class allows expansion.</summary>
    [Field(2)] public VolumeResourceRequirements Resources { get; init; } = VolumeResourceRequirements.Empty;

    /// <summary>Volume to bind; set by the binder, or beforehand to demand a certain one.</summary>
    [Field(3)] public string VolumeName { get; init; } = "";

    /// <summary>Class that provisions the volume; unset takes the default class, empty text asks for a volume without class.</summary>
    [Field(5)] public string? StorageClassName { get; init; }

    /// <summary>Filesystem to mount a directory or Block to hand out the raw device; Filesystem by default.</summary>
    [Field(6), KnownValues(typeof(PersistentVolumeMode))] public string? VolumeMode { get; init; }

    /// <summary>Claim or VolumeSnapshot in the same namespace to fill the volume from; kept in step with dataSourceRef.</summary>
    [Field(7)] public TypedLocalObjectReference? DataSource { get; init; }

    /// <summary>Object to fill the volume from, of any kind a populator supports, possibly in another namespace; succeeds dataSource.</summary>
    [Field(8)] public TypedObjectReference? DataSourceRef { get; init; }

    /// <summary>Class with changeable settings such as IOPS; may be changed later to have the driver modify the volume.</summary>
    [Field(9)] public string? VolumeAttributesClassName { get; init; }
}

/// <summary>Names an object of any kind in the same namespace.</summary>
[ApiType]
[Atomic]
public sealed partial record TypedLocalObjectReference
{
    /// <summary>API group of the object; the core group when unset.</summary>
    [Field(1, Emit = Emit.Always), Optional] public string? ApiGroup { get; init; }

    /// <summary>Kind of the object, such as Pod or PersistentVolumeClaim.</summary>
    [Field(2, Emit = Emit.Always)] public string Kind { get; init; } = "";

    /// <summary>Name of the object that is referred to.</summary>
    [Field(3, Emit = Emit.Always)] public string Name { get; init; } = "";
}

/// <summary>Names an object of any kind, possibly in another namespace.</summary>
[ApiType]
public sealed partial record TypedObjectReference
{
    /// <summary>API group of the object; the core group when unset.</summary>
    [Field(1, Emit = Emit.Always), Optional] public string? ApiGroup { get; init; }

    /// <summary>Kind of the object, such as Pod or PersistentVolumeClaim.</summary>
    [Field(2, Emit = Emit.Always)] public string Kind { get; init; } = "";

    /// <summary>Name of the object that is referred to.</summary>
    [Field(3, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Namespace of the object; another one needs a ReferenceGrant there. The local one when unset.</summary>
    [Field(4)] public string? Namespace { get; init; }
}

/// <summary>Size a claim asks for.</summary>
[ApiType]
public sealed partial record VolumeResourceRequirements
{
    /// <summary>Most storage that the volume may have, under the resource name storage.</summary>
    [Field(1)] public ApiMap<Quantity> Limits { get; init; }

    /// <summary>Least storage the volume must have; claims must state it.</summary>
    [Field(2)] public ApiMap<Quantity> Requests { get; init; }
}
