using System.Text;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Node.Kubelet.Pods;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Probes;

/// <summary>Does one probe or hook of a container.</summary>
internal sealed class ProbeRunner(IContainerRuntime runtime, IProbeNetwork network, TimeProvider time)
{
    private static readonly TimeSpan LongestHook = TimeSpan.FromHours(1);

    public async Task<ProbeResult> RunAsync(PodView view, RunContainer container, ApiContainer spec, Probe probe, ProbePurpose purpose, CancellationToken cancel)
    {
        var timeout = TimeSpan.FromSeconds(Math.Max(probe.TimeoutSeconds, 1));
        var handler = probe.ProbeHandler;
        if (handler.Exec is { } exec) return await ExecuteAsync(container.Id, exec, timeout, cancel).ConfigureAwait(false);
        if (runtime is IDeclaredHealth declared)
        {
            return declared.IsHealthy(container.Id, purpose) ? new ProbeResult(true) : new ProbeResult(false, "the container declares itself unhealthy");
        }

        if (handler.HttpGet is { } http) return await GetAsync(view, spec, http, timeout, cancel).ConfigureAwait(false);
        if (handler.TcpSocket is { } tcp) return await network.ConnectAsync(Host(view, tcp.Host), Port(spec, tcp.Port), timeout, cancel).ConfigureAwait(false);
        if (handler.Grpc is { } grpc) return await network.CheckHealthAsync(Host(view, ""), grpc.Port, grpc.Service ?? "", timeout, cancel).ConfigureAwait(false);
        return new ProbeResult(true);
    }

    /// <summary>Runs a hook; answers with what an event says where it fails.</summary>
    public async Task<string?> RunHookAsync(PodView view, RunContainer container, ApiContainer spec, LifecycleHandler hook, TimeSpan? limit, CancellationToken cancel)
    {
        var longest = limit ?? LongestHook;
        if (hook.Sleep is { } sleep)
        {
            var pause = TimeSpan.FromSeconds(Math.Max(sleep.Seconds, 0));
            await Task.Delay(pause < longest ? pause : longest, time, cancel).ConfigureAwait(false);
            return null;
        }

        var result = hook switch
        {
            { Exec: { } exec } => await ExecuteAsync(container.Id, exec, longest, cancel).ConfigureAwait(false),
            { HttpGet: { } http } when runtime is not IDeclaredHealth => await GetAsync(view, spec, http, longest, cancel).ConfigureAwait(false),
            _ => new ProbeResult(true),
        };
        if (result.Succeeded) return null;
        var what = hook.Exec is { } failed ? $"Exec lifecycle hook ([{string.Join(' ', failed.Command)}])" : "HTTP lifecycle hook";
        return $"{what} for Container \"{spec.Name}\" in Pod \"{view.Title}\" failed: {result.Output}";
    }

    private async Task<ProbeResult> ExecuteAsync(string containerId, ExecAction exec, TimeSpan timeout, CancellationToken cancel)
    {
        try
        {
            var result = await runtime.ExecuteAsync(containerId, [.. exec.Command], timeout, cancel).ConfigureAwait(false);
            return new ProbeResult(result.ExitCode == 0, Encoding.UTF8.GetString(result.Stdout.Span) + Encoding.UTF8.GetString(result.Stderr.Span));
        }
        catch (RuntimeException failure)
        {
            var late = failure.Error == RuntimeError.TimedOut;
            return new ProbeResult(false, late ? $"command timed out: \"{string.Join(' ', exec.Command)}\" timed out after {GoDuration.Format(timeout)}" : failure.Message);
        }
    }

    private Task<ProbeResult> GetAsync(PodView view, ApiContainer spec, HTTPGetAction http, TimeSpan timeout, CancellationToken cancel)
    {
        var host = Host(view, http.Host);
        var scheme = http.Scheme.Length > 0 ? http.Scheme.ToLowerInvariant() : "http";
        var path = http.Path.StartsWith('/') ? http.Path : "/" + http.Path;
        var literal = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        return Uri.TryCreate($"{scheme}://{literal}:{Port(spec, http.Port)}{path}", UriKind.Absolute, out var url)
            ? network.GetAsync(url, [.. http.HttpHeaders.Select(header => KeyValuePair.Create(header.Name, header.Value))], timeout, cancel)
            : Task.FromResult(new ProbeResult(false, $"\"{path}\" on {host} is no address that can be asked."));
    }

    private static string Host(PodView view, string host) => host.Length > 0 ? host : view.Sandbox?.Addresses.FirstOrDefault() ?? view.Pod.Status.PodIP;

    private static int Port(ApiContainer spec, IntOrString port)
    {
        if (port.IsInt) return port.IntValue;
        return spec.Ports.FirstOrDefault(candidate => candidate.Name == port.StringValue)?.ContainerPortValue ?? port.IntValue;
    }
}
