using System.Net;
using Keelson.Client.Streaming;
using Keelson.Node.Runtime;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Primitives;

namespace Keelson.Node.Kubelet.Serving;

/// <summary>Hands a client's connection on to the runtime's streaming server, and passes the bytes between them.</summary>
internal sealed class StreamRelay(IContainerRuntime runtime) : IDisposable
{
    private static readonly HashSet<string> NotPassedOn = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "Host", "Authorization", "Content-Length", "Expect",
    };

    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancel) => await runtime.DialAsync(context.InitialRequestMessage.RequestUri!, cancel).ConfigureAwait(false),
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
    });

    /// <summary>Takes a request to a URL that the runtime prepared, and stays until one side ends.</summary>
    public async Task PassAsync(HttpContext http, Uri url, CancellationToken stopping)
    {
        if (http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade) throw new Refusal(400, "Upgrade request required");
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } receiving) receiving.MinDataRate = null;
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } sending) sending.MinDataRate = null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        using var request = Ask(http, url);
        using var answer = await _invoker.SendAsync(request, stop.Token).ConfigureAwait(false);
        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
        {
            if (!NotPassedOn.Contains(name)) http.Response.Headers[name] = new StringValues([.. values]);
        }

        var runtimeSide = await answer.Content.ReadAsStreamAsync(stop.Token).ConfigureAwait(false);
        await using (runtimeSide.ConfigureAwait(false))
        {
            if (answer.StatusCode != HttpStatusCode.SwitchingProtocols)
            {
                await runtimeSide.CopyToAsync(http.Response.Body, stop.Token).ConfigureAwait(false);
                return;
            }

            http.Response.Headers.Upgrade = answer.Headers.Upgrade.ToString();
            var client = await upgrade.UpgradeAsync().ConfigureAwait(false);
            await using (client.ConfigureAwait(false)) await DuplexCopy.RunAsync(client, runtimeSide, cancel: stop.Token).ConfigureAwait(false);
        }
    }

    public void Dispose() => _invoker.Dispose();

    private static HttpRequestMessage Ask(HttpContext http, Uri url)
    {
        var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), url) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        foreach (var (name, values) in http.Request.Headers)
        {
            if (!NotPassedOn.Contains(name) && !name.StartsWith(':')) request.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", http.Request.Headers.Upgrade.ToArray());
        return request;
    }
}
