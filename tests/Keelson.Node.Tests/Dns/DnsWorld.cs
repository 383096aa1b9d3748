using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Client;
using Keelson.Node.Dns;
using Keelson.Server.Serving;
using Keelson.Storage.Memory;

namespace Keelson.Node.Tests.Dns;

/// <summary>An API server in this process, a DNS server on loopback that follows it, and dig to ask it.</summary>
internal sealed class DnsWorld : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly MemoryStore _store;
    private readonly ApiServer _server;
    private readonly HttpMessageHandler _handler;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    private DnsWorld(MemoryStore store, ApiServer server)
    {
        _store = store;
        _server = server;
        _handler = server.CreateHandler();
        Client = new ApiClient(_handler);
    }

    public ApiClient Client { get; }

    public ClusterDns Dns { get; private set; } = null!;

    public ConcurrentQueue<Exception> Errors { get; } = [];

    public IPEndPoint Endpoint => Dns.Endpoints[0];

    public static Task<DnsWorld> StartAsync(params IPEndPoint[] upstreams) => StartAsync("cluster.local", upstreams);

    public static async Task<DnsWorld> StartAsync(string domain, params IPEndPoint[] upstreams)
    {
        var store = new MemoryStore(TimeProvider.System);
        var server = new ApiServer(new ApiServerOptions { DisabledAdmissionPlugins = ApiServerOptions.PluginsThatNeedControllers, Store = store, Time = TimeProvider.System, Random = new Random(1) });
        await server.StartAsync();
        var world = new DnsWorld(store, server);
        await world.UntilAsync(async () => await world.Client.Resource<Namespace>().FindAsync("default") is not null);
        world.Dns = new ClusterDns(world.Client, new ClusterDnsOptions
        {
            Listen = [new IPEndPoint(IPAddress.Loopback, 0)],
            ClusterDomain = domain,
            Upstreams = upstreams,
            UpstreamTimeout = TimeSpan.FromSeconds(5),
            OnError = world.Errors.Enqueue,
        });
        world._running = world.Dns.RunAsync(world._stop.Token);
        await world.UntilAsync(() => Task.FromResult(world.Dns.IsReady));
        return world;
    }

    public Task<Service> CreateServiceAsync(string name, string spec, string inNamespace = "default") => Client.Resource<Service>().CreateAsync(
        Decode<Service>($$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"{{name}}","namespace":"{{inNamespace}}"},"spec":{{spec}} }"""));

    public Task<EndpointSlice> CreateSliceAsync(string service, string name, string endpoints, string ports = """[{"name":"http","port":8080,"protocol":"TCP"}]""", string family = "IPv4") => Client.Resource<EndpointSlice>().CreateAsync(
        Decode<EndpointSlice>($$"""
            {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"{{name}}","namespace":"default","labels":{"kubernetes.io/service-name":"{{service}}"} },
            "addressType":"{{family}}","endpoints":{{endpoints}},"ports":{{ports}} }
            """));

    /// <summary>Asks with dig and gives what it prints.</summary>
    public async Task<string> DigAsync(string arguments)
    {
        var start = new ProcessStartInfo("dig", $"@127.0.0.1 -p {Endpoint.Port} +tries=2 +time=10 +nocookie {arguments}") { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return await output;
    }

    /// <summary>The data of the answers, sorted, in one line.</summary>
    public async Task<string> ShortAsync(string arguments) =>
        string.Join(' ', (await DigAsync("+short " + arguments)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));

    /// <summary>Asks until the answer is as expected: what was written takes a moment to arrive.</summary>
    public async Task ExpectAsync(string expected, string arguments)
    {
        var last = "";
        try
        {
            await UntilAsync(async () => (last = await ShortAsync(arguments)) == expected);
        }
        catch (TimeoutException)
        {
            Assert.Equal(expected, last);
        }
    }

    /// <summary>Sends bytes over UDP and gives the answer; null where there is none for a moment.</summary>
    public byte[]? Send(ReadOnlySpan<byte> message, int milliseconds = 20_000)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.ReceiveTimeout = milliseconds;
        socket.Connect(Endpoint);
        socket.Send(message);
        var buffer = new byte[65536];
        try
        {
            return buffer[..socket.Receive(buffer)];
        }
        catch (SocketException late) when (late.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return null;
        }
    }

    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience) throw new TimeoutException(string.Join('\n', Errors));
            await Task.Delay(10);
        }
    }

    private static T Decode<T>(string json)
        where T : class, IResource<T> => ApiJson.Decode<T>(Encoding.UTF8.GetBytes(json));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
        Dns.Dispose();
        Client.Dispose();
        _handler.Dispose();
        await _server.DisposeAsync();
        await _store.DisposeAsync();
        _stop.Dispose();
    }
}
