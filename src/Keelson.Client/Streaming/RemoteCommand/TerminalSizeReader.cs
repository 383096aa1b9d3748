using System.Text.Json;

namespace Keelson.Client.Streaming.RemoteCommand;

/// <summary>Reads terminal sizes: JSON objects with Width and Height, one after the other.</summary>
internal sealed class TerminalSizeReader(Stream stream)
{
    /// <summary>A size takes some thirty bytes; more without an end is no size.</summary>
    private const int Limit = 4096;

    private readonly byte[] _buffer = new byte[Limit];
    private int _length;

    /// <summary>The next size; null at the end, or where what comes is no size.</summary>
    public async ValueTask<TerminalSize?> ReadAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                if (TryTake(out var size)) return size;
                if (_length == Limit) return null;
                var count = await stream.ReadAsync(_buffer.AsMemory(_length), cancel).ConfigureAwait(false);
                if (count == 0) return null;
                _length += count;
            }
        }
        catch (Exception broken) when (broken is JsonException or IOException)
        {
            return null;
        }
    }

    public static byte[] Encode(TerminalSize size) => System.Text.Encoding.ASCII.GetBytes($"{{\"Width\":{size.Width},\"Height\":{size.Height}}}\n");

    private bool TryTake(out TerminalSize size)
    {
        size = default;
        var start = _buffer.AsSpan(0, _length).IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0) return false;
        var reader = new Utf8JsonReader(_buffer.AsSpan(start, _length - start), isFinalBlock: false, default);
        ushort width = 0;
        ushort height = 0;
        string? name = null;
        while (reader.Read())
        {
            if (reader.CurrentDepth > 1 || (reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.EndObject))) throw new JsonException();
            if (reader.TokenType == JsonTokenType.PropertyName) name = reader.GetString();
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetUInt16(out var value))
            {
                if (string.Equals(name, "Width", StringComparison.OrdinalIgnoreCase)) width = value;
                if (string.Equals(name, "Height", StringComparison.OrdinalIgnoreCase)) height = value;
            }

            if (reader.TokenType != JsonTokenType.EndObject) continue;
            var used = start + (int)reader.BytesConsumed;
            _buffer.AsSpan(used, _length - used).CopyTo(_buffer);
            _length -= used;
            size = new TerminalSize(width, height);
            return true;
        }

        return false;
    }
}
