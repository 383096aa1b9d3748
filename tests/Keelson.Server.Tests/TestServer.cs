using System.Net.Http.Headers;
using System.Text;
using Keelson.Api.Values;
using Keelson.Server.Allocation;
using Keelson.Server.Serving;
using Keelson.Storage.Memory;
using Keelson.Testing;
using Keelson.Testing.Faults;

namespace Keelson.Server.Tests;

/// <summary>A server in this process without a socket, over a memory store and a clock that the test turns.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly ApiServer _server;
    private readonly HttpMessageHandler _handler;

    private TestServer(VirtualClock clock, FaultyStore store, ApiServer server)
    {
        Faults = store.Faults;
        Clock = clock;
        Store = store;
        _server = server;
        _handler = server.CreateHandler();
        Client = new HttpClient(_handler) { BaseAddress = new Uri("https://localhost"), Timeout = TimeSpan.FromSeconds(60) };
        if (server.Address is { } address) Remote = Connect(address);
    }

    public VirtualClock Clock { get; }

    public FaultyStore Store { get; }

    public HttpClient Client { get; }

    /// <summary>The way in over a socket, as a superuser, where the server listens.</summary>
    public HttpClient? Remote { get; }

    public ApiServer Server => _server;

    /// <summary>What goes wrong with the store.</summary>
    public StoreFaults Faults { get; }

    public static Task<TestServer> StartAsync(ServiceRanges? ranges = null, Func<ApiServerOptions, ApiServerOptions>? configure = null)
    {
        var clock = new VirtualClock(VirtualClock.DefaultStart);
        return StartAsync(clock, new FaultyStore(new MemoryStore(clock)), ranges, configure);
    }

    /// <summary>A server that listens too.</summary>
    public static Task<TestServer> StartListeningAsync(Func<ApiServerOptions, ApiServerOptions>? configure = null) => StartAsync(configure: options =>
    {
        var listening = options with
        {
            Listen = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0),
            Tokens = new Dictionary<string, Keelson.Api.Authentication.V1.UserInfo> { ["t"] = new() { Username = "tester", Groups = ["system:masters"] } },
        };
        return configure?.Invoke(listening) ?? listening;
    });

    // Whose certificate it is does not matter here: the address is that of the server that was just made.
    private static HttpClient Connect(Uri address) => new(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(60),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", "t") },
        DefaultRequestVersion = System.Net.HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    /// <summary>A second server over the same state.</summary>
    public Task<TestServer> StartAnotherAsync(Func<ApiServerOptions, ApiServerOptions>? configure = null) => StartAsync(Clock, Store, configure: configure);

    private static async Task<TestServer> StartAsync(VirtualClock clock, FaultyStore store, ServiceRanges? ranges = null, Func<ApiServerOptions, ApiServerOptions>? configure = null)
    {
        var options = new ApiServerOptions { DisabledAdmissionPlugins = ApiServerOptions.PluginsThatNeedControllers, Store = store, Time = clock, Random = new Random(1), ServiceRanges = ranges ?? ServiceRanges.Default };
        var server = new ApiServer(configure?.Invoke(options) ?? options);
        await server.StartAsync();
        return new TestServer(clock, store, server);
    }

    /// <summary>Sends JSON and reads the answer.</summary>
    public Task<Answer> SendAsync(string method, string path, string? body = null, string contentType = "application/json", string? accept = null) =>
        SendAsync(Client, method, path, body, contentType, accept);

    public static async Task<Answer> SendAsync(HttpClient client, string method, string path, string? body = null, string contentType = "application/json", string? accept = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null) request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } };
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var content = await response.Content.ReadAsByteArrayAsync();
        return new Answer((int)response.StatusCode, content, response.Content.Headers.ContentType?.ToString() ?? "", response.Headers.TryGetValues("Warning", out var warnings) ? [.. warnings] : []);
    }

    public Task<Answer> GetAsync(string path, string? accept = null) => SendAsync("GET", path, accept: accept);

    public Task<Answer> PostAsync(string path, string body) => SendAsync("POST", path, body);

    public Task<Answer> PutAsync(string path, string body) => SendAsync("PUT", path, body);

    public Task<Answer> DeleteAsync(string path, string? options = null) => SendAsync("DELETE", path, options);

    public Task<Answer> PatchAsync(string path, string body, string type) => SendAsync("PATCH", path, body, type);

    /// <summary>Creates a config map in the default namespace.</summary>
    public Task<Answer> CreateMapAsync(string name, string labels = "{}", string data = "{}") => PostAsync(
        "/api/v1/namespaces/default/configmaps", $$"""{"metadata":{"name":"{{name}}","labels":{{labels}}},"data":{{data}}}""");

    /// <summary>Opens a watch.</summary>
    public async Task<WatchStream> WatchAsync(string path, bool remote = false)
    {
        var response = await (remote ? Remote! : Client).GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        return new WatchStream(response, await response.Content.ReadAsStreamAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Remote?.Dispose();
        await _server.DisposeAsync();
        await Store.DisposeAsync();
    }
}

/// <summary>What came back for a request.</summary>
internal sealed record Answer(int Code, byte[] Content, string ContentType, string[] Warnings)
{
    public string Text => Encoding.UTF8.GetString(Content);

    public MapValue Json => (MapValue)ValueReader.Read(Content);

    public string? Reason => Json["reason"]?.AsText();

    public string Message => Json["message"]?.AsText() ?? "";

    public string Version => Json["metadata", "resourceVersion"]?.AsText() ?? "";

    public IEnumerable<string> Names => ((ListValue)Json["items"]!).Select(item => item["metadata", "name"]!.AsText()!);
}

/// <summary>The events of a watch, one a line.</summary>
internal sealed class WatchStream(HttpResponseMessage response, Stream stream) : IAsyncDisposable
{
    private readonly StreamReader _reader = new(stream);

    public int Code => (int)response.StatusCode;

    /// <summary>The next event, or null at the stream's end.</summary>
    public async Task<WatchedEvent?> NextAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var line = await _reader.ReadLineAsync(deadline.Token);
        return line is null ? null : WatchedEvent.Of(line);
    }

    public async Task<List<WatchedEvent>> TakeAsync(int count)
    {
        var events = new List<WatchedEvent>();
        while (events.Count < count) events.Add(await NextAsync() ?? throw new InvalidOperationException($"the watch ended after {events.Count} events"));
        return events;
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        response.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>One event of a watch.</summary>
internal sealed record WatchedEvent(string Type, MapValue Object)
{
    public string Name => Object["metadata", "name"]?.AsText() ?? "";

    public long Version => long.Parse(Object["metadata", "resourceVersion"]?.AsText() ?? "0", System.Globalization.CultureInfo.InvariantCulture);

    public static WatchedEvent Of(string line)
    {
        var map = (MapValue)ValueReader.Read(line);
        return new WatchedEvent(map["type"]!.AsText()!, (MapValue)map["object"]!);
    }

    public override string ToString() => $"{Type} {Name}";
}
