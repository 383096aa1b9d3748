using Keelson.Api.Patch.Apply;
using Keelson.Api.Values;
using Keelson.Server.CustomResources;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.Verbs;

/// <summary>Records in an object who owns which of its fields.</summary>
internal static class Ownership
{
    /// <summary>The object with the managed fields that a write by this manager leads to.</summary>
    public static ApiObject Track(RegisteredResource resource, string subresource, ApiObject? current, ApiObject updated, string manager, DateTimeOffset now) =>
        Track(resource.FieldManager(subresource), current, updated, manager, now);

    /// <summary>The same where fields may be owned in versions that somebody else converts to.</summary>
    public static ValueTask<ApiObject> TrackAsync(RegisteredResource resource, string subresource, ApiObject? current, ApiObject updated, string manager, DateTimeOffset now, CancellationToken cancel) =>
        VersionConversions.RunAsync(resource, subresource, fields => Track(fields, current, updated, manager, now), cancel);

    private static ApiObject Track(FieldManager fields, ApiObject? current, ApiObject updated, string manager, DateTimeOffset now)
    {
        var live = current?.ToValue();
        var tracked = fields.Update(live, updated.ToValue(), manager, now);
        if (live is not null) tracked = ManagedFieldTimes.KeepUnlessChanged(WithoutVersion(live), WithoutVersion(tracked));

        // Most writes change values of fields that their writer owns already.
        var unchanged = current is not null && live!["metadata", "managedFields"] is { } before && before.Equals(tracked["metadata", "managedFields"]);
        return unchanged ? updated.With(updated.Metadata with { ManagedFields = current!.Metadata.ManagedFields }) : Take(updated, tracked);
    }

    /// <summary>The object with the managed fields of its schema-free form.</summary>
    public static ApiObject Take(ApiObject updated, MapValue tracked)
    {
        var list = tracked["metadata", "managedFields"];
        var entries = list is null
            ? default
            : CustomObject.ReadMetadata(MapValue.Of(("managedFields", list)), new Api.Json.DecodeReport()).ManagedFields;
        return updated.With(updated.Metadata with { ManagedFields = entries });
    }

    private static MapValue WithoutVersion(MapValue value) => value.Without(["metadata", "resourceVersion"]);
}
