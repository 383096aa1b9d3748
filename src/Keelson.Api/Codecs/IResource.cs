using Keelson.Api.Meta.V1;

namespace Keelson.Api;

/// <summary>An object with a name: what the API server keeps.</summary>
public interface IResource : IKind
{
    ObjectMeta Metadata { get; }

    /// <summary>The same object with other metadata.</summary>
    IResource With(ObjectMeta metadata);
}

/// <summary>A type whose objects have a name.</summary>
public interface IResource<TSelf> : IKind<TSelf>, IResource
    where TSelf : class, IResource<TSelf>
{
    /// <summary>The same object with other metadata.</summary>
    new TSelf With(ObjectMeta metadata);
}
