using Keelson.Api.Json;
using Keelson.Api.Values;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.Verbs;

/// <summary>Splits objects into what is wanted, which the object's own path writes, and what is observed, which its status path writes.</summary>
internal static class Statuses
{
    /// <summary>The object with another status; null for none.</summary>
    public static ApiObject With(RegisteredResource resource, ApiObject value, Value? status)
    {
        var map = value.ToValue();
        var present = map["status"];
        if (IsNothing(present) && IsNothing(status)) return value;
        if (present is not null && present == status) return value;
        return resource.ReadValue(status is null ? map.Without("status") : map.With("status", status), new DecodeReport());
    }

    /// <summary>The object as it is, with the status of another one, and whatever metadata may be written along with it.</summary>
    public static ApiObject Take(RegisteredResource resource, ApiObject current, ApiObject updated)
    {
        var merged = With(resource, current, updated.ToValue()["status"]);
        if (resource.KindInfo is null) return merged.With(current.Metadata with { ResourceVersion = updated.Metadata.ResourceVersion, ManagedFields = updated.Metadata.ManagedFields, Uid = updated.Metadata.Uid });
        return merged.With(updated.Metadata);
    }

    /// <summary>Whether two objects want the same: all that is neither metadata nor status. A custom resource without status has only the one part.</summary>
    public static bool WantTheSame(RegisteredResource resource, ApiObject one, ApiObject other) => Wanted(resource, one).SemanticEquals(Wanted(resource, other));

    private static MapValue Wanted(RegisteredResource resource, ApiObject value)
    {
        var wanted = value.ToValue().Without("metadata").Without("apiVersion").Without("kind");
        return resource.Custom is not null && !resource.HasStatus ? wanted : wanted.Without("status");
    }

    private static bool IsNothing(Value? status) => status is null or NullValue or MapValue { Count: 0 };
}
