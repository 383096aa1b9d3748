namespace Keelson.Server.Tests.BadInput;

/// <summary>HTTP/2 by hand.</summary>
internal static class Frames
{
    public const byte Headers = 1;
    public const byte GoAway = 7;
    public const byte Continuation = 9;

    // GET / over https by the static table, then authority and authorization as literals.
    private static readonly byte[] Block = [0x82, 0x87, 0x84, 0x01, 9, .. "localhost"u8, 0x0f, 0x08, 12, .. "Bearer tests"u8];

    /// <summary>What a client begins with.</summary>
    public static byte[] Preface { get; } = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Make(4, 0, 0, [])];

    /// <summary>A whole request.</summary>
    public static byte[] Get(int stream) => Make(Headers, 0x5, stream, Block);

    /// <summary>A request whose headers go on in other frames.</summary>
    public static byte[] BeginGet(int stream) => Make(Headers, 0x1, stream, Block);

    public static byte[] Make(byte type, byte flags, int stream, byte[] payload) =>
        [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, (byte)(stream >> 24), (byte)(stream >> 16), (byte)(stream >> 8), (byte)stream, .. payload];

    /// <summary>The type of the next frame; null at the end.</summary>
    public static async Task<byte?> ReadAsync(Stream stream, CancellationToken cancel)
    {
        var head = new byte[9];
        if (await stream.ReadAtLeastAsync(head, 9, throwOnEndOfStream: false, cancel) < 9) return null;
        var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
        await stream.ReadExactlyAsync(payload, cancel);
        return head[3];
    }
}
