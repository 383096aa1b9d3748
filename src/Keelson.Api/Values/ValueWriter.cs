using System.Buffers;
using System.Text;

namespace Keelson.Api.Values;

/// <summary>Writes values as JSON, byte for byte as Go's encoder does.</summary>
public static class ValueWriter
{
    public static void Write(Value value, IBufferWriter<byte> output, JsonFormat? format = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(output);
        var json = new JsonOutput(output, format ?? JsonFormat.Compact);
        json.Write(value);
        json.Flush();
    }

    public static byte[] WriteBytes(Value value, JsonFormat? format = null)
    {
        var output = new ArrayBufferWriter<byte>(512);
        Write(value, output, format);
        return output.WrittenSpan.ToArray();
    }

    public static string WriteText(Value value, JsonFormat? format = null)
    {
        var output = new ArrayBufferWriter<byte>(512);
        Write(value, output, format);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
