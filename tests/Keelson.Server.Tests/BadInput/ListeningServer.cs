using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Keelson.Api.Authentication.V1;
using Keelson.Server.Http;
using Keelson.Server.Serving;
using Keelson.Storage;
using Keelson.Storage.Memory;

namespace Keelson.Server.Tests.BadInput;

/// <summary>A server on a socket of this machine, with clients that behave and such that don't.</summary>
internal sealed class ListeningServer : IAsyncDisposable
{
    /// <summary>Short, so that it fits into the header block of a hand-made request.</summary>
    public const string Token = "tests";

    private readonly IStore _store;
    private readonly ApiServer _server;

    private ListeningServer(IStore store, RequestLimits? limits)
    {
        _store = store;
        _server = new ApiServer(new ApiServerOptions
        {
            DisabledAdmissionPlugins = ApiServerOptions.PluginsThatNeedControllers,
            Store = store,
            Time = TimeProvider.System,
            Random = new Random(1),
            Limits = (limits ?? new RequestLimits()) with { StalledWatch = TimeSpan.FromSeconds(3) },
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Tokens = new Dictionary<string, UserInfo> { [Token] = new() { Username = "tester", Groups = ["system:masters", "system:authenticated"] } },
        });
    }

    public HttpClient Client { get; private set; } = null!;

    public ApiServer Server => _server;

    public static async Task<ListeningServer> StartAsync(IStore? store = null, RequestLimits? limits = null)
    {
        var server = new ListeningServer(store ?? new MemoryStore(TimeProvider.System), limits);
        await server._server.StartAsync();
        server.Client = server.NewClient();
        return server;
    }

    /// <summary>A client with connections of its own.</summary>
    public HttpClient NewClient(Version? version = null) => new(NewHandler())
    {
        BaseAddress = _server.Address,
        Timeout = TimeSpan.FromSeconds(100),
        DefaultRequestVersion = version ?? HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        DefaultRequestHeaders = { Authorization = new("Bearer", Token) },
    };

    /// <summary>A connection on which the test speaks by hand.</summary>
    /// <param name="port">Where to connect instead of to the server itself.</param>
    public async Task<SslStream> ConnectAsync(SslApplicationProtocol protocol, int? receiveBuffer = null, int? port = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (receiveBuffer is { } size) socket.ReceiveBufferSize = size;
        await socket.ConnectAsync(IPAddress.Loopback, port ?? _server.Address!.Port);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", ApplicationProtocols = [protocol], RemoteCertificateValidationCallback = (_, _, _, _) => true });
        return stream;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        if (_store is IAsyncDisposable store) await store.DisposeAsync();
    }

    private static SocketsHttpHandler NewHandler() => new()
    {
        EnableMultipleHttp2Connections = true,
        AllowAutoRedirect = false,
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    };
}
