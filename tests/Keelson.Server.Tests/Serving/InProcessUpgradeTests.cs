using System.Text;
using Keelson.Api.Authentication.V1;
using Keelson.Api.Core.V1;
using Keelson.Client;
using Keelson.Client.Streaming;
using Keelson.Client.Streaming.RemoteCommand;
using Keelson.Client.Streaming.WebSockets;
using Keelson.Server.Serving;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Keelson.Server.Tests.Serving;

public sealed class InProcessUpgradeTests
{
    private readonly CancellationToken _cancel = new CancellationTokenSource(TimeSpan.FromSeconds(40)).Token;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_command_runs_through_the_pipeline_without_a_socket(bool isSpdyOnly)
    {
        using var handler = new InProcessHandler(http => ServeAsync(http, isSpdyOnly), new UserInfo { Username = "me" });
        using var client = new ApiClient(handler);
        await using var session = await client.Resource<Pod>().In("default").ExecAsync("p", new ExecQuery { Command = ["cat"], Stdin = true }, _cancel);
        using var input = new MemoryStream(new byte[500_000]);
        using var output = new MemoryStream();
        var status = await session.RunAsync(input, output, null, _cancel);
        Assert.Equal((500_000, 6), ((int)output.Length, status.ExitCode()));
    }

    [Fact]
    public async Task What_is_no_upgrade_request_cannot_be_upgraded_and_what_is_refused_stays_an_answer()
    {
        using var handler = new InProcessHandler(async http =>
        {
            Assert.Equal(http.Request.Headers.Upgrade.Count > 0, http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true });
            http.Response.StatusCode = 409;
            await http.Response.WriteAsync("no");
        }, new UserInfo { Username = "me" });
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        foreach (var isUpgrade in new[] { false, true })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "https://server/x");
            if (isUpgrade) request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
            using var answer = await invoker.SendAsync(request, _cancel);
            Assert.Equal((409, "no"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(_cancel)));
        }
    }

    private async Task ServeAsync(HttpContext http, bool isSpdyOnly)
    {
        var upgrade = http.Features.Get<IHttpUpgradeFeature>()!;
        var streams = new RemoteStreams(true, true, true, false);
        RemoteCommandServer server;
        if (http.Request.Headers.Upgrade == "websocket")
        {
            if (isSpdyOnly)
            {
                http.Response.StatusCode = 400;
                return;
            }

            http.Response.Headers.SecWebSocketAccept = WebSocketHandshake.Accept(http.Request.Headers.SecWebSocketKey!);
            http.Response.Headers.SecWebSocketProtocol = StreamProtocols.V5;
            server = await RemoteCommandServer.AcceptWebSocketAsync(WebSocketHandshake.Over(await upgrade.UpgradeAsync(), true, StreamProtocols.V5), StreamProtocols.V5, streams, null, _cancel);
        }
        else
        {
            http.Response.Headers[StreamProtocols.VersionHeader] = StreamProtocols.V4;
            server = await RemoteCommandServer.AcceptSpdyAsync(await upgrade.UpgradeAsync(), StreamProtocols.V4, streams, null, _cancel);
        }

        await server.Stdin!.CopyToAsync(server.Stdout!, _cancel);
        await server.Stderr!.WriteAsync(Encoding.ASCII.GetBytes("done"), _cancel);
        await server.WriteStatusAsync(RemoteStatus.OfExitCode(6), _cancel);
        await server.CloseAsync(_cancel);
    }
}
