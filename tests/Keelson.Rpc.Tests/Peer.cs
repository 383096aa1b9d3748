using System.Net;
using Google.Protobuf.WellKnownTypes;
using Keelson.Rpc.Client;
using Keelson.Rpc.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Keelson.Rpc.Tests;

/// <summary>A server on loopback with the methods that the tests call.</summary>
internal sealed class Peer : IAsyncDisposable
{
    public static readonly RpcMethod<StringValue, StringValue> Echo = new("/test.Echo/Echo") { IsRepeatable = true };
    public static readonly RpcMethod<StringValue, StringValue> EchoOnce = new("/test.Echo/EchoOnce");
    public static readonly RpcMethod<StringValue, StringValue> Fail = new("/test.Echo/Fail");
    public static readonly RpcMethod<StringValue, StringValue> Hang = new("/test.Echo/Hang");
    public static readonly RpcMethod<Int32Value, Int32Value> Count = new("/test.Echo/Count", RpcShape.ServerStream);
    public static readonly RpcMethod<Int32Value, Int32Value> Sum = new("/test.Echo/Sum", RpcShape.ClientStream);
    public static readonly RpcMethod<Int32Value, Int32Value> Double = new("/test.Echo/Double", RpcShape.Duplex);

    private readonly WebApplication _app;
    private readonly TaskCompletionSource _hangBegun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _hangEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Peer(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public Task HangBegun => _hangBegun.Task;

    /// <summary>Ends when the server has seen that nobody waits for <see cref="Hang"/> any more.</summary>
    public Task HangEnded => _hangEnded.Task;

    public int Calls { get; private set; }

    public static async Task<Peer> StartAsync(
        Action<KestrelServerOptions>? listen = null, RpcServerOptions? options = null, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(listen ?? (kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2)));
        var app = builder.Build();
        var peer = new Peer(app);
        map?.Invoke(app);
        app.MapRpc(options ?? new RpcServerOptions { Time = TimeProvider.System }, peer.Handlers());
        await app.StartAsync();
        return peer;
    }

    public static RpcChannel Channel(params string[] endpoints) => new(Options(endpoints));

    public static RpcChannelOptions Options(params string[] endpoints) => new()
    {
        Endpoints = endpoints,
        Time = TimeProvider.System,
        Random = new Random(1),
        BackoffBase = TimeSpan.FromMilliseconds(1),
    };

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private IEnumerable<RpcHandler> Handlers() =>
    [
        RpcHandler.Unary(Echo, AnswerEcho),
        RpcHandler.Unary(EchoOnce, AnswerEcho),
        RpcHandler.Unary(Fail, (request, call) =>
        {
            call.Trailers.Add("unused", "x");
            var status = System.Enum.Parse<RpcStatus>(request.Value[..request.Value.IndexOf(':')]);
            return Task.FromException<StringValue>(new RpcException(status, request.Value[(request.Value.IndexOf(':') + 1)..]) { Trailers = { { "reason", "told" } } });
        }),
        RpcHandler.Unary(Hang, async (StringValue request, RpcServerCall call) =>
        {
            _hangBegun.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, call.Cancel);
                return request;
            }
            finally
            {
                _hangEnded.TrySetResult();
            }
        }),
        RpcHandler.ServerStream(Count, async (request, call) =>
        {
            for (var number = 1; number <= request.Value; number++) await call.WriteAsync(new() { Value = number });
            if (request.Value < 0) throw new InvalidOperationException("secret");
        }),
        RpcHandler.ClientStream(Sum, async (RpcServerCall<Int32Value, Int32Value> call) =>
        {
            var sum = 0;
            while (await call.ReadAsync() is { } number) sum += number.Value;
            return new() { Value = sum };
        }),
        RpcHandler.Duplex(Double, async call =>
        {
            await call.BeginAsync();
            while (await call.ReadAsync() is { } number) await call.WriteAsync(new() { Value = 2 * number.Value });
        }),
    ];

    private Task<StringValue> AnswerEcho(StringValue request, RpcServerCall call)
    {
        Calls++;
        if (call.Headers.Find("ask") is { } asked) call.Trailers.Add("answered", asked);
        if (call.Headers.FindBytes("ask-bin") is { } bytes) call.Trailers.Add("answered-bin", bytes);
        return Task.FromResult(request);
    }
}
