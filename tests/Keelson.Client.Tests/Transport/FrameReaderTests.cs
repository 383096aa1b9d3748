using System.Text;
using Keelson.Api;
using Keelson.Client.Tests.Support;
using Keelson.Client.Transport;

namespace Keelson.Client.Tests.Transport;

public sealed class FrameReaderTests
{
    private const string Stream = """
        {"type":"ADDED","object":{"a":"}{\"[","b":[{},[]],"c":"\\"}}
         {"object":{"n":1.5},
         "type":"MODIFIED"}{"type":"DELETED","object":null}
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Objects_are_cut_apart_however_they_arrive(int chunk)
    {
        using var reader = new FrameReader(new Chunks(Encoding.UTF8.GetBytes(Stream), chunk), isProtobuf: false, 1000);
        var frames = new List<(string Type, string Body)>();
        while (await reader.NextAsync(Eventually.Limit()) is { } frame) frames.Add(Read(frame));
        Assert.Equal([("ADDED", """{"a":"}{\"[","b":[{},[]],"c":"\\"}"""), ("MODIFIED", """{"n":1.5}"""), ("DELETED", "null")], frames);
    }

    [Fact]
    public async Task Large_events_among_small_ones_are_read_whole()
    {
        var random = new Random(3);
        var bodies = Enumerable.Range(0, 60).Select(i => new string('x', i % 9 == 0 ? random.Next(200_000) : random.Next(50))).ToList();
        var text = string.Concat(bodies.Select(body => $"{{\"type\":\"ADDED\",\"object\":\"{body}\"}}\n"));
        using var reader = new FrameReader(new Chunks(Encoding.UTF8.GetBytes(text), 5000), isProtobuf: false, 1 << 20);
        foreach (var body in bodies) Assert.Equal($"\"{body}\"", Read((await reader.NextAsync(Eventually.Limit()))!.Value).Body);
        Assert.Null(await reader.NextAsync(Eventually.Limit()));
    }

    [Fact]
    public async Task An_event_beyond_the_limit_is_refused_before_it_is_held()
    {
        using var json = new FrameReader(new Endless(), isProtobuf: false, 100_000);
        await Assert.ThrowsAsync<ApiFormatException>(async () => await json.NextAsync(Eventually.Limit()));
        using var protobuf = new FrameReader(new Chunks([0x7f, 0xff, 0xff, 0xff, 1], 5), isProtobuf: true, 100_000);
        await Assert.ThrowsAsync<ApiFormatException>(async () => await protobuf.NextAsync(Eventually.Limit()));
    }

    [Theory]
    [InlineData("{\"type\"", false)]
    [InlineData("\0\0\0\u0005ab", true)]
    public async Task A_stream_that_ends_within_an_event_is_broken(string text, bool isProtobuf)
    {
        using var reader = new FrameReader(new Chunks(Encoding.UTF8.GetBytes(text), 100), isProtobuf, 1000);
        await Assert.ThrowsAsync<IOException>(async () => await reader.NextAsync(Eventually.Limit()));
    }

    [Fact]
    public void No_bytes_make_the_frame_parser_do_worse_than_refuse()
    {
        var random = new Random(11);
        var valid = new byte[] { 0x0a, 5, (byte)'A', (byte)'D', (byte)'D', (byte)'E', (byte)'D', 0x12, 4, 0x0a, 2, 1, 2 };
        Assert.Equal(2, WatchFrame.Parse(valid, isProtobuf: true).Body.Length);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = (byte[])valid.Clone();
            for (var j = 0; j < 3; j++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                WatchFrame.Parse(bytes.AsSpan(0, random.Next(bytes.Length + 1)), isProtobuf: true);
            }
            catch (ApiFormatException)
            {
                // That is what it may do.
            }
        }
    }

    private static (string Type, string Body) Read(ReadOnlyMemory<byte> bytes)
    {
        var frame = WatchFrame.Parse(bytes.Span, isProtobuf: false);
        return (Encoding.UTF8.GetString(frame.Type), Encoding.UTF8.GetString(frame.Body));
    }

    private sealed class Chunks(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }

    private sealed class Endless : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'{');
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
