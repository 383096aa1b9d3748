using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Resources;
using Keelson.Node.Network;
using Keelson.Server.Serving;
using Keelson.Storage.Memory;

namespace Keelson.Node.Tests.Network;

/// <summary>An API server in this process, and what follows it.</summary>
internal sealed class NodesServer : IAsyncDisposable
{
    private readonly MemoryStore _store = new(TimeProvider.System);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private readonly ApiServer _server;
    private readonly HttpMessageHandler _handler;

    private NodesServer()
    {
        _server = new ApiServer(new ApiServerOptions { Store = _store, Time = TimeProvider.System, Random = new Random(1) });
        _server.StartAsync().GetAwaiter().GetResult();
        _handler = _server.CreateHandler();
        Client = new ApiClient(_handler);
        Informers = new InformerFactory(Client);
        _running.Add(Informers.RunAsync(_stop.Token));
    }

    public ApiClient Client { get; }

    public InformerFactory Informers { get; }

    public static NodesServer Start() => new();

    public void Run(Func<CancellationToken, Task> loop) => _running.Add(loop(_stop.Token));

    /// <summary>Makes a node that has its range and address.</summary>
    public async Task AddAsync(string name, string address, string range)
    {
        var nodes = Client.Resource<Api.Core.V1.Node>();
        var made = await nodes.CreateAsync(new Api.Core.V1.Node { Metadata = new ObjectMeta { Name = name }, Spec = new NodeSpec { PodCIDR = range, PodCIDRs = range.Length > 0 ? [range] : [] } });
        await nodes.UpdateStatusAsync(made with { Status = made.Status with { Addresses = [new NodeAddress { Type = NodeAddressType.Hostname, Address = name }, new NodeAddress { Type = NodeAddressType.InternalIP, Address = address }] } });
    }

    public Task RemoveAsync(string name) => Client.Resource<Api.Core.V1.Node>().DeleteAsync(name);

    public ResourceClient<Service> Services => Client.Resource<Service>().In("default");

    /// <summary>Runs a node's part until the server ends, or the result is disposed.</summary>
    public (NodeNetwork Network, Func<Task> StopAsync) Run(NodeNetworkOptions options)
    {
        var network = new NodeNetwork(Informers.For<Api.Core.V1.Node>(), options);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var running = network.RunAsync(stop.Token);
        _running.Add(running);
        return (network, async () =>
        {
            await stop.CancelAsync();
            await running;
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        Client.Dispose();
        _handler.Dispose();
        await _server.DisposeAsync();
        await _store.DisposeAsync();
        _stop.Dispose();
    }
}
