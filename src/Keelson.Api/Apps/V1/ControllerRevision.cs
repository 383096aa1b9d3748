using Keelson.Api.Meta.V1;

namespace Keelson.Api.Apps.V1;

/// <summary>
/// An immutable snapshot that DaemonSets and StatefulSets keep of their pod template. Controllers create and clean these up to
/// make rollback possible; users only read them, mostly through kubectl rollout history.
/// </summary>
[Resource("apps", "v1", "controllerrevisions", Scope.Namespaced)]
public sealed partial record ControllerRevision
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The recorded state, in a form only its owner understands. Immutable.</summary>
    [Field(2)] public RawJson Data { get; init; }

    /// <summary>Sequence number of the snapshot; the newest has the highest.</summary>
    [Field(3, Emit = Emit.Always)] public long Revision { get; init; }
}
