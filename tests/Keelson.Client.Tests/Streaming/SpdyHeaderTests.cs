using System.Diagnostics;
using Keelson.Client.Streaming;
using Keelson.Client.Streaming.Spdy;
using Keelson.Client.Tests.Support;

namespace Keelson.Client.Tests.Streaming;

public sealed class SpdyHeaderTests
{
    private const string Peer = """
        import sys, zlib
        dictionary = sys.stdin.buffer.read(1423)
        assert zlib.adler32(dictionary) == 0xe3c6a7c2
        unpack, pack = zlib.decompressobj(zdict=dictionary), zlib.compressobj(zdict=dictionary)
        for line in sys.stdin.buffer.read().split(b'\n'):
            if not line: continue
            plain = unpack.decompress(bytes.fromhex(line.decode()))
            again = pack.compress(plain) + pack.flush(zlib.Z_SYNC_FLUSH)
            print(plain.hex(), again.hex())
        """;

    [Fact]
    public void The_dictionary_is_the_one_that_the_protocol_names()
    {
        uint a = 1, b = 0;
        foreach (var value in SpdyDictionary.Bytes)
        {
            a = (a + value) % 65521;
            b = (b + a) % 65521;
        }

        Assert.Equal((1423, SpdyDictionary.Id), (SpdyDictionary.Bytes.Length, (b << 16) | a));
    }

    [Fact]
    public void Blocks_come_back_as_they_were_in_order()
    {
        var random = new Random(3);
        using var encoder = new SpdyHeaderEncoder();
        using var decoder = new SpdyHeaderDecoder(StreamLimits.Default);
        for (var i = 0; i < 500; i++)
        {
            var headers = Headers(random);
            Assert.Equal(headers.OrderBy(pair => pair.Key, StringComparer.Ordinal), decoder.Decode(encoder.Encode([.. headers])).OrderBy(pair => pair.Key, StringComparer.Ordinal));
        }
    }

    /// <summary>zlib itself, which Python has, reads what we compress and is read by us.</summary>
    [Fact]
    public async Task Zlib_with_the_same_dictionary_understands_us_and_we_understand_it()
    {
        var random = new Random(4);
        using var encoder = new SpdyHeaderEncoder();
        var all = Enumerable.Range(0, 50).Select(_ => Headers(random)).ToList();
        var blocks = all.Select(headers => encoder.Encode([.. headers])).ToList();
        using var python = StartPython();
        Assert.SkipWhen(python is null, "python3 is not installed");
        await python.StandardInput.BaseStream.WriteAsync(SpdyDictionary.Bytes, Eventually.Limit());
        foreach (var block in blocks) await python.StandardInput.WriteAsync(Convert.ToHexString(block) + "\n");
        python.StandardInput.Close();
        var lines = (await python.StandardOutput.ReadToEndAsync(Eventually.Limit())).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(blocks.Count, lines.Length);
        using var decoder = new SpdyHeaderDecoder(StreamLimits.Default);
        for (var i = 0; i < lines.Length; i++) Assert.Equal(all[i].Count, decoder.Decode(Convert.FromHexString(lines[i].Split(' ')[1])).Count);
        // The dictionary is worth having: the first block names what the dictionary has.
        Assert.True(new SpdyHeaderEncoder().Encode([new("content-encoding", "application/xhtml+xml,text/plain,text/javascript,")]).Length < 40);
    }

    [Fact]
    public void A_block_that_grows_without_end_is_refused()
    {
        using var encoder = new SpdyHeaderEncoder();
        using var decoder = new SpdyHeaderDecoder(StreamLimits.Default);
        var block = encoder.Encode([new("bomb", new string('x', 10 << 20))]);
        Assert.True(block.Length < 64 << 10);
        Assert.Throws<StreamingException>(() => decoder.Decode(block));
    }

    [Fact]
    public void Broken_blocks_are_refused_and_nothing_else_happens()
    {
        var random = new Random(5);
        for (var i = 0; i < 3000; i++)
        {
            using var encoder = new SpdyHeaderEncoder();
            using var decoder = new SpdyHeaderDecoder(StreamLimits.Default);
            var block = encoder.Encode([.. Headers(random)]);
            for (var hits = random.Next(1, 4); hits > 0; hits--) block[random.Next(block.Length)] ^= (byte)(1 << random.Next(8));
            if (random.Next(3) == 0) block = block[..random.Next(block.Length)];
            try
            {
                Assert.InRange(decoder.Decode(block).Sum(pair => pair.Key.Length + pair.Value.Length), 0, StreamLimits.Default.HeaderBytes);
            }
            catch (StreamingException)
            {
                // The one answer to what is broken.
            }
        }
    }

    private static Dictionary<string, string> Headers(Random random)
    {
        var headers = new Dictionary<string, string>();
        for (var i = random.Next(6); i > 0; i--) headers[$"name-{random.Next(20)}"] = new string((char)('a' + random.Next(26)), random.Next(200)) + random.Next();
        return headers;
    }

    private static Process? StartPython()
    {
        try
        {
            return Process.Start(new ProcessStartInfo("python3", ["-c", Peer]) { RedirectStandardInput = true, RedirectStandardOutput = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
