using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Keelson.Client.Tests.Support;

namespace Keelson.Client.Tests.Streaming;

/// <summary>kubectl, the old ones by SPDY and the new ones by WebSocket, runs commands through our serving end.</summary>
public sealed class KubectlStreamingTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("keelson-streams-").FullName;
    private readonly CancellationToken _cancel = Eventually.Limit();

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Theory]
    [InlineData("1.27", "POST exec SPDY/3.1")]
    [InlineData("1.29", "POST exec SPDY/3.1")]
    [InlineData("1.31", "GET exec websocket")]
    [InlineData("1.33", "GET exec websocket")]
    public async Task Exec_carries_input_outputs_and_the_exit_code(string version, string request)
    {
        await using var server = await PodServer.StartAsync();
        var (code, output, errors) = await RunAsync(version, server, "one\ntwo\n", "exec", "-i", "p", "--", "/bin/sh", "-c", "cat; echo; echo warned >&2; exit 3");
        Assert.True(code == 3, errors);
        Assert.Equal((3, "one\ntwo\n\n"), (code, output));
        Assert.StartsWith("warned\n", errors, StringComparison.Ordinal);
        Assert.Contains("command terminated with exit code 3", errors, StringComparison.Ordinal);
        // kubectl complains there of messages that it does not expect.
        Assert.DoesNotContain("Unknown stream", errors, StringComparison.Ordinal);
        Assert.Equal([request], server.Requests);
    }

    [Fact]
    public async Task A_new_kubectl_falls_back_to_SPDY_where_there_are_no_WebSockets()
    {
        await using var server = await PodServer.StartAsync(isSpdyOnly: true);
        var (code, output, _) = await RunAsync("1.33", server, "", "exec", "p", "--", "/bin/echo", "hello");
        Assert.Equal((0, "hello\n"), (code, output));
        Assert.Equal(["GET exec websocket", "POST exec SPDY/3.1"], server.Requests);
    }

    [Theory]
    [InlineData("1.27")]
    [InlineData("1.33")]
    public async Task Much_goes_through_whole(string version)
    {
        await using var server = await PodServer.StartAsync();
        var input = string.Concat(Enumerable.Range(0, 200_000).Select(i => $"{i}\n"));
        var (code, output, errors) = await RunAsync(version, server, input, "exec", "-i", "p", "--", "/bin/cat");
        Assert.True(code == 0, errors);
        Assert.Equal(input.Length, output.Length);
        Assert.Equal(input, output);
    }

    [Theory]
    [InlineData("1.27", "POST portforward SPDY/3.1")]
    [InlineData("1.33", "GET portforward websocket")]
    public async Task Port_forwarding_carries_connections(string version, string request)
    {
        await using var server = await PodServer.StartAsync();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var process = Start(version, server, "port-forward", "pod/p", $":{((IPEndPoint)listener.LocalEndpoint).Port}");
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(_cancel);
            Assert.True(line?.StartsWith("Forwarding from 127.0.0.1:", StringComparison.Ordinal), $"{line} {(line is null ? await process.StandardError.ReadToEndAsync(_cancel) : "")}");
            var port = int.Parse(line!.Split(':')[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
            for (var i = 0; i < 3; i++)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, _cancel);
                await client.GetStream().WriteAsync("question\n"u8.ToArray(), _cancel);
                using var accepted = await listener.AcceptTcpClientAsync(_cancel);
                using var far = new StreamReader(accepted.GetStream());
                Assert.Equal("question", await far.ReadLineAsync(_cancel));
                await accepted.GetStream().WriteAsync("answer"u8.ToArray(), _cancel);
                accepted.Client.Shutdown(SocketShutdown.Send);
                using var near = new StreamReader(client.GetStream());
                Assert.Equal("answer", await near.ReadToEndAsync(_cancel));
            }

            Assert.Equal([request], server.Requests);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(_cancel);
        }
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(string version, PodServer server, string input, params string[] arguments)
    {
        using var process = Start(version, server, arguments);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(_cancel);
            var errors = process.StandardError.ReadToEndAsync(_cancel);
            await process.StandardInput.WriteAsync(input.AsMemory(), _cancel);
            process.StandardInput.Close();
            await process.WaitForExitAsync(_cancel);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private Process Start(string version, PodServer server, params string[] arguments)
    {
        var program = Program(version);
        Assert.SkipWhen(program is null, $"kubectl {version} is not installed");
        var start = new ProcessStartInfo(program, ["--server", server.Url, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOME"] = _home;
        // Old versions warn where there is no file.
        start.Environment["KUBECONFIG"] = Path.Combine(_home, "config");
        File.WriteAllText(Path.Combine(_home, "config"), "kind: Config\napiVersion: v1\n");
        return Process.Start(start)!;
    }

    /// <summary>The versions stand beside the kubectl that is found by its name.</summary>
    private static string? Program(string version)
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            var file = new FileInfo(Path.Combine(folder, "kubectl"));
            if (!file.Exists) continue;
            var real = file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName;
            var versioned = Path.Combine(Path.GetDirectoryName(real)!, $"kubectl.{version}");
            return File.Exists(versioned) ? versioned : null;
        }

        return null;
    }
}
