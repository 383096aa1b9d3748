using System.Buffers;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Json;

/// <summary>Counts the bytes that a value has as JSON, without keeping them.</summary>
internal sealed class JsonSize : IBufferWriter<byte>
{
    private byte[] _scratch = new byte[512];
    private long _written;

    private JsonSize()
    {
    }

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_scratch.Length < sizeHint) _scratch = new byte[sizeHint];
        return _scratch;
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    internal static long Of(Value value)
    {
        var size = new JsonSize();
        ValueWriter.Write(value, size, JsonFormat.Compact);
        return size._written;
    }
}
