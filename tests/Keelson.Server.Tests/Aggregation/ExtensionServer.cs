using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Keelson.Api.Values;
using Keelson.Server.Nodes;
using Keelson.Server.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Keelson.Server.Tests.Aggregation;

/// <summary>An API server as somebody else would run it behind the aggregation: it keeps flunders of the group wardle.example.com.</summary>
internal sealed class ExtensionServer : IAsyncDisposable
{
    public const string Version = "/apis/wardle.example.com/v1";
    public const string Flunders = Version + "/namespaces/default/flunders";

    private const string Kind = """{"resource":"flunders","responseKind":{"group":"wardle.example.com","version":"v1","kind":"Flunder"},"scope":"Namespaced","singularResource":"flunder","verbs":["create","get","list","watch"],"shortNames":["fl"]}""";

    private readonly WebApplication _app;
    private readonly CertificateAuthority _authority;
    private readonly ConcurrentQueue<string> _flunders = [];
    private readonly ConcurrentDictionary<string, bool> _hanging = new(StringComparer.Ordinal);
    private TaskCompletionSource _created = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ExtensionServer(WebApplication app, CertificateAuthority authority)
    {
        _app = app;
        _authority = authority;
    }

    public int Port { get; private set; }

    /// <summary>The authority of its certificate, as API services have it.</summary>
    public string Bundle => Convert.ToBase64String(Encoding.UTF8.GetBytes(_authority.CertificatePem));

    /// <summary>Every request that was not of the server's own, in order.</summary>
    public ConcurrentQueue<Seen> Asked { get; } = new();

    /// <summary>What it answers to everything; zero for what belongs there.</summary>
    public int Broken { get; set; }

    /// <summary>Which paths it takes requests for and answers none.</summary>
    public Func<string, bool> Hangs { get; set; } = _ => false;

    /// <summary>Its OpenAPI document of version 2.</summary>
    public string Swagger { get; set; } =
        """{"swagger":"2.0","info":{"title":"w","version":"v1"},"paths":{"/apis/wardle.example.com/v1/":{},"/other":{}},"definitions":{"com.example.wardle.v1.Flunder":{"type":"object","description":"Of flunders."}}}""";

    /// <summary>Whether it knows the new form of discovery.</summary>
    public bool IsModern { get; set; } = true;

