using Keelson.Api.Values;

namespace Keelson.Server.Audit;

/// <summary>Takes out of documents who owns which of their fields, of objects as well as of those in lists and tables.</summary>
internal static class ManagedFieldRemoval
{
    public static ReadOnlyMemory<byte> From(ReadOnlyMemory<byte> json)
    {
        if (json.Span.IndexOf("\"managedFields\""u8) < 0) return json;
        return ValueReader.Read(json.Span, Objects.ObjectLimits.Trusted) is MapValue root ? ValueWriter.WriteBytes(From(root)) : json;
    }

    private static MapValue From(MapValue root)
    {
        root = root.Without(["metadata", "managedFields"]);
        if (root["items"] is ListValue items) root = root.With("items", ListValue.From(items.Select(item => item is MapValue map ? map.Without(["metadata", "managedFields"]) : item)));
        if (root["rows"] is ListValue rows) root = root.With("rows", ListValue.From(rows.Select(row => row is MapValue map ? map.Without(["object", "metadata", "managedFields"]) : row)));
        return root;
    }
}
