using Keelson.Api;
using Keelson.Api.Meta.V1;

namespace Keelson.Client.Reconciling;

/// <summary>Who owns an object, and how an owner is named.</summary>
public static class Owners
{
    /// <summary>The owner that manages the object, or null.</summary>
    public static OwnerReference? ControllerOf(ObjectMeta metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        foreach (var owner in metadata.OwnerReferences)
        {
            if (owner.Controller == true) return owner;
        }

        return null;
    }

    /// <summary>Whether the object is managed by the one with that uid.</summary>
    public static bool IsControlledBy(ObjectMeta metadata, string uid) => ControllerOf(metadata)?.Uid == uid;

    /// <summary>A reference to the owner as the one that manages.</summary>
    public static OwnerReference ControllerReference<T>(T owner)
        where T : class, IResource<T> => Reference(owner) with { Controller = true, BlockOwnerDeletion = true };

    /// <summary>A reference to one owner of several.</summary>
    public static OwnerReference Reference<T>(T owner)
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(owner);
        return new OwnerReference
        {
            ApiVersion = T.GroupVersionKind.ApiVersion,
            Kind = T.GroupVersionKind.Kind,
            Name = owner.Metadata.Name,
            Uid = owner.Metadata.Uid,
        };
    }

    /// <summary>The keys of the owners of a kind that manage the object: none or one. For <see cref="ReconcileLoop{T}.Watch{TOther}"/>.</summary>
    public static IEnumerable<ObjectKey> ControllerKeys<TOwner>(ObjectMeta metadata)
        where TOwner : class, IResource<TOwner>
    {
        if (ControllerOf(metadata) is not { } owner || owner.Kind != TOwner.GroupVersionKind.Kind) return [];
        // The version may differ, as the owner was named by whoever created it.
        if (Api.GroupVersionKind.Parse(owner.ApiVersion, owner.Kind)?.Group != TOwner.GroupVersionKind.Group) return [];
        return [new ObjectKey(ApiResource.Of<TOwner>().IsNamespaced ? metadata.Namespace : "", owner.Name)];
    }
}
