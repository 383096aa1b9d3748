using System.Buffers;
using System.Text;
using Keelson.Rpc.Wire;

namespace Keelson.Rpc.Tests.Wire;

public sealed class FrameRewriterTests
{
    private static readonly byte[] Preface = Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    [Fact]
    public void The_authority_is_emptied_and_all_else_kept()
    {
        // POST and a path that were sent before, a new table size, the authority, a header with its own name.
        byte[] block = [0x83, 0xff, 0x01, 0x3f, 0x01, 0x41, 3, .. "a/b"u8, 0x40, 1, (byte)'n', 2, .. "vv"u8, 0x0f, 0x10, 1, (byte)'x'];
        byte[] expected = [0x83, 0xff, 0x01, 0x3f, 0x01, 0x41, 0, 0x40, 1, (byte)'n', 2, .. "vv"u8, 0x0f, 0x10, 1, (byte)'x'];
        Assert.Equal(expected, Emptied(block));
    }

    [Fact]
    public void An_authority_under_its_own_name_is_emptied_too()
    {
        byte[] block = [0x00, 10, .. ":authority"u8, 3, .. "a/b"u8];
        Assert.Equal([0x00, 10, .. ":authority"u8, 0], Emptied(block));
    }

    [Theory]
    [InlineData(new byte[] { 0x41 })]
    [InlineData(new byte[] { 0x41, 5, 1 })]
    [InlineData(new byte[] { 0x41, 0x7f })]
    [InlineData(new byte[] { 0x41, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { 0x40, 9 })]
    [InlineData(new byte[] { 0xff })]
    public void A_malformed_block_is_left_to_the_server(byte[] block)
    {
        Assert.False(HeaderBlock.TryEmptyAuthority(block, new ArrayBufferWriter<byte>()));
        byte[] stream = [.. Preface, .. Frame(1, 0x4, block)];
        Assert.Equal(stream, Rewritten(stream, stream.Length));
    }

    [Fact]
    public void Frames_are_the_same_however_they_arrive()
    {
        byte[] authority = [0x41, 3, .. "a/b"u8];
        byte[] data = [.. Enumerable.Range(0, 1000).Select(number => (byte)number)];
        byte[] stream =
        [
            .. Preface,
            .. Frame(4, 0, [0, 3, 0, 0, 0, 1]),
            .. Frame(1, 0x4, authority),
            .. Frame(0, 0, data),
            .. Frame(1, 0x4 | 0x8 | 0x20, [2, 0, 0, 0, 0, 9, .. authority, 7, 7]),
            .. Frame(1, 0, authority),
            .. Frame(9, 0x4, authority),
            .. Frame(0, 1, []),
        ];
        byte[] expected =
        [
            .. Preface,
            .. Frame(4, 0, [0, 3, 0, 0, 0, 1]),
            .. Frame(1, 0x4, [0x41, 0]),
            .. Frame(0, 0, data),
            .. Frame(1, 0x4 | 0x8 | 0x20, [2, 0, 0, 0, 0, 9, 0x41, 0, 7, 7]),
            .. Frame(1, 0, authority),
            .. Frame(9, 0x4, authority),
            .. Frame(0, 1, []),
        ];
        foreach (var piece in new[] { 1, 2, 3, 7, 64, 1000, stream.Length }) Assert.Equal(expected, Rewritten(stream, piece));
    }

    [Fact]
    public void Random_bytes_pass_without_harm()
    {
        var random = new Random(5);
        for (var round = 0; round < 500; round++)
        {
            var noise = new byte[random.Next(300)];
            random.NextBytes(noise);
            byte[] stream = [.. Preface, .. Frame(1, 0x4, noise)];
            var rewritten = Rewritten(stream, 1 + random.Next(50));
            Assert.True(rewritten.Length <= stream.Length);
            Rewritten(noise, 1 + random.Next(50));
        }
    }

    private static byte[] Emptied(byte[] block)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.True(HeaderBlock.TryEmptyAuthority(block, output));
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Frame(byte type, byte flags, byte[] payload) =>
        [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, 1, .. payload];

    private static byte[] Rewritten(byte[] stream, int piece)
    {
        var rewriter = new FrameRewriter();
        var output = new ArrayBufferWriter<byte>();
        byte[] held = [];
        for (var start = 0; start < stream.Length; start += piece)
        {
            held = [.. held, .. stream.AsSpan(start, Math.Min(piece, stream.Length - start))];
            var sequence = new ReadOnlySequence<byte>(held);
            held = sequence.Slice(rewriter.Rewrite(sequence, output)).ToArray();
        }

        return output.WrittenSpan.ToArray();
    }
}
