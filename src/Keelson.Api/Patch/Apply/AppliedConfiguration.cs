using Keelson.Api.Schemas;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>Reads back from an object what a manager applied to it.</summary>
public static class AppliedConfiguration
{
    /// <summary>The object as far as the manager owns it by apply, with what identifies it; null where it owns nothing.</summary>
    /// <exception cref="FormatException">The object's managed fields are malformed.</exception>
    public static MapValue? Extract(MapValue @object, Schema schema, string manager, string subresource = "")
    {
        ArgumentNullException.ThrowIfNull(@object);
        var owned = ManagedFields.Of(@object)[new FieldOwner(manager, FieldOperation.Apply, "", subresource)];
        if (owned is null || owned.ApiVersion != @object["apiVersion"]?.AsText()) return null;

        var type = MergeType.Root(schema);
        var own = Removal.Extract(ManagedFields.Strip(@object), WithKeys(owned.Fields), type) as MapValue ?? MapValue.Empty;
        var result = new MapBuilder().SetIfAny("apiVersion", @object["apiVersion"]).SetIfAny("kind", @object["kind"]);
        foreach (var (key, value) in own) result.Set(key, value);
        var map = result.Build();
        foreach (var field in (ReadOnlySpan<string>)["name", "namespace"])
        {
            if (@object["metadata", field] is { } value) map = map.With(["metadata", field], value);
        }

        return map;
    }

    /// <summary>The set with the keys of list elements of which it has something, without which they could not be told apart.</summary>
    private static FieldSet WithKeys(FieldSet fields)
    {
        var keys = new List<FieldPath>();
        foreach (var path in fields.Paths())
        {
            for (var i = 0; i < path.Elements.Length; i++)
            {
                if (path.Elements[i].Keys is not { } names) continue;
                foreach (var name in names.Keys) keys.Add(FieldPath.Of([.. path.Elements[..(i + 1)], name]));
            }
        }

        return fields.Union(FieldSet.Of([.. keys]));
    }
}
