using System.Globalization;
using Keelson.Api.Core.V1;
using Keelson.Node.Runtime;
using Microsoft.AspNetCore.Http;

namespace Keelson.Node.Kubelet.Serving;

/// <summary>Connects clients with containers: commands, attached terminals, forwarded ports.</summary>
internal sealed class StreamPages(IContainerRuntime runtime, IPodDirectory pods, ContainerDirectory containers, StreamRelay relay, CancellationToken stopping)
{
    public async Task ExecAsync(HttpContext http, string space, string podName, string? uid, string container)
    {
        var streams = Streams(http.Request.Query);
        var run = await FindAsync(space, podName, uid, container, http.RequestAborted).ConfigureAwait(false);
        string[] command = [.. http.Request.Query["command"].OfType<string>()];
        var url = await runtime.PrepareExecAsync(run.Id, command, streams, http.RequestAborted).ConfigureAwait(false);
        await relay.PassAsync(http, url, stopping).ConfigureAwait(false);
    }

    public async Task AttachAsync(HttpContext http, string space, string podName, string? uid, string container)
    {
        var streams = Streams(http.Request.Query);
        var run = await FindAsync(space, podName, uid, container, http.RequestAborted).ConfigureAwait(false);

        // Whether there is a terminal was decided when the container was made.
        var tty = pods.Find(space, podName)!.Spec.Containers.Any(known => known.Name == container && known.Tty);
        var url = await runtime.PrepareAttachAsync(run.Id, streams with { Tty = tty, Stderr = streams.Stderr && !tty }, http.RequestAborted).ConfigureAwait(false);
        await relay.PassAsync(http, url, stopping).ConfigureAwait(false);
    }

    public async Task PortForwardAsync(HttpContext http, string space, string podName, string? uid)
    {
        var ports = new List<int>();
        foreach (var text in http.Request.Query["port"].OfType<string>().SelectMany(values => values.Split(',')))
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > ushort.MaxValue) throw new Refusal(400, $"invalid port value \"{text}\"");
            ports.Add(port);
        }

        var pod = Find(space, podName, uid);
        var sandbox = await containers.SandboxAsync(pod, http.RequestAborted).ConfigureAwait(false) ?? throw new Refusal(500, $"pod not found (\"{podName}_{space}\")");
        var url = await runtime.PreparePortForwardAsync(sandbox.Id, ports, http.RequestAborted).ConfigureAwait(false);
        await relay.PassAsync(http, url, stopping).ConfigureAwait(false);
    }

    /// <summary>Runs a command to its end and answers with what it wrote.</summary>
    public async Task RunAsync(HttpContext http, string space, string podName, string? uid, string container)
    {
        var run = await FindAsync(space, podName, uid, container, http.RequestAborted).ConfigureAwait(false);
        var command = (http.Request.Query["cmd"].ToString() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var result = await runtime.ExecuteAsync(run.Id, command, null, http.RequestAborted).ConfigureAwait(false);
        byte[] all = [.. result.Stdout.Span, .. result.Stderr.Span];
        if (result.ExitCode != 0) throw new Refusal(500, $"command '{string.Join(' ', command)}' exited with {result.ExitCode}: {System.Text.Encoding.UTF8.GetString(all)}");
        await KubeletPages.BytesAsync(http, all, "text/plain; charset=utf-8").ConfigureAwait(false);
    }

    private static StreamingOptions Streams(IQueryCollection query)
    {
        var (tty, stdin, stdout) = (query["tty"] == "1", query["input"] == "1", query["output"] == "1");

        // A terminal has one screen for both.
        var stderr = query["error"] == "1" && !tty;
        if (!stdin && !stdout && !stderr) throw new Refusal(400, "you must specify at least 1 of stdin, stdout, stderr");
        return new StreamingOptions(stdin, stdout, stderr, tty);
    }

    private async Task<RunContainer> FindAsync(string space, string podName, string? uid, string container, CancellationToken cancel)
    {
        var pod = Find(space, podName, uid);
        var runs = await containers.RunsAsync(pod, container, cancel).ConfigureAwait(false);
        return runs.FirstOrDefault() ?? throw new Refusal(500, $"container not found (\"{container}\")");
    }

    private Pod Find(string space, string podName, string? uid) =>
        pods.Find(space, podName) is { } pod && (uid is null || pod.Metadata.Uid == uid) ? pod : throw new Refusal(404, "pod does not exist");
}
