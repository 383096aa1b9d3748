using System.Net;
using System.Net.Sockets;
using System.Text;
using Keelson.Client.Streaming;
using Keelson.Client.Streaming.PortForward;
using Keelson.Client.Streaming.RemoteCommand;
using Keelson.Client.Streaming.Upgrades;
using Keelson.Client.Streaming.WebSockets;

namespace Keelson.Node.Tests.Runtime.Containerd;

/// <summary>Streaming into real containers: the other end of every connection here is containerd's, written in Go.</summary>
[Collection(nameof(RealContainerd))]
public sealed class ContainerdStreamingTests(RealContainerd containerd)
{
    private const string Script = "read line; echo \"got $line\"; cat; echo warned >&2; exit 7";

    private readonly CancellationToken _cancel = new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token;

    [Theory]
    [InlineData(StreamProtocols.V4)]
    [InlineData(StreamProtocols.V3)]
    [InlineData(StreamProtocols.V2)]
    [InlineData(StreamProtocols.V1)]
    public async Task A_command_runs_over_SPDY_with_its_input_its_outputs_and_its_end(string version)
    {
        var (sandbox, id) = await StartAsync();
        await using var session = await ExecAsync(id, Script, new RemoteStreams(true, true, true, false), version);
        Assert.Equal(version, session.Protocol);
        using var input = new MemoryStream(Encoding.UTF8.GetBytes("one\ntwo\nthree\n"));
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        var status = await session.RunAsync(input, output, errors, _cancel);
        Assert.Equal("got one\ntwo\nthree\n", Text(output));
        Assert.Equal("warned\n", Text(errors));
        if (version == StreamProtocols.V4) Assert.Equal(7, status.ExitCode());
        // In the first version a Go server resets the error stream before anything is said on it.
        else if (version != StreamProtocols.V1) Assert.Contains("exit code", status.Message, StringComparison.Ordinal);
        await containerd.Runtime.RemoveSandboxAsync(sandbox, _cancel);
    }

    [Fact]
    public async Task A_command_that_ends_well_says_so_and_much_output_comes_whole()
    {
        var (sandbox, id) = await StartAsync();
        await using var session = await ExecAsync(id, "i=0; while [ $i -lt 2000 ]; do echo \"$i 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\"; i=$((i+1)); done", new RemoteStreams(false, true, true, false));
        using var output = new MemoryStream();
        var status = await session.RunAsync(null, output, null, _cancel);
        Assert.True(status.IsSuccess());
        Assert.Equal(2000, Text(output).Count(c => c == '\n'));
        Assert.EndsWith("\n1999 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\n", Text(output), StringComparison.Ordinal);
        await containerd.Runtime.RemoveSandboxAsync(sandbox, _cancel);
    }

    [Fact]
    public async Task A_terminal_takes_the_sizes_that_it_is_told()
    {
        var (sandbox, id) = await StartAsync();
        await using var session = await ExecAsync(id, "while [ \"$(busybox stty size 2>/dev/null)\" != \"25 80\" ]; do :; done; echo so be it", new RemoteStreams(true, true, false, true));
        await session.ResizeAsync(new TerminalSize(123, 45), _cancel);
        await session.ResizeAsync(new TerminalSize(80, 25), _cancel);
        using var reader = new StreamReader(session.Stdout!);
        Assert.Equal("so be it\r\n", await reader.ReadToEndAsync(_cancel));
        Assert.True((await session.Completion).IsSuccess());
        await containerd.Runtime.RemoveSandboxAsync(sandbox, _cancel);
    }

