using Google.Protobuf;
using Keelson.Node.Runtime.Cri.Protos;
using Keelson.Rpc;
using Keelson.Rpc.Client;

namespace Keelson.Node.Runtime.Cri;

/// <summary>A container runtime that speaks CRI v1 on a socket, such as containerd or CRI-O.</summary>
public sealed partial class CriRuntime : IContainerRuntime
{
    private readonly CriOptions _options;
    private readonly RpcChannel _channel;

    public CriRuntime(CriOptions options)
    {
        _options = options;
        _channel = new(new RpcChannelOptions
        {
            Endpoints = [options.Endpoint],
            Time = options.Time,
            Random = options.Random,
            MaxReceiveBytes = options.MaxAnswerBytes,
            MaxSendBytes = options.MaxAnswerBytes,
            // A runtime that starts again is back within a second; nobody is served by a longer pause.
            BackoffMax = TimeSpan.FromSeconds(1),
        });
    }

    public async Task<RuntimeVersion> GetVersionAsync(CancellationToken cancel)
    {
        var answer = await CallAsync(CriMethods.Version, new VersionRequest(), cancel).ConfigureAwait(false);
        return new(answer.RuntimeName, answer.RuntimeVersion, answer.RuntimeApiVersion);
    }

    public async Task<RuntimeHealth> GetHealthAsync(CancellationToken cancel)
    {
        var answer = await CallAsync(CriMethods.Status, new StatusRequest(), cancel).ConfigureAwait(false);
        return new()
        {
            Conditions = [.. (answer.Status?.Conditions ?? []).Select(condition => new RuntimeCondition(condition.Type, condition.Status, condition.Reason, condition.Message))],
            Handlers = [.. answer.RuntimeHandlers.Select(handler => handler.Name)],
        };
    }

    public async Task<CgroupDriver?> GetCgroupDriverAsync(CancellationToken cancel)
    {
        try
        {
            var answer = await CallAsync(CriMethods.RuntimeConfig, new RuntimeConfigRequest(), cancel).ConfigureAwait(false);
            return answer.Linux is { } linux ? (CgroupDriver)linux.CgroupDriver : null;
        }
        catch (RuntimeException error) when (error.Error == RuntimeError.NotOffered)
        {
            return null;
        }
    }

    public Task SetPodSubnetAsync(string subnets, CancellationToken cancel) =>
        CallAsync(CriMethods.UpdateRuntimeConfig, new UpdateRuntimeConfigRequest { RuntimeConfig = new() { NetworkConfig = new() { PodCidr = subnets } } }, cancel);

    public async Task<string> RunSandboxAsync(SandboxConfig config, CancellationToken cancel)
    {
        var request = new RunPodSandboxRequest { Config = SandboxMapping.ToWire(config), RuntimeHandler = config.RuntimeHandler };
        var answer = await CallAsync(CriMethods.RunPodSandbox, request, cancel, _options.SandboxTimeout).ConfigureAwait(false);
        return answer.PodSandboxId;
    }

    public Task StopSandboxAsync(string sandboxId, CancellationToken cancel) =>
        CallOnWhatMayBeGoneAsync(CriMethods.StopPodSandbox, new StopPodSandboxRequest { PodSandboxId = sandboxId }, cancel);

    public Task RemoveSandboxAsync(string sandboxId, CancellationToken cancel) =>
        CallOnWhatMayBeGoneAsync(CriMethods.RemovePodSandbox, new RemovePodSandboxRequest { PodSandboxId = sandboxId }, cancel);

    public async Task<IReadOnlyList<Sandbox>> ListSandboxesAsync(SandboxFilter filter, CancellationToken cancel)
    {
        var answer = await CallAsync(CriMethods.ListPodSandbox, new ListPodSandboxRequest { Filter = SandboxMapping.ToWire(filter) }, cancel).ConfigureAwait(false);
        return [.. answer.Items.Select(SandboxMapping.FromWire)];
    }

    public async Task<SandboxStatus?> GetSandboxAsync(string sandboxId, CancellationToken cancel)
    {
        var answer = await CallOnWhatMayBeGoneAsync(CriMethods.PodSandboxStatus, new PodSandboxStatusRequest { PodSandboxId = sandboxId }, cancel).ConfigureAwait(false);
        return answer?.Status is { } status ? SandboxMapping.FromWire(status) : null;
    }

    public Task<Uri> PreparePortForwardAsync(string sandboxId, IReadOnlyList<int> ports, CancellationToken cancel) =>
        UrlAsync(CriMethods.PortForward, new PortForwardRequest { PodSandboxId = sandboxId, Port = { ports } }, answer => answer.Url, cancel);

    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<Uri> UrlAsync<TRequest, TResponse>(RpcMethod<TRequest, TResponse> method, TRequest request, Func<TResponse, string> url, CancellationToken cancel)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        var text = url(await CallAsync(method, request, cancel).ConfigureAwait(false));
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new RuntimeException(RuntimeError.Failed, $"The runtime answered with \"{text}\" where a URL belongs.");
    }

    private async Task<TResponse> CallAsync<TRequest, TResponse>(RpcMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancel, TimeSpan? timeout = null)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        try
        {
            return await _channel.CallAsync(method, request, new RpcCallOptions { Timeout = timeout ?? _options.CallTimeout }, cancel).ConfigureAwait(false);
        }
        catch (RpcException error)
        {
            throw CriErrors.ToRuntime(error);
        }
    }

    private async Task<TResponse?> CallOnWhatMayBeGoneAsync<TRequest, TResponse>(RpcMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancel, TimeSpan? timeout = null)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        try
        {
            return await CallAsync(method, request, cancel, timeout).ConfigureAwait(false);
        }
        catch (RuntimeException error) when (error.Error == RuntimeError.NotFound)
        {
            return null;
        }
    }
}
