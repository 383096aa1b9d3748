using System.Text;

namespace Keelson.Api.Values;

/// <summary>Reads JSON into values, strictly: what Go's decoder would repair silently is refused.</summary>
public static class ValueReader
{
    /// <summary>Reads one document.</summary>
    /// <param name="json">UTF-8 without a byte order mark.</param>
    /// <param name="duplicateFields">
    /// Takes a message like <c>duplicate field "spec.replicas"</c> for each field that occurs again. Of such fields the
    /// last one counts.
    /// </param>
    /// <exception cref="JsonFormatException">The document is not JSON, or exceeds the limits.</exception>
    public static Value Read(ReadOnlySpan<byte> json, JsonLimits? limits = null, ICollection<string>? duplicateFields = null)
    {
        limits ??= JsonLimits.Default;
        if (json.Length > limits.MaxBytes)
        {
            throw new JsonFormatException($"the document has {json.Length} bytes, limit is {limits.MaxBytes}", limits.MaxBytes);
        }

        var parser = new JsonParser(json, limits, duplicateFields);
        try
        {
            return parser.ReadDocument();
        }
        finally
        {
            parser.Dispose();
        }
    }

    /// <summary>Reads the first of several documents that follow each other.</summary>
    /// <param name="length">The bytes of that document, and of the space before it.</param>
    internal static Value ReadFirst(ReadOnlySpan<byte> json, JsonLimits limits, ICollection<string>? duplicateFields, out int length)
    {
        var parser = new JsonParser(json, limits, duplicateFields);
        try
        {
            return parser.ReadFirst(out length);
        }
        finally
        {
            parser.Dispose();
        }
    }

    /// <summary>Reads one document from text.</summary>
    public static Value Read(string json, JsonLimits? limits = null, ICollection<string>? duplicateFields = null) =>
        Read(Encoding.UTF8.GetBytes(json), limits, duplicateFields);
}
