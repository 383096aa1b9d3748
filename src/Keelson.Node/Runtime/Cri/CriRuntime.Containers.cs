using System.Net.Sockets;
using Keelson.Node.Network;
using Keelson.Node.Runtime.Cri.Protos;

namespace Keelson.Node.Runtime.Cri;

public sealed partial class CriRuntime
{
    public async Task<string> CreateContainerAsync(string sandboxId, ContainerConfig config, SandboxConfig sandbox, CancellationToken cancel)
    {
        var request = new CreateContainerRequest { PodSandboxId = sandboxId, Config = ContainerMapping.ToWire(config), SandboxConfig = SandboxMapping.ToWire(sandbox) };
        var answer = await CallAsync(CriMethods.CreateContainer, request, cancel).ConfigureAwait(false);
        return answer.ContainerId;
    }

    public Task StartContainerAsync(string containerId, CancellationToken cancel) =>
        CallAsync(CriMethods.StartContainer, new StartContainerRequest { ContainerId = containerId }, cancel);

    public Task StopContainerAsync(string containerId, TimeSpan gracePeriod, CancellationToken cancel)
    {
        var request = new StopContainerRequest { ContainerId = containerId, Timeout = CriMapping.Seconds(gracePeriod) };
        return CallOnWhatMayBeGoneAsync(CriMethods.StopContainer, request, cancel, gracePeriod + _options.CallTimeout);
    }

    public Task RemoveContainerAsync(string containerId, CancellationToken cancel) =>
        CallOnWhatMayBeGoneAsync(CriMethods.RemoveContainer, new RemoveContainerRequest { ContainerId = containerId }, cancel);

    public async Task<IReadOnlyList<Container>> ListContainersAsync(ContainerFilter filter, CancellationToken cancel)
    {
        var answer = await CallAsync(CriMethods.ListContainers, new ListContainersRequest { Filter = ContainerMapping.ToWire(filter) }, cancel).ConfigureAwait(false);
        return [.. answer.Containers.Select(ContainerMapping.FromWire)];
    }

    public async Task<ContainerStatus?> GetContainerAsync(string containerId, CancellationToken cancel)
    {
        var answer = await CallOnWhatMayBeGoneAsync(CriMethods.ContainerStatus, new ContainerStatusRequest { ContainerId = containerId }, cancel).ConfigureAwait(false);
        return answer?.Status is { } status ? ContainerMapping.FromWire(status) : null;
    }

    public Task UpdateContainerResourcesAsync(string containerId, LinuxResources resources, CancellationToken cancel) =>
        CallAsync(CriMethods.UpdateContainerResources, new UpdateContainerResourcesRequest { ContainerId = containerId, Linux = CriMapping.ToWire(resources) }, cancel);

    public async Task<ContainerStats?> GetContainerStatsAsync(string containerId, CancellationToken cancel)
    {
        var answer = await CallOnWhatMayBeGoneAsync(CriMethods.ContainerStats, new ContainerStatsRequest { ContainerId = containerId }, cancel).ConfigureAwait(false);
        return answer?.Stats is { } stats ? ContainerMapping.FromWire(stats) : null;
    }

    public async Task<IReadOnlyList<ContainerStats>> ListContainerStatsAsync(ContainerFilter filter, CancellationToken cancel)
    {
        var wire = new ContainerStatsFilter { Id = filter.Id, PodSandboxId = filter.SandboxId, LabelSelector = { CriMapping.Copy(filter.Labels) } };
        var answer = await CallAsync(CriMethods.ListContainerStats, new ListContainerStatsRequest { Filter = wire }, cancel).ConfigureAwait(false);
        return [.. answer.Stats.Select(ContainerMapping.FromWire)];
    }

    public Task ReopenLogAsync(string containerId, CancellationToken cancel) =>
        CallAsync(CriMethods.ReopenContainerLog, new ReopenContainerLogRequest { ContainerId = containerId }, cancel);

    public async Task<ExecResult> ExecuteAsync(string containerId, IReadOnlyList<string> command, TimeSpan? timeout, CancellationToken cancel)
    {
        var request = new ExecSyncRequest { ContainerId = containerId, Cmd = { command }, Timeout = timeout is { } limit ? CriMapping.Seconds(limit) : 0 };
        var answer = await CallAsync(CriMethods.ExecSync, request, cancel, (timeout ?? TimeSpan.FromDays(1)) + _options.CallTimeout).ConfigureAwait(false);
        return new(answer.ExitCode, answer.Stdout.Memory, answer.Stderr.Memory);
    }

    public Task<Uri> PrepareExecAsync(string containerId, IReadOnlyList<string> command, StreamingOptions streams, CancellationToken cancel)
    {
        var request = new ExecRequest { ContainerId = containerId, Cmd = { command }, Stdin = streams.Stdin, Stdout = streams.Stdout, Stderr = streams.Stderr, Tty = streams.Tty };
        return UrlAsync(CriMethods.Exec, request, answer => answer.Url, cancel);
    }

    public Task<Uri> PrepareAttachAsync(string containerId, StreamingOptions streams, CancellationToken cancel)
    {
        var request = new AttachRequest { ContainerId = containerId, Stdin = streams.Stdin, Stdout = streams.Stdout, Stderr = streams.Stderr, Tty = streams.Tty };
        return UrlAsync(CriMethods.Attach, request, answer => answer.Url, cancel);
    }

    public async ValueTask<Stream> DialAsync(Uri url, CancellationToken cancel)
    {
        var place = _options.NetworkNamespace is { } path ? NetworkNamespace.At(path) : NetworkNamespace.Own;
        try
        {
            return await place.DialAsync(url.Host, url.Port, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is SocketException or IOException or NetworkException)
        {
            throw new RuntimeException(RuntimeError.Unavailable, $"The runtime's streaming server at {url.Authority} cannot be reached: {error.Message}", error);
        }
    }
}