    public static async Task<ExtensionServer> StartAsync(TimeProvider time)
    {
        var authority = CertificateAuthority.Create(time);
        var certificate = authority.IssueServer("wardle", ["wardle.default.svc"], [IPAddress.Loopback], time);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.AllowAnyClientCertificate();
            })));
        var app = builder.Build();
        var server = new ExtensionServer(app, authority);
        app.Run(server.HandleAsync);
        await app.StartAsync();
        server.Port = new Uri(app.Urls.First()).Port;
        return server;
    }

    /// <summary>How an API server reaches it: whatever address it asks for, it is this one.</summary>
    public NodeAccess Access => new()
    {
        Dial = async (_, _, cancel) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync("127.0.0.1", Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    /// <summary>Waits until as many paths hang.</summary>
    public async Task UntilHangingAsync(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (_hanging.Count < count) await Task.Delay(5, limit.Token);
    }

    public ValueTask StopAsync() => _app.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _authority.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        var user = http.Request.Headers["X-Remote-User"].ToString();
        if (user != "system:kube-aggregator") Asked.Enqueue(new Seen(http.Request.Method, http.Request.Path, http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), http.Connection.ClientCertificate));
        if (Hangs(http.Request.Path))
        {
            _hanging[http.Request.Path] = true;
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        }

        if (Broken > 0)
        {
            http.Response.StatusCode = Broken;
            return;
        }

        var accept = http.Request.Headers.Accept.ToString();
        await (http.Request.Path.Value switch
        {
            "/apis" when IsModern && accept.Contains("apidiscovery", StringComparison.Ordinal) => JsonAsync(http, $$"""{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","items":[{"metadata":{"name":"wardle.example.com"},"versions":[{"version":"v1","freshness":"Current","resources":[{{Kind}}]}]}]}""", 200, "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"),
            Version => JsonAsync(http, """{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"wardle.example.com/v1","resources":[{"name":"flunders","singularName":"flunder","namespaced":true,"kind":"Flunder","verbs":["create","get","list","watch"],"shortNames":["fl"]},{"name":"flunders/status","singularName":"","namespaced":true,"kind":"Flunder","verbs":["get"]}]}"""),
            Flunders when http.Request.Method == "POST" => CreateAsync(http),
            Flunders when http.Request.Query.ContainsKey("watch") => WatchAsync(http),
            Flunders => JsonAsync(http, $$"""{"kind":"FlunderList","apiVersion":"wardle.example.com/v1","metadata":{"resourceVersion":"1"},"items":[{{string.Join(',', _flunders)}}]}"""),
            Version + "/elsewhere" => MoveAsync(http),
            Version + "/echo" => EchoAsync(http),
            "/openapi/v3" => JsonAsync(http, """{"paths":{"apis/wardle.example.com/v1":{"serverRelativeURL":"/openapi/v3/apis/wardle.example.com/v1?hash=abc"}}}"""),
            "/openapi/v3" + Version => JsonAsync(http, OpenApi),
            "/openapi/v2" => JsonAsync(http, Swagger),
            _ => JsonAsync(http, """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}""", 404),
        });
    }

    private const string OpenApi = """
        {"openapi":"3.0.0","info":{"title":"w","version":"v1"},"paths":{"/apis/wardle.example.com/v1/namespaces/{namespace}/flunders":{"get":{"operationId":"l","responses":{"200":{"description":"OK"}},
        "x-kubernetes-action":"list","x-kubernetes-group-version-kind":{"group":"wardle.example.com","kind":"Flunder","version":"v1"}}}},
        "components":{"schemas":{"com.example.wardle.v1.Flunder":{"type":"object","description":"What a flunder is, nobody knows.",
        "properties":{"spec":{"type":"object","description":"How it should flunder.","properties":{"reference":{"type":"string","description":"To whom it belongs."}}}},
        "x-kubernetes-group-version-kind":[{"group":"wardle.example.com","kind":"Flunder","version":"v1"}]}}}}
        """;

    private static Task JsonAsync(HttpContext http, string body, int code = 200, string type = "application/json")
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = type;
        return http.Response.WriteAsync(body);
    }

    private static Task MoveAsync(HttpContext http)
    {
        http.Response.Redirect("https://192.0.2.1/apis/wardle.example.com/v1");
        return Task.CompletedTask;
    }

    private static async Task EchoAsync(HttpContext http)
    {
        http.Response.StatusCode = 101;
        http.Response.Headers.Upgrade = "echo";
        await using var stream = await http.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
        var buffer = new byte[64];
        int count;
        while ((count = await stream.ReadAsync(buffer)) > 0) await stream.WriteAsync(buffer.AsMemory(0, count));
    }

    private async Task CreateAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var created = ((MapValue)ValueReader.Read(body.ToArray())).With(["metadata", "uid"], TextValue.Of("u")).ToString()!;
        _flunders.Enqueue(created);
        Interlocked.Exchange(ref _created, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        await JsonAsync(http, created, 201);
    }

    private async Task WatchAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        for (var sent = 0; ;)
        {
            var created = _created.Task;
            foreach (var flunder in _flunders.Skip(sent))
            {
                await http.Response.WriteAsync($$"""{"type":"ADDED","object":{{flunder}}}""" + "\n");
                sent++;
            }

            await http.Response.Body.FlushAsync();
            await created.WaitAsync(http.RequestAborted);
        }
    }

    /// <summary>A request as it arrived.</summary>
    internal sealed record Seen(string Method, string Path, IReadOnlyDictionary<string, string> Headers, X509Certificate2? Certificate);
}
