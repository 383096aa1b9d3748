using System.Net;
using Google.Protobuf.WellKnownTypes;
using Keelson.Node.Kubelet.Probes;
using Keelson.Rpc;
using Keelson.Rpc.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Keelson.Node.Tests.Kubelet;

/// <summary>Health by gRPC, asked of a server of the same protocol; its two messages have the form of the well-known ones used here.</summary>
public sealed class GrpcHealthTests
{
    private static readonly RpcMethod<StringValue, Int32Value> Check = new("/grpc.health.v1.Health/Check");
    private static readonly RpcMethod<StringValue, Int32Value> Other = new("/other.Service/Call");

    [Theory]
    [InlineData("", true, "service healthy")]
    [InlineData("ready", true, "service healthy")]
    [InlineData("sick", false, "service unhealthy (responded with \"NOT_SERVING\")")]
    [InlineData("unknown", false, "error: health rpc probe failed: rpc error: code = 5 desc = no such service")]
    public async Task A_service_is_as_healthy_as_it_says(string service, bool succeeds, string output)
    {
        await using var server = await ServeAsync(RpcHandler.Unary(Check, (StringValue request, RpcServerCall _) => request.Value switch
        {
            "sick" => Task.FromResult(new Int32Value { Value = 2 }),
            "unknown" => throw new RpcException(RpcStatus.NotFound, "no such service"),
            _ => Task.FromResult(new Int32Value { Value = 1 }),
        }));
        using var probes = new NetworkProbes(TimeProvider.System);
        Assert.Equal(new ProbeResult(succeeds, output), await probes.CheckHealthAsync("127.0.0.1", Port(server), service, TimeSpan.FromSeconds(30), default));
    }

    [Fact]
    public async Task A_server_without_the_protocol_is_told_apart()
    {
        await using var server = await ServeAsync(RpcHandler.Unary(Other, (StringValue _, RpcServerCall _) => Task.FromResult(new Int32Value())));
        using var probes = new NetworkProbes(TimeProvider.System);
        var result = await probes.CheckHealthAsync("127.0.0.1", Port(server), "", TimeSpan.FromSeconds(30), default);
        Assert.Equal(new ProbeResult(false, "error: this server does not implement the grpc health protocol (grpc.health.v1.Health)"), result);
    }

    [Fact]
    public async Task Nobody_there_is_a_failure_with_the_reason()
    {
        int port;
        await using (var server = await ServeAsync(RpcHandler.Unary(Other, (StringValue _, RpcServerCall _) => Task.FromResult(new Int32Value())))) port = Port(server);
        using var probes = new NetworkProbes(TimeProvider.System);
        var result = await probes.CheckHealthAsync("127.0.0.1", port, "", TimeSpan.FromSeconds(30), default);
        Assert.Equal(new ProbeResult(false, $"error: health rpc probe failed: dial tcp 127.0.0.1:{port}: connect: connection refused"), result);
    }

    private static async Task<WebApplication> ServeAsync(RpcHandler handler)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.MapRpc(new RpcServerOptions { Time = TimeProvider.System }, [handler]);
        await app.StartAsync();
        return app;
    }

    private static int Port(WebApplication app) => new Uri(app.Urls.First()).Port;
}
