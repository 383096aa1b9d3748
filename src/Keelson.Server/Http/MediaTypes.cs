using System.Collections.Concurrent;
using Microsoft.Net.Http.Headers;

namespace Keelson.Server.Http;

/// <summary>How an answer is encoded.</summary>
public enum WireFormat { Json, Yaml, Protobuf }

/// <summary>What an answer is turned into before it is encoded.</summary>
public enum Form
{
    /// <summary>The object itself.</summary>
    Object,

    /// <summary>Rows of cells for display.</summary>
    Table,

    /// <summary>The object's metadata alone.</summary>
    Metadata,
}

/// <summary>The form and encoding that a client accepts.</summary>
/// <param name="Version">The version of the form, where it is another one than the object.</param>
public sealed record AcceptedForm(WireFormat Encoding, Form Form, string Version)
{
    public static AcceptedForm Json { get; } = new(WireFormat.Json, Form.Object, "");

    public string ContentType => Encoding switch
    {
        WireFormat.Yaml => MediaTypes.Yaml,
        WireFormat.Protobuf => MediaTypes.Protobuf,
        _ => MediaTypes.Json,
    };
}

/// <summary>Finds the encodings that a request speaks and accepts.</summary>
public static class MediaTypes
{
    public const string Json = "application/json";
    public const string Yaml = "application/yaml";
    public const string Protobuf = "application/vnd.kubernetes.protobuf";

    /// <summary>Media types that objects are read from and written in.</summary>
    public static IReadOnlyList<string> ForObjects { get; } = [Json, Yaml, Protobuf];

    /// <summary>Those of custom resources, which have no protobuf form.</summary>
    public static IReadOnlyList<string> ForCustomObjects { get; } = [Json, Yaml];

    /// <summary>How many headers are remembered with what they come to, and how long they may be; default 256 each. Clients have few, but could make up any number.</summary>
    private const int MaxKnown = 256;

    private static readonly ConcurrentDictionary<(string Accept, bool HasProtobuf, bool Forms), AcceptedForm?> Known = new();

    /// <summary>The first acceptable form in the client's order, or null. No header accepts JSON.</summary>
    /// <param name="hasProtobuf">Whether the answer has a protobuf form; custom resources have none.</param>
    /// <param name="forms">Whether other forms than the object itself can be asked for.</param>
    public static AcceptedForm? Choose(string? accept, bool hasProtobuf, bool forms)
    {
        if (string.IsNullOrWhiteSpace(accept) || accept == Json) return AcceptedForm.Json;
        if (Known.TryGetValue((accept, hasProtobuf, forms), out var known)) return known;
        var chosen = Read(accept, hasProtobuf, forms);
        if (accept.Length <= MaxKnown && Known.Count < MaxKnown) Known[(accept, hasProtobuf, forms)] = chosen;
        return chosen;
    }

    private static AcceptedForm? Read(string accept, bool hasProtobuf, bool forms)
    {
        if (!MediaTypeHeaderValue.TryParseList([accept], out var values)) return null;
        foreach (var value in values.OrderByDescending(value => value.Quality ?? 1))
        {
            if (Choose(value, hasProtobuf, forms) is { } chosen) return chosen;
        }

        return null;
    }

    /// <summary>The encoding of a request's body; JSON where it does not say, null where it is another one.</summary>
    public static WireFormat? OfBody(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType)) return WireFormat.Json;
        return MediaTypeHeaderValue.TryParse(contentType, out var value) ? EncodingOf(value.MediaType.ToString()) : null;
    }

    private static AcceptedForm? Choose(MediaTypeHeaderValue value, bool hasProtobuf, bool forms)
    {
        var encoding = value.MediaType.ToString() switch
        {
            "*/*" or "application/*" => WireFormat.Json,
            var type => EncodingOf(type),
        };
        if (encoding is not { } known || (known == WireFormat.Protobuf && !hasProtobuf)) return null;
        var (form, group, version) = (Parameter(value, "as"), Parameter(value, "g"), Parameter(value, "v"));
        if (form.Length == 0) return new AcceptedForm(known, Form.Object, "");
        if (!forms || group != "meta.k8s.io" || version is not ("v1" or "v1beta1")) return null;
        return form switch
        {
            // A table's cells are JSON, so it has no protobuf form.
            "Table" when known != WireFormat.Protobuf => new AcceptedForm(known, Form.Table, version),
            "PartialObjectMetadata" or "PartialObjectMetadataList" => new AcceptedForm(known, Form.Metadata, version),
            _ => null,
        };
    }

    private static WireFormat? EncodingOf(string type) => type.ToLowerInvariant() switch
    {
        Json => WireFormat.Json,
        Yaml or "application/x-yaml" or "text/yaml" => WireFormat.Yaml,
        Protobuf => WireFormat.Protobuf,
        _ => null,
    };

    private static string Parameter(MediaTypeHeaderValue value, string name)
    {
        foreach (var parameter in value.Parameters)
        {
            if (parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return HeaderUtilities.RemoveQuotes(parameter.Value).ToString();
        }

        return "";
    }
}
