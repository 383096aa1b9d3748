using System.Text.Json;
using Keelson.Api;
using Keelson.Api.Json;
using Keelson.Api.Values;
using Keelson.Api.Yaml;

namespace Keelson.Commands.Convert;

/// <summary>Reads documents in any form, told by their content, and checks them strictly.</summary>
internal static class DocumentReader
{
    /// <summary>The most that is read from one file.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    private static readonly YamlLimits Limits = new() { MaxBytes = MaxBytes, MaxAliasedCharacters = MaxBytes };

    public static List<Document> Read(byte[] content)
    {
        try
        {
            if (ApiProtobuf.IsEnvelope(content)) return [new Document(ApiProtobuf.Decode(content))];
            var texts = LooksLikeJson(content) ? SplitJson(content) : ReadYaml(content);
            return [.. texts.Select((json, index) => Decode(json, texts.Count > 1 ? $"document {index + 1}: " : ""))];
        }
        catch (Exception fault) when (fault is ApiFormatException or YamlFormatException)
        {
            throw new DocumentException(fault.Message, fault);
        }
    }

    private static Document Decode(byte[] json, string where)
    {
        var report = new DecodeReport();
        try
        {
            var value = IsWatchEvent(json) ? ApiJson.Decode(json, Catalog.Find(new GroupVersionKind("", "", ""))!, report) : ApiJson.Decode(json, report);
            if (report.IsClean) return new Document(value);
        }
        catch (ApiFormatException fault)
        {
            throw new DocumentException(where + fault.Message, fault);
        }

        throw new DocumentException(where + report.StrictError);
    }

    private static bool LooksLikeJson(ReadOnlySpan<byte> content)
    {
        var start = content.TrimStart(" \t\r\n"u8);
        return start.Length > 0 && start[0] == (byte)'{';
    }

    // A file may hold several JSON documents in a row, as kubectl reads them.
    private static List<byte[]> SplitJson(byte[] content)
    {
        var documents = new List<byte[]>();
        var rest = content.AsSpan();
        while (!(rest = rest.TrimStart(" \t\r\n"u8)).IsEmpty)
        {
            var reader = new Utf8JsonReader(rest, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = JsonReader.MaxDepth });
            try
            {
                reader.Read();
                reader.Skip();
            }
            catch (JsonException)
            {
                // The decoder says in better words what is wrong with it.
                documents.Add(rest.ToArray());
                break;
            }

            documents.Add(rest[..(int)reader.BytesConsumed].ToArray());
            rest = rest[(int)reader.BytesConsumed..];
        }

        return documents;
    }

    private static List<byte[]> ReadYaml(byte[] content)
    {
        var duplicates = new List<string>();
        var documents = YamlReader.ReadStream(content, Limits, duplicates).Select(value => ValueWriter.WriteBytes(value)).ToList();
        if (duplicates.Count > 0) throw new DocumentException(duplicates[0]);
        if (documents.Count == 0) throw new DocumentException("no object in it");
        return documents;
    }

    // A watch event does not say what it is; nothing else has these two fields and no kind.
    private static bool IsWatchEvent(byte[] json)
    {
        if (TypeMeta.Peek(json) is not { Kind.Length: 0, ApiVersion.Length: 0 }) return false;
        return ValueReader.Read(json, new JsonLimits { MaxBytes = MaxBytes }) is MapValue { Count: 2 } map && map.ContainsKey("type") && map.ContainsKey("object");
    }
}
