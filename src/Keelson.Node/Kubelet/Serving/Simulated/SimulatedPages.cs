using System.Globalization;
using System.Text;
using Keelson.Api.Core.V1;
using Keelson.Client.Streaming;
using Keelson.Client.Streaming.RemoteCommand;
using Keelson.Node.Kubelet.Serving.Logs;
using Keelson.Node.Runtime;
using Keelson.Node.Runtime.Simulated;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Keelson.Node.Kubelet.Serving.Simulated;

/// <summary>What simulated containers have to show: the logs and the answers to commands that their pods declare.</summary>
internal sealed class SimulatedPages(SimulatedEndpoint endpoint, TimeProvider time, CancellationToken stopping)
{
    private static readonly Dictionary<string, string> None = [];

    public async Task AnswerAsync(HttpContext http)
    {
        try
        {
            var parts = (http.Request.Path.Value ?? "/").Split('/', StringSplitOptions.RemoveEmptyEntries);
            await (parts switch
            {
                ["healthz", ..] => KubeletPages.TextAsync(http, "ok"),
                ["containerLogs", var space, var pod, var container] => LogAsync(http, space, pod, container),
                ["exec", var space, var pod, var container] => ExecAsync(http, space, pod, container),
                ["attach", ..] => throw new Refusal(501, "simulated containers have no processes to attach to"),
                ["portForward", ..] => throw new Refusal(501, "simulated pods have no ports to forward"),
                _ => throw new Refusal(404, "404 page not found\n"),
            }).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            if (http.Response.HasStarted || http.RequestAborted.IsCancellationRequested) http.Abort();
            else await KubeletPipeline.RefuseAsync(http, failure).ConfigureAwait(false);
        }
    }

    private async Task LogAsync(HttpContext http, string space, string podName, string container)
    {
        var query = LogQuery.Read(http.Request.Query, time.GetUtcNow());
        var (pod, runtime) = Find(space, podName);
        if (!ContainerDirectory.Has(pod, container)) throw new Refusal(404, $"container \"{container}\" not found in pod \"{podName}\"\n");
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        var run = LogChoice.Choose(pod, container, await new ContainerDirectory(runtime).RunsAsync(pod, container, either.Token).ConfigureAwait(false), query.Previous);
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.Body.WriteAsync(Lines(run, Behavior(pod, container, run).Log ?? $"{container} started", query), either.Token).ConfigureAwait(false);
        await http.Response.Body.FlushAsync(either.Token).ConfigureAwait(false);
        if (query.Follow) await AwaitEndAsync(runtime, run.Id, either.Token).ConfigureAwait(false);
    }

    // All of it is written at the start, as the runtime has it in its files.
    private static byte[] Lines(RunContainer run, string text, LogQuery query)
    {
        var moment = run.StartedAt ?? run.CreatedAt;
        if (query.Since > moment || query.Stream == "stderr") return [];
        IEnumerable<string> lines = text.TrimEnd('\n').Split('\n');
        if (query.TailLines is { } tail) lines = lines.TakeLast((int)Math.Min(tail, int.MaxValue));
        var stamp = query.Timestamps ? moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff00Z ", CultureInfo.InvariantCulture) : "";
        var bytes = Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => $"{stamp}{line}\n")));
        return query.LimitBytes is { } limit && limit < bytes.Length ? bytes[..(int)limit] : bytes;
    }

    private static async Task AwaitEndAsync(IContainerRuntime runtime, string id, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var events = runtime.WatchAsync(over.Token).GetAsyncEnumerator(over.Token);
        await using var _ = events.ConfigureAwait(false);
        // The watch begins before it is looked whether the end was earlier.
        var next = events.MoveNextAsync().AsTask();
        while (await runtime.GetContainerAsync(id, cancel).ConfigureAwait(false) is { State: RunState.Running } && await next.ConfigureAwait(false)) next = events.MoveNextAsync().AsTask();
        await over.CancelAsync().ConfigureAwait(false);
        await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ExecAsync(HttpContext http, string space, string podName, string container)
    {
        var (pod, runtime) = Find(space, podName);
        var run = (await new ContainerDirectory(runtime).RunsAsync(pod, container, http.RequestAborted).ConfigureAwait(false)).FirstOrDefault() ?? throw new Refusal(500, $"container not found (\"{container}\")");
        var behavior = Behavior(pod, container, run);
        if (behavior is { ExecStdout: "", ExecStderr: "", ExecExitCode: null })
            throw new Refusal(501, $"simulated containers run no commands; the annotations {SimulatedBehavior.ExecStdoutKey}, {SimulatedBehavior.ExecStderrKey} and {SimulatedBehavior.ExecExitCodeKey} of a pod declare what they answer");
        var result = await runtime.ExecuteAsync(run.Id, [.. http.Request.Query["command"].OfType<string>()], null, http.RequestAborted).ConfigureAwait(false);
        if (http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade) throw new Refusal(400, "Upgrade request required");

        // The API server speaks SPDY with kubelets, whatever its client speaks.
        var offered = http.Request.Headers[StreamProtocols.VersionHeader];
        var protocol = StreamProtocols.Choose(offered, StreamProtocols.RemoteCommandOverSpdy) ?? throw new Refusal(403, StreamProtocols.Refusal(offered, StreamProtocols.RemoteCommandOverSpdy));
        http.Response.Headers.Upgrade = StreamProtocols.Spdy;
        http.Response.Headers[StreamProtocols.VersionHeader] = protocol;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        var upgraded = await upgrade.UpgradeAsync().ConfigureAwait(false);
        var server = await RemoteCommandServer.AcceptSpdyAsync(upgraded, protocol, Streams(http.Request.Query), cancel: either.Token).ConfigureAwait(false);
        await using var owner = server.ConfigureAwait(false);
        server.Stdin?.DiscardIncoming();
        if (server.Stdout is { } output) await output.WriteAsync(result.Stdout, either.Token).ConfigureAwait(false);
        // A terminal has one screen for both.
        if ((server.Stderr ?? server.Stdout) is { } errors) await errors.WriteAsync(result.Stderr, either.Token).ConfigureAwait(false);
        await server.WriteStatusAsync(RemoteStatus.OfExitCode(result.ExitCode), either.Token).ConfigureAwait(false);
        await server.CloseAsync(either.Token).ConfigureAwait(false);
    }

    private static RemoteStreams Streams(IQueryCollection query)
    {
        var tty = query["tty"] == "1";
        return new RemoteStreams(query["input"] == "1", query["output"] == "1", query["error"] == "1" && !tty, tty);
    }

    private static SimulatedBehavior Behavior(Pod pod, string container, RunContainer run) =>
        SimulatedBehavior.Read(pod.Metadata.Annotations.ToDictionary(annotation => annotation.Key, annotation => annotation.Value, StringComparer.Ordinal), None, container, run.Attempt);

    private (Pod Pod, IContainerRuntime Runtime) Find(string space, string name) =>
        endpoint.Find?.Invoke(space, name) ?? throw new Refusal(404, $"pod \"{name}\" does not exist\n");
}
