using System.Buffers.Binary;
using System.Text;
using Keelson.Client.Streaming;
using Keelson.Client.Streaming.Spdy;
using Keelson.Client.Tests.Support;

namespace Keelson.Client.Tests.Streaming;

public sealed class SpdyConnectionTests
{
    private static readonly Dictionary<string, string> Some = new() { ["streamtype"] = "data" };

    private readonly CancellationToken _cancel = Eventually.Limit();

    [Fact]
    public async Task Streams_carry_bytes_both_ways_and_end_each_way_by_itself()
    {
        await using var pair = await PairAsync();
        var near = await pair.Client.OpenAsync(Some, _cancel);
        var far = (await pair.Server.AcceptAsync(_cancel))!;
        await near.WaitForReplyAsync(_cancel);
        Assert.Equal("data", far.Headers["streamtype"]);
        await near.WriteAsync("question"u8.ToArray(), _cancel);
        await near.CompleteWritesAsync(_cancel);
        Assert.Equal("question", await TextAsync(far));
        await far.WriteAsync("answer"u8.ToArray(), _cancel);
        await far.CompleteWritesAsync(_cancel);
        Assert.Equal("answer", await TextAsync(near));
        Assert.True(near.IsEndedByPeer);
        await Eventually.HoldsAsync(() => pair.Client.StreamCount == 0 && pair.Server.StreamCount == 0, "both sides forget the stream");
        await Assert.ThrowsAsync<StreamingException>(async () => await near.WriteAsync("late"u8.ToArray(), _cancel));
    }

    [Fact]
    public async Task Many_streams_at_once_keep_their_bytes_apart()
    {
        await using var pair = await PairAsync();
        var serving = ServeAsync();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(AskAsync));
        await pair.Client.DisposeAsync();
        await serving;

        async Task AskAsync(int number)
        {
            var bytes = new byte[70_000 + number];
            new Random(number).NextBytes(bytes);
            var stream = await pair.Client.OpenAsync(Some, _cancel);
            await stream.WaitForReplyAsync(_cancel);
            var sending = SendAsync();
            using var back = new MemoryStream();
            await stream.CopyToAsync(back, _cancel);
            await sending;
            Assert.Equal(bytes, back.ToArray());

            async Task SendAsync()
            {
                await stream.WriteAsync(bytes, _cancel);
                await stream.CompleteWritesAsync(_cancel);
            }
        }

        async Task ServeAsync()
        {
            List<Task> echoes = [];
            while (await pair.Server.AcceptAsync(_cancel) is { } stream) echoes.Add(EchoAsync(stream));
            await Task.WhenAll(echoes);
        }

