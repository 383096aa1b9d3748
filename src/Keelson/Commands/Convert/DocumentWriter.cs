using System.Text;
using Keelson.Api;
using Keelson.Api.Values;
using Keelson.Api.Yaml;

namespace Keelson.Commands.Convert;

/// <summary>Writes documents in one form, as kubectl prints them.</summary>
internal static class DocumentWriter
{
    private static readonly JsonFormat Indented = new() { Indent = 4 };

    public static byte[] Write(IReadOnlyList<Document> documents, string form) => form switch
    {
        "protobuf" => Protobuf(documents),
        "yaml" => Encoding.UTF8.GetBytes(YamlWriter.WriteStream(documents.Select(Value))),
        _ => Encoding.UTF8.GetBytes(string.Concat(documents.Select(document => ValueWriter.WriteText(Value(document), Indented) + "\n"))),
    };

    // An envelope does not say where it ends, so there is no telling two of them apart.
    private static byte[] Protobuf(IReadOnlyList<Document> documents) => documents is [var only]
        ? ApiProtobuf.Encode(only.Value)
        : throw new DocumentException($"protobuf holds one object, and {documents.Count} were read");

    private static Value Value(Document document) => ValueReader.Read(ApiJson.Encode(document.Value), new JsonLimits { MaxBytes = int.MaxValue });
}
