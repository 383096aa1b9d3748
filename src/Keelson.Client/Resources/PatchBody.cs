using Keelson.Api;
using Keelson.Api.Values;

namespace Keelson.Client.Resources;

/// <summary>A change to an object: what kind of patch it is, and its document.</summary>
public sealed class PatchBody
{
    private PatchBody(string contentType, ReadOnlyMemory<byte> document)
    {
        ContentType = contentType;
        Document = document;
    }

    public string ContentType { get; }

    public ReadOnlyMemory<byte> Document { get; }

    internal bool IsApply => ContentType.StartsWith("application/apply-patch", StringComparison.Ordinal);

    /// <summary>RFC 7386: what is given replaces, null removes, lists are replaced whole.</summary>
    public static PatchBody Merge(Value document) => new("application/merge-patch+json", ValueWriter.WriteBytes(document));

    /// <inheritdoc cref="Merge(Value)"/>
    public static PatchBody Merge(ReadOnlyMemory<byte> json) => new("application/merge-patch+json", json);

    /// <summary>RFC 6902: operations in order.</summary>
    public static PatchBody Json(Value operations) => new("application/json-patch+json", ValueWriter.WriteBytes(operations));

    /// <inheritdoc cref="Json(Value)"/>
    public static PatchBody Json(ReadOnlyMemory<byte> json) => new("application/json-patch+json", json);

    /// <summary>A merge in which lists merge by their keys; for declared kinds only.</summary>
    public static PatchBody Strategic(Value document) => new("application/strategic-merge-patch+json", ValueWriter.WriteBytes(document));

    /// <inheritdoc cref="Strategic(Value)"/>
    public static PatchBody Strategic(ReadOnlyMemory<byte> json) => new("application/strategic-merge-patch+json", json);

    /// <summary>Server-side apply: the fields that the manager wants, and no others.</summary>
    public static PatchBody Apply(Value document) => Apply(ValueWriter.WriteBytes(document));

    /// <inheritdoc cref="Apply(Value)"/>
    public static PatchBody Apply<T>(T document)
        where T : class, IKind<T> => Apply(ApiJson.Encode(document));

    /// <inheritdoc cref="Apply(Value)"/>
    /// <param name="yaml">YAML or JSON.</param>
    public static PatchBody Apply(ReadOnlyMemory<byte> yaml) => new("application/apply-patch+yaml", yaml);
}