    [Theory]
    [InlineData(StreamProtocols.V4)]
    [InlineData(StreamProtocols.Base64V4)]
    public async Task A_command_runs_over_a_WebSocket(string protocol)
    {
        var (sandbox, id) = await StartAsync();
        var url = await containerd.Runtime.PrepareExecAsync(id, ["/bin/sh", "-c", "read line; echo \"got $line\"; echo warned >&2; exit 7"], new(true, true, true, false), _cancel);
        var request = UpgradeRequest.WebSocket(url, [protocol]);
        var answer = await UpgradeClient.SendAsync(await containerd.Runtime.DialAsync(url, _cancel), request, null, _cancel);
        Assert.True(answer.IsUpgraded, Encoding.UTF8.GetString(answer.Body));
        Assert.Equal(protocol, answer.Header("Sec-WebSocket-Protocol"));
        await using var session = RemoteCommandSession.OverWebSocket(WebSocketHandshake.Over(answer.Connection, false, protocol), protocol, new(true, true, true, false));
        using var input = new MemoryStream(Encoding.UTF8.GetBytes("one\n"));
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        var status = await session.RunAsync(input, output, errors, _cancel);
        Assert.Equal(("got one\n", "warned\n", 7), (Text(output), Text(errors), status.ExitCode()));
        await containerd.Runtime.RemoveSandboxAsync(sandbox, _cancel);
    }

    [Fact]
    public async Task A_client_of_WebSocket_v5_is_translated_to_SPDY_v4_and_ends_its_input()
    {
        var (sandbox, id) = await StartAsync();
        var streams = new RemoteStreams(true, true, true, false);
        var (near, far) = await PairAsync();
        var server = await RemoteCommandServer.AcceptWebSocketAsync(WebSocketHandshake.Over(far, true, StreamProtocols.V5), StreamProtocols.V5, streams, null, _cancel);
        var bridge = RemoteCommandBridge.RunAsync(server, await ExecAsync(id, Script, streams), _cancel);
        await using var session = RemoteCommandSession.OverWebSocket(WebSocketHandshake.Over(near, false, StreamProtocols.V5), StreamProtocols.V5, streams);
        using var input = new MemoryStream(Encoding.UTF8.GetBytes("one\ntwo\n"));
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        var status = await session.RunAsync(input, output, errors, _cancel);
        Assert.Equal(("got one\ntwo\n", "warned\n", 7), (Text(output), Text(errors), status.ExitCode()));
        await session.DisposeAsync();
        Assert.Equal(7, (await bridge).ExitCode());
        await containerd.Runtime.RemoveSandboxAsync(sandbox, _cancel);
    }

    [Fact]
    public async Task Attaching_shows_what_the_containers_own_process_writes()
    {
        var harness = Harness();
        var pod = harness.Pod();
        var sandbox = await containerd.Runtime.RunSandboxAsync(pod, _cancel);
        var config = harness.Patient() with { Command = ["/bin/sh", "-c", "while read line; do echo \"heard $line\"; done"], Stdin = true };
        var id = await containerd.Runtime.CreateContainerAsync(sandbox, config, pod, _cancel);
        await containerd.Runtime.StartContainerAsync(id, _cancel);
        var streams = new RemoteStreams(true, true, false, false);
        var url = await containerd.Runtime.PrepareAttachAsync(id, new(true, true, false, false), _cancel);
        await using var session = await OpenAsync(url, streams);
        await session.Stdin!.WriteAsync("me\n"u8.ToArray(), _cancel);
        var line = new byte["heard me\n".Length];
        await session.Stdout!.ReadExactlyAsync(line, _cancel);
        Assert.Equal("heard me\n", Encoding.UTF8.GetString(line));
        await containerd.Runtime.RemoveSandboxAsync(sandbox, _cancel);
    }

    [Fact]
    public async Task A_used_URL_is_refused_and_the_refusal_comes_as_it_is()
    {
        var (sandbox, id) = await StartAsync();
        var url = await containerd.Runtime.PrepareExecAsync(id, ["/bin/true"], new(false, true, true, false), _cancel);
        await using (var session = await OpenAsync(url, new(false, true, true, false))) Assert.True((await session.RunAsync(null, null, null, _cancel)).IsSuccess());
        await using var connection = await containerd.Runtime.DialAsync(url, _cancel);
        var answer = await UpgradeClient.SendAsync(connection, UpgradeRequest.RemoteCommand(url), null, _cancel);
        Assert.Equal(404, answer.StatusCode);
        Assert.NotEmpty(answer.Body);
        await containerd.Runtime.RemoveSandboxAsync(sandbox, _cancel);
    }

