using System.Buffers;
using System.Text;
using Keelson.Api.Values;

namespace Keelson.Api.Yaml;

/// <summary>Reads YAML into values by the rules that upstream's tools read it by.</summary>
public static class YamlReader
{
    internal static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly SearchValues<char> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 0xa0).Select(i => (char)i).Where(c => c is not ('\t' or '\n' or '\r' or '\u0085' or (>= ' ' and <= '~'))), '\ufffe', '\uffff']);

    /// <summary>Reads one document; null when there is none. Empty documents after it are ignored.</summary>
    /// <param name="yaml">UTF-8, or UTF-16 with a byte order mark.</param>
    /// <param name="duplicateKeys">
    /// Takes one message in upstream's form about the keys that occur again; of such keys the last one counts.
    /// </param>
    /// <exception cref="YamlFormatException">The document is not YAML, has no form in JSON, or exceeds the limits.</exception>
    public static Value Read(ReadOnlySpan<byte> yaml, YamlLimits? limits = null, ICollection<string>? duplicateKeys = null)
    {
        Value? single = null;
        foreach (var document in ReadDocuments(DecodeText(yaml, limits ??= YamlLimits.Default), limits, duplicateKeys))
        {
            if (document.IsNull) continue;
            if (single is not null) throw new YamlFormatException("yaml: found a further document where one is expected");
            single = document;
        }

        return single ?? Value.Null;
    }

    public static Value Read(string yaml, YamlLimits? limits = null, ICollection<string>? duplicateKeys = null) =>
        Read(Encoding.UTF8.GetBytes(yaml), limits, duplicateKeys);

    /// <summary>
    /// Reads a stream of documents in YAML or JSON, separated as in manifests; empty documents are left out, and JSON
    /// objects may also follow each other directly. Lines in messages count from the start of the document that is
    /// wrong, as upstream's do.
    /// </summary>
    public static IEnumerable<Value> ReadStream(ReadOnlyMemory<byte> stream, YamlLimits? limits = null, ICollection<string>? duplicateKeys = null)
    {
        limits ??= YamlLimits.Default;
        CheckSize(stream.Length, limits);
        foreach (var chunk in YamlDocuments.Split(stream))
        {
            foreach (var document in ReadJson(chunk.Span, limits, duplicateKeys) ?? ReadYaml(chunk.Span, limits, duplicateKeys))
            {
                if (!document.IsNull) yield return document;
            }
        }
    }

    /// <summary>Converts one document to compact JSON with sorted keys.</summary>
    public static byte[] ToJson(ReadOnlySpan<byte> yaml, YamlLimits? limits = null, ICollection<string>? duplicateKeys = null) =>
        ValueWriter.WriteBytes(Read(yaml, limits, duplicateKeys), new JsonFormat { SortKeys = true });

    private static List<Value> ReadYaml(ReadOnlySpan<byte> chunk, YamlLimits limits, ICollection<string>? duplicateKeys)
    {
        // Upstream ends the last line of a part where that is not ended, which a literal at the end shows.
        var text = DecodeText(chunk, limits);
        return ReadDocuments(text.EndsWith('\n') ? text : text + "\n", limits, duplicateKeys);
    }

    /// <summary>The objects of a part that holds JSON, or null when it does not; what looks like JSON may be YAML's flow style.</summary>
    private static List<Value>? ReadJson(ReadOnlySpan<byte> chunk, YamlLimits limits, ICollection<string>? duplicateFields)
    {
        var rest = chunk.Trim(" \t\r\n"u8);
        if (rest.IsEmpty || rest[0] != '{') return null;
        var objects = new List<Value>();
        var duplicates = duplicateFields is null ? null : new List<string>();
        var json = new JsonLimits { MaxBytes = limits.MaxBytes, MaxDepth = limits.MaxDepth, MaxDuplicates = limits.MaxDuplicates };
        try
        {
            for (; !rest.IsEmpty; rest = rest.TrimStart(" \t\r\n"u8))
            {
                objects.Add(ValueReader.ReadFirst(rest, json, duplicates, out var length));
                rest = rest[length..];
            }
        }
        catch (JsonFormatException)
        {
            return null;
        }

        foreach (var duplicate in duplicates ?? []) duplicateFields!.Add(duplicate);
        return objects;
    }

    private static List<Value> ReadDocuments(string text, YamlLimits limits, ICollection<string>? duplicateKeys)
    {
        var composer = new YamlComposer(text, limits.MaxDepth);
        var documents = new List<Value>();
        while (composer.NextDocument() is { } root) documents.Add(new YamlDecoder(limits, duplicateKeys).DecodeDocument(root));
        return documents;
    }

    private static void CheckSize(int length, YamlLimits limits)
    {
        if (length > limits.MaxBytes) throw new YamlFormatException($"yaml: the stream has {length} bytes, limit is {limits.MaxBytes}");
    }

    private static string DecodeText(ReadOnlySpan<byte> yaml, YamlLimits limits)
    {
        CheckSize(yaml.Length, limits);
        string text;
        try
        {
            text = yaml switch
            {
                [0xff, 0xfe, ..] => new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true).GetString(yaml[2..]),
                [0xfe, 0xff, ..] => new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true).GetString(yaml[2..]),
                [0xef, 0xbb, 0xbf, ..] => StrictUtf8.GetString(yaml[3..]),
                _ => StrictUtf8.GetString(yaml),
            };
        }
        catch (DecoderFallbackException)
        {
            throw new YamlFormatException("yaml: invalid Unicode in the stream");
        }

        return text.AsSpan().IndexOfAny(Controls) < 0 ? text : throw new YamlFormatException("yaml: control characters are not allowed");
    }
}
