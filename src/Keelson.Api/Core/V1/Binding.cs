using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>
/// Tells the server which node a pod shall run on. Schedulers post it to the binding subresource of a pod, which sets nodeName;
/// it is never stored and cannot be read back.
/// </summary>
[Resource("", "v1", "bindings", Scope.Namespaced, Verbs = ["create"])]
public sealed partial record Binding
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The node that receives the pod; only kind Node and its name matter.</summary>
    [Field(2, Emit = Emit.Always)] public ObjectReference Target { get; init; } = ObjectReference.Empty;
}