    [Fact]
    public async Task A_port_forward_reaches_what_listens_in_the_pod()
    {
        var (sandbox, id) = await StartAsync();
        await using var listener = await ExecAsync(id, "nc -ll -p 8080 -e /bin/sh -c 'read line; echo \"pod says $line\"'", new RemoteStreams(false, true, true, false));
        var text = "";
        // The listener needs a moment. Each attempt has its own session: an older containerd that refused a connection
        // stalls on what was sent to it.
        while (text.Length == 0)
        {
            _cancel.ThrowIfCancellationRequested();
            var url = await containerd.Runtime.PreparePortForwardAsync(sandbox, [8080], _cancel);
            var answer = await UpgradeClient.SendAsync(await containerd.Runtime.DialAsync(url, _cancel), UpgradeRequest.PortForward(url), null, _cancel);
            Assert.True(answer.IsUpgraded, Encoding.UTF8.GetString(answer.Body));
            Assert.Equal(StreamProtocols.PortForward, answer.Header(StreamProtocols.VersionHeader));
            await using var session = PortForwardSession.OverSpdy(answer.Connection);
            text = await AskAsync(session);
            if (text.Length > 0) Assert.Equal(text, await AskAsync(session));
        }

        Assert.Equal("pod says hello\n", text);
        await containerd.Runtime.RemoveSandboxAsync(sandbox, _cancel);

        async Task<string> AskAsync(PortForwardSession session)
        {
            await using var connection = await session.OpenAsync(8080, _cancel);
            await connection.Data.WriteAsync("hello\n"u8.ToArray(), _cancel);
            using var reader = new StreamReader(connection.Data);
            return await reader.ReadToEndAsync(_cancel);
        }
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_told_on_the_error_stream()
    {
        var (sandbox, _) = await StartAsync();
        var url = await containerd.Runtime.PreparePortForwardAsync(sandbox, [81], _cancel);
        var answer = await UpgradeClient.SendAsync(await containerd.Runtime.DialAsync(url, _cancel), UpgradeRequest.PortForward(url), null, _cancel);
        await using var session = PortForwardSession.OverSpdy(answer.Connection);
        await using var connection = await session.OpenAsync(81, _cancel);
        Assert.Contains("refused", await connection.ReadErrorAsync(_cancel), StringComparison.Ordinal);
        await containerd.Runtime.RemoveSandboxAsync(sandbox, _cancel);
    }

    private async Task<RemoteCommandSession> ExecAsync(string id, string script, RemoteStreams streams, string? version = null)
    {
        var url = await containerd.Runtime.PrepareExecAsync(id, ["/bin/sh", "-c", script], new(streams.Stdin, streams.Stdout, streams.Stderr, streams.Tty), _cancel);
        return await OpenAsync(url, streams, version);
    }

    private async Task<RemoteCommandSession> OpenAsync(Uri url, RemoteStreams streams, string? version = null)
    {
        var request = UpgradeRequest.RemoteCommand(url);
        if (version is not null) request = request with { Headers = [new(StreamProtocols.VersionHeader, version)] };
        var answer = await UpgradeClient.SendAsync(await containerd.Runtime.DialAsync(url, _cancel), request, null, _cancel);
        Assert.True(answer.IsUpgraded, Encoding.UTF8.GetString(answer.Body));
        return await RemoteCommandSession.OverSpdyAsync(answer.Connection, answer.Header(StreamProtocols.VersionHeader) ?? "", streams, null, _cancel);
    }

    private ContainerdHarness Harness()
    {
        Assert.SkipWhen(containerd.Missing is not null, containerd.Missing ?? "");
        return new ContainerdHarness(containerd);
    }

    private async Task<(string Sandbox, string Container)> StartAsync()
    {
        var harness = Harness();
        var pod = harness.Pod();
        var sandbox = await containerd.Runtime.RunSandboxAsync(pod, _cancel);
        var id = await containerd.Runtime.CreateContainerAsync(sandbox, harness.Patient(), pod, _cancel);
        await containerd.Runtime.StartContainerAsync(id, _cancel);
        return (sandbox, id);
    }

    private static async Task<(Stream Near, Stream Far)> PairAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var near = new TcpClient();
        await near.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        return (near.GetStream(), new NetworkStream(await listener.AcceptSocketAsync(), ownsSocket: true));
    }

    private static string Text(MemoryStream bytes) => Encoding.UTF8.GetString(bytes.ToArray());
}
