using Google.Protobuf.WellKnownTypes;
using Keelson.Rpc.Client;

namespace Keelson.Rpc.Tests.Client;

public sealed class RpcCallTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_unary_call_brings_its_answer()
    {
        await using var peer = await Peer.StartAsync();
        using var channel = Peer.Channel(peer.Address);
        for (var round = 0; round < 3; round++)
            Assert.Equal($"hello {round}", (await channel.CallAsync(Peer.Echo, new() { Value = $"hello {round}" })).Value);
    }

    [Fact]
    public async Task An_empty_message_is_a_message()
    {
        await using var peer = await Peer.StartAsync();
        using var channel = Peer.Channel(peer.Address);
        Assert.Equal("", (await channel.CallAsync(Peer.Echo, new())).Value);
    }

    [Fact]
    public async Task A_server_streams_its_answers_in_order()
    {
        await using var peer = await Peer.StartAsync();
        using var channel = Peer.Channel(peer.Address);
        var numbers = new List<int>();
        await foreach (var number in channel.StreamAsync(Peer.Count, new() { Value = 1000 })) numbers.Add(number.Value);
        Assert.Equal(Enumerable.Range(1, 1000), numbers);
    }

    [Fact]
    public async Task A_stream_without_messages_ends_well()
    {
        await using var peer = await Peer.StartAsync();
        using var channel = Peer.Channel(peer.Address);
        await foreach (var number in channel.StreamAsync(Peer.Count, new() { Value = 0 })) Assert.Fail($"There was {number}.");
    }

    [Fact]
    public async Task A_client_streams_its_requests()
    {
        await using var peer = await Peer.StartAsync();
        using var channel = Peer.Channel(peer.Address);
        await using var call = await channel.OpenAsync(Peer.Sum);
        for (var number = 1; number <= 100; number++) await call.WriteAsync(new() { Value = number });
        call.Complete();
        Assert.Equal(5050, (await call.ReadAsync())!.Value);
        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task Both_sides_stream_turn_by_turn()
    {
        await using var peer = await Peer.StartAsync();
        using var channel = Peer.Channel(peer.Address);
        await using var call = await channel.OpenAsync(Peer.Double);
        for (var number = 1; number <= 50; number++)
        {
            await call.WriteAsync(new() { Value = number });
            Assert.Equal(2 * number, (await call.ReadAsync())!.Value);
        }

        call.Complete();
        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task A_failure_keeps_its_status_its_text_and_its_trailers()
    {
        await using var peer = await Peer.StartAsync();
        using var channel = Peer.Channel(peer.Address);
        var error = await Assert.ThrowsAsync<RpcException>(() => channel.CallAsync(Peer.Fail, new() { Value = "NotFound:größer als 100% – 日本\n" }));
        Assert.Equal(RpcStatus.NotFound, error.Status);
        Assert.Equal("größer als 100% – 日本\n", error.Message);
        Assert.Equal("told", error.Trailers.Find("reason"));
    }

    [Fact]
    public async Task What_a_server_did_not_expect_is_not_told_to_the_client()
    {
        await using var peer = await Peer.StartAsync();
        using var channel = Peer.Channel(peer.Address);
        await using var call = await channel.OpenAsync(Peer.Count);
        await call.WriteAsync(new() { Value = -1 });
        call.Complete();
        var error = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync());
        Assert.Equal(RpcStatus.Unknown, error.Status);
        Assert.DoesNotContain("secret", error.Message);
    }

    [Theory]
    [InlineData("/test.Echo/Missing", "unknown method Missing for service test.Echo")]
    [InlineData("/test.Other/Echo", "unknown service test.Other")]
    public async Task An_unknown_method_is_unimplemented(string path, string message)
    {
        await using var peer = await Peer.StartAsync();
        using var channel = Peer.Channel(peer.Address);
        var error = await Assert.ThrowsAsync<RpcException>(() => channel.CallAsync(new RpcMethod<Empty, Empty>(path), new()));
        Assert.Equal(RpcStatus.Unimplemented, error.Status);
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public async Task Metadata_travels_both_ways()
    {
        await using var peer = await Peer.StartAsync();
        using var channel = Peer.Channel(peer.Address);
        var metadata = new RpcMetadata { { "ask", "a question" }, { "ask-bin", new byte[] { 0, 255, 7 } } };
        await using var call = await channel.OpenAsync(Peer.Echo, new() { Metadata = metadata });
        await call.WriteAsync(new() { Value = "x" });
        call.Complete();
        while (await call.ReadAsync() is not null) { }
        Assert.Equal("a question", call.Trailers.Find("answered"));
        Assert.Equal([0, 255, 7], call.Trailers.FindBytes("answered-bin"));
    }

    [Fact]
    public async Task A_deadline_ends_the_call_on_both_sides()
    {
        await using var peer = await Peer.StartAsync();
        using var channel = Peer.Channel(peer.Address);
        var error = await Assert.ThrowsAsync<RpcException>(() => channel.CallAsync(Peer.Hang, new(), new() { Timeout = TimeSpan.FromMilliseconds(500) }));
        Assert.Equal(RpcStatus.DeadlineExceeded, error.Status);
        await peer.HangEnded.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled_on_the_server_too()
    {
        await using var peer = await Peer.StartAsync();
        using var channel = Peer.Channel(peer.Address);
        using var cancel = new CancellationTokenSource();
        var call = channel.CallAsync(Peer.Hang, new(), cancel: cancel.Token);
        await peer.HangBegun.WaitAsync(Patience);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await peer.HangEnded.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_call_that_is_disposed_is_cancelled_on_the_server()
    {
        await using var peer = await Peer.StartAsync();
        using var channel = Peer.Channel(peer.Address);
        await using (var call = await channel.OpenAsync(Peer.Hang))
        {
            await call.WriteAsync(new());
            call.Complete();
            await peer.HangBegun.WaitAsync(Patience);
        }

        await peer.HangEnded.WaitAsync(Patience);
    }

    [Fact]
    public async Task Compressed_messages_are_understood_both_ways()
    {
        await using var peer = await Peer.StartAsync();
        using var channel = new RpcChannel(Peer.Options(peer.Address) with { SendGzip = true });
        var text = new string('a', 1_000_000);
        await using var call = await channel.OpenAsync(Peer.Echo);
        await call.WriteAsync(new() { Value = text });
        call.Complete();
        Assert.Equal(text, (await call.ReadAsync())!.Value);
        Assert.Equal("gzip", call.Headers.Find("grpc-encoding"));
    }

    [Fact]
    public async Task A_message_that_expands_beyond_the_limit_is_refused()
    {
        await using var peer = await Peer.StartAsync(options: new() { Time = TimeProvider.System, MaxReceiveBytes = 10_000 });
        using var channel = new RpcChannel(Peer.Options(peer.Address) with { SendGzip = true });
        var error = await Assert.ThrowsAsync<RpcException>(() => channel.CallAsync(Peer.Echo, new() { Value = new string('a', 1_000_000) }));
        Assert.Equal(RpcStatus.ResourceExhausted, error.Status);
    }

    [Fact]
    public async Task A_message_larger_than_the_server_takes_is_refused_by_it()
    {
        await using var peer = await Peer.StartAsync(options: new() { Time = TimeProvider.System, MaxReceiveBytes = 1000 });
        using var channel = Peer.Channel(peer.Address);
        var error = await Assert.ThrowsAsync<RpcException>(() => channel.CallAsync(Peer.Echo, new() { Value = new string('a', 3_000_000) }));
        Assert.Equal(RpcStatus.ResourceExhausted, error.Status);
        Assert.Equal("x", (await channel.CallAsync(Peer.Echo, new() { Value = "x" })).Value);
    }

    [Fact]
    public async Task A_message_larger_than_the_client_takes_is_refused_by_it()
    {
        await using var peer = await Peer.StartAsync();
        using var channel = new RpcChannel(Peer.Options(peer.Address) with { MaxReceiveBytes = 1000 });
        var error = await Assert.ThrowsAsync<RpcException>(() => channel.CallAsync(Peer.Echo, new() { Value = new string('a', 2000) }));
        Assert.Equal(RpcStatus.ResourceExhausted, error.Status);
    }

    [Fact]
    public async Task A_message_larger_than_the_client_sends_never_leaves()
    {
        await using var peer = await Peer.StartAsync();
        using var channel = new RpcChannel(Peer.Options(peer.Address) with { MaxSendBytes = 1000 });
        var error = await Assert.ThrowsAsync<RpcException>(() => channel.CallAsync(Peer.Echo, new() { Value = new string('a', 2000) }));
        Assert.Equal(RpcStatus.ResourceExhausted, error.Status);
        Assert.Equal(0, peer.Calls);
    }

    [Fact]
    public async Task A_message_larger_than_every_window_arrives_whole()
    {
        await using var peer = await Peer.StartAsync(options: new() { Time = TimeProvider.System, MaxReceiveBytes = 64_000_000 });
        using var channel = new RpcChannel(Peer.Options(peer.Address) with { MaxSendBytes = 64_000_000, MaxReceiveBytes = 64_000_000 });
        var text = new string('b', 40_000_000);
        Assert.Equal(text, (await channel.CallAsync(Peer.Echo, new() { Value = text })).Value);
    }

    [Fact]
    public async Task Many_calls_share_a_connection()
    {
        await using var peer = await Peer.StartAsync();
        using var channel = Peer.Channel(peer.Address);
        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(number => channel.CallAsync(Peer.Echo, new() { Value = $"{number}" })));
        Assert.Equal(Enumerable.Range(0, 500).Select(number => $"{number}"), answers.Select(answer => answer.Value));
    }

    [Fact]
    public async Task Stopping_the_server_ends_open_streams_as_unavailable()
    {
        using var stopping = new CancellationTokenSource();
        await using var peer = await Peer.StartAsync(options: new() { Time = TimeProvider.System, Stopping = stopping.Token });
        using var channel = Peer.Channel(peer.Address);
        await using var call = await channel.OpenAsync(Peer.Double);
        await call.WriteAsync(new() { Value = 1 });
        Assert.Equal(2, (await call.ReadAsync())!.Value);
        await stopping.CancelAsync();
        var error = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync());
        Assert.Equal(RpcStatus.Unavailable, error.Status);
    }
}
