using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Keelson.Server.Storing;

/// <summary>
/// How an object is kept in the store: one byte that names the format, four that say where in the JSON metadata begins, and the
/// JSON without a resource version, which only the store knows.
/// </summary>
/// <remarks>The place is kept so that the version can be spliced in without reading the document.</remarks>
internal static class StoredForm
{
    private const byte Format = 1;
    private const int HeaderLength = 5;

    private static ReadOnlySpan<byte> VersionField => "\"resourceVersion\":\""u8;

    /// <summary>The value to store for an object whose JSON has no resource version.</summary>
    /// <exception cref="ArgumentException">The JSON is no object with metadata.</exception>
    public static byte[] Encode(ReadOnlySpan<byte> json)
    {
        var value = new byte[HeaderLength + json.Length];
        value[0] = Format;
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(1), FindMetadata(json));
        json.CopyTo(value.AsSpan(HeaderLength));
        return value;
    }

    /// <summary>The JSON of a stored value with its resource version, as every reader is sent it.</summary>
    /// <param name="place">Where the version field begins in the result.</param>
    /// <exception cref="InvalidDataException">The value was not written by <see cref="Encode"/>.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> value, long revision, out int place)
    {
        if (value.Length < HeaderLength + 2 || value[0] != Format) throw new InvalidDataException("the stored value has an unknown format");
        place = BinaryPrimitives.ReadInt32LittleEndian(value[1..]);
        var json = value[HeaderLength..];
        if (place <= 0 || place >= json.Length || json[place - 1] != '{') throw new InvalidDataException("the stored value has no metadata where its header says");
        return Splice(json, place, 0, revision);
    }

    /// <summary>The same for a value that somebody else may have written or damaged: everything in it is looked at.</summary>
    /// <param name="why">What is wrong, where something is.</param>
    public static bool TryDecode(ReadOnlySpan<byte> value, long revision, out byte[] json, out int place, out string why)
    {
        (json, place, why) = ([], 0, "");
        try
        {
            json = Decode(value, revision, out place);
            if (FindMetadata(json) == place && IsWhole(json)) return true;
            why = "the stored value has no metadata where its header says";
        }
        catch (Exception broken) when (broken is InvalidDataException or ArgumentException or JsonException)
        {
            why = broken.Message;
        }

        return false;
    }

    private static bool IsWhole(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Api.Values.Value.MaxDepth });
        while (reader.Read())
        {
            // The reader refuses what is no JSON.
        }

        return true;
    }

    /// <summary>The same JSON with another resource version.</summary>
    public static byte[] WithRevision(ReadOnlySpan<byte> json, int place, long revision)
    {
        return Splice(json, place, VersionLength(json, place), revision);
    }

    /// <summary>How long the version field is that begins at a place, with the comma behind it.</summary>
    public static int VersionLength(ReadOnlySpan<byte> json, int place)
    {
        var length = VersionField.Length;
        while (json[place + length] != '"') length++;
        length++;
        return json[place + length] == ',' ? length + 1 : length;
    }

    private static byte[] Splice(ReadOnlySpan<byte> json, int place, int replaced, long revision)
    {
        Span<byte> digits = stackalloc byte[20];
        if (!Utf8Formatter.TryFormat(revision, digits, out var count)) throw new InvalidOperationException("a revision has more than 20 digits");
        var rest = json[(place + replaced)..];
        var comma = rest[0] != '}';
        var result = new byte[place + VersionField.Length + count + (comma ? 2 : 1) + rest.Length];
        json[..place].CopyTo(result);
        var at = place;
        VersionField.CopyTo(result.AsSpan(at));
        at += VersionField.Length;
        digits[..count].CopyTo(result.AsSpan(at));
        at += count;
        result[at++] = (byte)'"';
        if (comma) result[at++] = (byte)',';
        rest.CopyTo(result.AsSpan(at));
        return result;
    }

    /// <summary>The offset just after the brace that opens the top-level metadata.</summary>
    private static int FindMetadata(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Api.Values.Value.MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new ArgumentException("no JSON object", nameof(json));
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("metadata"u8);
            reader.Read();
            if (found && reader.TokenType == JsonTokenType.StartObject) return (int)reader.TokenStartIndex + 1;
            reader.Skip();
        }

        throw new ArgumentException("the object has no metadata", nameof(json));
    }

    /// <summary>A resource version as objects carry it.</summary>
    public static string Version(long revision) => revision.ToString(CultureInfo.InvariantCulture);

    /// <summary>A key's bytes.</summary>
    public static byte[] Key(string key) => Encoding.UTF8.GetBytes(key);
}