        async Task EchoAsync(SpdyStream stream)
        {
            await stream.CopyToAsync(stream, _cancel);
            await stream.CompleteWritesAsync(_cancel);
        }
    }

    [Fact]
    public async Task A_ping_comes_back()
    {
        await using var pair = await PairAsync();
        await pair.Client.PingAsync(_cancel);
        await pair.Server.PingAsync(_cancel);
    }

    [Fact]
    public async Task A_stream_that_is_reset_ends_at_the_other_side_and_takes_no_more()
    {
        await using var pair = await PairAsync();
        var near = await pair.Client.OpenAsync(Some, _cancel);
        var far = (await pair.Server.AcceptAsync(_cancel))!;
        await far.WriteAsync("before"u8.ToArray(), _cancel);
        await far.ResetAsync(cancel: _cancel);
        Assert.Equal("before", await TextAsync(near));
        Assert.True(near.IsReset);
        await Assert.ThrowsAsync<StreamingException>(async () => await near.WriteAsync("late"u8.ToArray(), _cancel));
    }

    [Fact]
    public async Task More_streams_than_allowed_are_refused_and_the_others_live()
    {
        var limits = new StreamLimits { MaxStreams = 2 };
        var (a, b) = await LoopbackPair.CreateAsync();
        await using var client = SpdyConnection.Start(a, false);
        await using var server = SpdyConnection.Start(b, true, limits);
        var first = await client.OpenAsync(Some, _cancel);
        await client.OpenAsync(Some, _cancel);
        var third = await client.OpenAsync(Some, _cancel);
        await Assert.ThrowsAsync<StreamingException>(() => third.WaitForReplyAsync(_cancel));
        var far = (await server.AcceptAsync(_cancel))!;
        await first.WaitForReplyAsync(_cancel);
        await far.WriteAsync("x"u8.ToArray(), _cancel);
        Assert.Equal(1, await first.ReadAsync(new byte[5], _cancel));
    }

    [Fact]
    public async Task What_nobody_reads_stops_the_sender_and_not_the_memory()
    {
        await using var pair = await PairAsync();
        var near = await pair.Client.OpenAsync(Some, _cancel);
        var far = (await pair.Server.AcceptAsync(_cancel))!;
        await near.WaitForReplyAsync(_cancel);
        var sending = near.WriteAsync(new byte[64 << 20], _cancel).AsTask();
        // Sockets hold some megabytes of their own; without a bound all of it would be gone by then.
        await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, _cancel));
        Assert.False(sending.IsCompleted);
        far.DiscardIncoming();
        await sending;
        await pair.Client.PingAsync(_cancel);
    }

    [Fact]
    public async Task A_connection_can_be_closed_while_a_write_is_stuck()
    {
        await using var pair = await PairAsync();
        var near = await pair.Client.OpenAsync(Some, _cancel);
        await pair.Server.AcceptAsync(_cancel);
        await near.WaitForReplyAsync(_cancel);
        var sending = near.WriteAsync(new byte[64 << 20], _cancel).AsTask();
        await pair.Client.DisposeAsync();
        await Assert.ThrowsAsync<StreamingException>(() => sending);
    }

    [Fact]
    public async Task The_end_of_the_connection_reaches_everybody_who_waits()
    {
        await using var pair = await PairAsync();
        var near = await pair.Client.OpenAsync(Some, _cancel);
        await pair.Server.AcceptAsync(_cancel);
        var reading = TextAsync(near);
        var accepting = pair.Client.AcceptAsync(_cancel).AsTask();
        await pair.Server.DisposeAsync();
        Assert.Equal("", await reading);
        Assert.False(near.IsEndedByPeer);
        Assert.Null(await accepting);
        await Assert.ThrowsAsync<StreamingException>(() => pair.Client.OpenAsync(Some, _cancel));
    }

    [Fact]
    public async Task Closing_lets_the_peer_read_what_was_sent()
    {
        await using var pair = await PairAsync();
        var near = await pair.Client.OpenAsync(Some, _cancel);
        var far = (await pair.Server.AcceptAsync(_cancel))!;
        await near.WaitForReplyAsync(_cancel);
        // Unread bytes in a closed socket would make it throw away what it has sent.
        await near.WriteAsync(new byte[100_000], _cancel);
        await far.WriteAsync(new byte[100_000], _cancel);
        await far.CompleteWritesAsync(_cancel);
        var closing = pair.Server.CloseAsync();
        using var all = new MemoryStream();
        await near.CopyToAsync(all, _cancel);
        Assert.Equal(100_000, all.Length);
        await Eventually.HoldsAsync(() => pair.Client.IsGoingAway, "the goodbye comes");
        await pair.Client.DisposeAsync();
        await closing;
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public async Task Whatever_comes_a_connection_ends_or_goes_on_and_never_more(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 150; round++)
        {
            var (a, b) = await LoopbackPair.CreateAsync();
            var limits = new StreamLimits { MaxStreams = 16, BufferBytes = 1 << 12 };
            await using var server = SpdyConnection.Start(b, isServer: true, limits);
            await using (a)
            {
                using var encoder = new SpdyHeaderEncoder();
                try
                {
                    for (var i = random.Next(1, 60); i > 0; i--) await a.WriteAsync(Frame(random, encoder), _cancel);
                    a.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                }
                catch (IOException)
                {
                    // It hung up on us, which is one of the two.
                }

                while (await server.AcceptAsync(_cancel).AsTask().ContinueWith(task => task.IsCompletedSuccessfully ? task.Result : null, _cancel, TaskContinuationOptions.None, TaskScheduler.Default) is { } stream) stream.DiscardIncoming();
                await server.Completion.WaitAsync(_cancel);
            }

            Assert.InRange(server.StreamCount, 0, 16);
        }
    }

    private static byte[] Frame(Random random, SpdyHeaderEncoder encoder)
    {
        byte[] body;
        var kind = random.Next(12);
        if (kind is 1 or 2 or 8 && random.Next(5) > 0)
        {
            var block = encoder.Encode([new("streamtype", $"{random.Next()}")]);
            body = new byte[(kind == 1 ? 10 : 4) + block.Length];
            BinaryPrimitives.WriteInt32BigEndian(body, random.Next(1, 80));
            block.CopyTo(body, kind == 1 ? 10 : 4);
        }
        else
        {
            body = new byte[random.Next(40)];
            random.NextBytes(body);
            if (body.Length >= 4) BinaryPrimitives.WriteInt32BigEndian(body, random.Next(1, 80));
        }

        var frame = new byte[8 + body.Length];
        body.CopyTo(frame, 8);
        if (kind == 0)
        {
            BinaryPrimitives.WriteInt32BigEndian(frame, random.Next(80));
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame, 0x8003);
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)kind);
        }

        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), body.Length);
        frame[4] = (byte)random.Next(4);
        if (random.Next(20) == 0) frame[random.Next(frame.Length)] ^= (byte)random.Next(1, 256);
        return frame;
    }

    private async Task<string> TextAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync(_cancel);
    }

    private static async Task<SpdyPair> PairAsync()
    {
        var (a, b) = await LoopbackPair.CreateAsync();
        return new SpdyPair(SpdyConnection.Start(a, false), SpdyConnection.Start(b, true));
    }

    private sealed record SpdyPair(SpdyConnection Client, SpdyConnection Server) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}
