using System.Buffers;
using System.Text;
using Keelson.Api.Values;

namespace Keelson.Api.Yaml;

/// <summary>Writes values as YAML, byte for byte as upstream's tools do.</summary>
public static class YamlWriter
{
    public static void Write(Value value, IBufferWriter<byte> output) => Encoding.UTF8.GetBytes(WriteText(value), output);

    public static byte[] WriteBytes(Value value) => Encoding.UTF8.GetBytes(WriteText(value));

    public static string WriteText(Value value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var output = new YamlOutput();
        output.WriteDocument(value);
        return output.ToString();
    }

    /// <summary>Several documents, with a separator line between them.</summary>
    public static string WriteStream(IEnumerable<Value> documents)
    {
        ArgumentNullException.ThrowIfNull(documents);
        return string.Join("---\n", documents.Select(WriteText));
    }
}
