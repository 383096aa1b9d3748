using System.Net;
using Keelson.Client.Streaming;
using Keelson.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Primitives;

namespace Keelson.Server.Nodes;

/// <summary>Passes requests on to kubelets and workloads, and what they answer back as it comes.</summary>
internal sealed class Relay(NodeAccess access, CancellationToken stopping)
{
    /// <summary>Bytes that are passed on at once; default 16 KiB.</summary>
    private const int ChunkBytes = 16 * 1024;

    /// <summary>How much of a refusal is read; default 2 KiB, as upstream.</summary>
    private const int MaxRefusalBytes = 2048;

    /// <summary>Headers that are between two neighbours, or tell who the client is to this server.</summary>
    private static readonly HashSet<string> NotPassedOn = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "Host", "Expect", "Authorization", "Content-Length", "Audit-Id", "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Uri",
    };

    /// <summary>Streams what stands at an address, such as a log; a refusal becomes a failure of this server's.</summary>
    public async ValueTask StreamAsync(ApiRequest request, HttpMessageInvoker via, Uri target)
    {
        var http = request.Http;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        using var asked = new HttpRequestMessage(HttpMethod.Get, target) { Version = HttpVersion.Version11 };
        using var answer = await SendAsync(via, asked, DialFailure, either.Token).ConfigureAwait(false);
        if (answer.StatusCode is < HttpStatusCode.OK or > HttpStatusCode.PartialContent) throw await RefusalAsync(request, answer, either.Token).ConfigureAwait(false);
        http.Response.StatusCode = 200;
        http.Response.ContentType = "text/plain";
        await CopyBodyAsync(http, answer, either.Token).ConfigureAwait(false);
    }

    /// <summary>Passes a whole request on, with its body and headers.</summary>
    /// <param name="prefix">The path on this server that leads to the target's root; where the target sends clients elsewhere on itself, they come back through it.</param>
    public async ValueTask ForwardAsync(HttpContext http, HttpMessageInvoker via, Uri target, string prefix, RelayTerms? terms = null)
    {
        if (http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true })
        {
            await UpgradeAsync(http, via, target, terms).ConfigureAwait(false);
            return;
        }

        Unlimit(http);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        using var asked = Ask(http, target);
        if (HasBody(http.Request)) asked.Content = new StreamContent(http.Request.Body);
        CopyHeaders(http, asked, terms);
        using var answer = await SendAsync(via, asked, ServiceFailure, either.Token).ConfigureAwait(false);
        if (await RefusesAsync(http, answer, terms).ConfigureAwait(false)) return;
        http.Response.StatusCode = (int)answer.StatusCode;
        CopyHeaders(answer, http.Response);
        if (answer.Headers.Location is { } location) http.Response.Headers.Location = Redirection.Through(location, target, prefix);
        await CopyBodyAsync(http, answer, either.Token).ConfigureAwait(false);
    }

    /// <summary>Passes on a request that becomes a connection, and then its bytes in both directions.</summary>
    public async ValueTask UpgradeAsync(HttpContext http, HttpMessageInvoker via, Uri target, RelayTerms? terms = null)
    {
        if (http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade) throw Failures.BadRequest("Upgrade request required");
        Unlimit(http);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        using var asked = Ask(http, target);
        CopyHeaders(http, asked, terms);
        asked.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        asked.Headers.TryAddWithoutValidation("Upgrade", http.Request.Headers.Upgrade.ToArray());
        using var answer = await SendAsync(via, asked, terms is null ? DialFailure : ServiceFailure, either.Token).ConfigureAwait(false);
        if (await RefusesAsync(http, answer, terms).ConfigureAwait(false)) return;
        http.Response.StatusCode = (int)answer.StatusCode;
        CopyHeaders(answer, http.Response);
        if (answer.StatusCode != HttpStatusCode.SwitchingProtocols)
        {
            // Clients show the text of the refusal.
            await CopyBodyAsync(http, answer, either.Token).ConfigureAwait(false);
            return;
        }

        http.Response.Headers.Upgrade = answer.Headers.Upgrade.ToString();
        var client = await upgrade.UpgradeAsync().ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            var backend = await answer.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            await using (backend.ConfigureAwait(false)) await DuplexCopy.RunAsync(client, backend, cancel: either.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Opens a SPDY connection to a kubelet; a refusal becomes a failure of this server's.</summary>
    public async Task<SpdyBackend> ConnectAsync(ApiRequest request, HttpMessageInvoker via, Uri target, IReadOnlyList<string> protocols, CancellationToken cancel)
    {
        Unlimit(request.Http);
        using var asked = new HttpRequestMessage(HttpMethod.Post, target) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        asked.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        asked.Headers.TryAddWithoutValidation("Upgrade", StreamProtocols.Spdy);
        foreach (var protocol in protocols) asked.Headers.TryAddWithoutValidation(StreamProtocols.VersionHeader, protocol);
        var answer = await SendAsync(via, asked, DialFailure, cancel).ConfigureAwait(false);
        try
        {
            if (answer.StatusCode != HttpStatusCode.SwitchingProtocols) throw await RefusalAsync(request, answer, cancel).ConfigureAwait(false);
            var chosen = answer.Headers.NonValidated.TryGetValues(StreamProtocols.VersionHeader, out var values) ? values.FirstOrDefault() ?? "" : "";
            return new SpdyBackend(answer, await answer.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false), chosen);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    // A client reads as slowly as it wants, and sends as much.
    private static void Unlimit(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } request) request.MinDataRate = null;
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } response) response.MinDataRate = null;
    }

    // Over HTTP/2 every request may have a body as far as its head tells; of those that ask for something none is expected.
    private static bool HasBody(HttpRequest request) =>
        request.ContentLength is { } length ? length > 0
        : request.Headers.TransferEncoding.Count > 0 || (request.Method is not ("GET" or "HEAD") && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false);

    private static HttpRequestMessage Ask(HttpContext http, Uri target) =>
        new(new HttpMethod(http.Request.Method), target) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    private static async ValueTask<bool> RefusesAsync(HttpContext http, HttpResponseMessage answer, RelayTerms? terms)
    {
        if (terms is not { RefusesRedirects: true } || (int)answer.StatusCode is < 300 or > 399 || answer.Headers.Location is null) return false;
        await Answers.BytesAsync(http, StatusCodes.Status502BadGateway, "text/plain; charset=utf-8", "the backend attempted to redirect this request, which is not permitted"u8.ToArray()).ConfigureAwait(false);
        return true;
    }

    // Who a client is, only this server says: what the client itself says of that goes no further.
    private static bool IsAboutClient(string name) =>
        name.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("X-Remote-", StringComparison.OrdinalIgnoreCase);

    private static void CopyHeaders(HttpContext from, HttpRequestMessage to, RelayTerms? terms)
    {
        foreach (var (name, value) in terms?.Headers ?? [])
        {
            if (!to.Headers.TryAddWithoutValidation(name, value)) throw Failures.BadRequest($"the header {name} can't be passed on");
        }

        foreach (var (name, values) in from.Request.Headers)
        {
            if (NotPassedOn.Contains(name) || name.StartsWith(':') || IsAboutClient(name)) continue;
            if (!to.Headers.TryAddWithoutValidation(name, values.ToArray())) to.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        if (to.Content is not null && from.Request.ContentLength is { } length) to.Content.Headers.ContentLength = length;
        if (from.Connection.RemoteIpAddress is { } client) to.Headers.TryAddWithoutValidation("X-Forwarded-For", client.ToString());
        to.Headers.TryAddWithoutValidation("X-Forwarded-Host", from.Request.Host.Value);
        to.Headers.TryAddWithoutValidation("X-Forwarded-Proto", from.Request.Scheme);
        to.Headers.TryAddWithoutValidation("X-Forwarded-Uri", from.Request.Path.ToUriComponent());
    }

    private static void CopyHeaders(HttpResponseMessage from, HttpResponse to)
    {
        foreach (var (name, values) in from.Headers.NonValidated.Concat(from.Content.Headers.NonValidated))
        {
            if (!NotPassedOn.Contains(name)) to.Headers[name] = new StringValues([.. values]);
        }

        if (from.Content.Headers.ContentLength is { } length && from.StatusCode is not (HttpStatusCode.SwitchingProtocols or HttpStatusCode.NoContent)) to.ContentLength = length;
    }

    private static async ValueTask CopyBodyAsync(HttpContext http, HttpResponseMessage answer, CancellationToken cancel)
    {
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
        var body = await answer.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            await http.Response.StartAsync(cancel).ConfigureAwait(false);
            var writer = http.Response.BodyWriter;
            while (true)
            {
                var read = await body.ReadAsync(writer.GetMemory(ChunkBytes), cancel).ConfigureAwait(false);
                if (read == 0) return;
                writer.Advance(read);
                if ((await writer.FlushAsync(cancel).ConfigureAwait(false)).IsCompleted) return;
            }
        }
    }

    private static ApiException ServiceFailure(string text) => Failures.Unreachable($"error trying to reach service: {text}");

    private static ApiException DialFailure(string text) => Failures.Internal($"error dialing backend: {text}");

    private async Task<HttpResponseMessage> SendAsync(HttpMessageInvoker via, HttpRequestMessage request, Func<string, ApiException> failure, CancellationToken cancel)
    {
        try
        {
            return await via.SendAsync(request, cancel).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException || (broken is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw failure(ConnectionFailures.Describe(broken, request.RequestUri!, access));
        }
    }

    private static async Task<ApiException> RefusalAsync(ApiRequest request, HttpResponseMessage answer, CancellationToken cancel)
    {
        var body = await answer.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var bytes = new byte[MaxRefusalBytes];
            var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
            var text = System.Text.Encoding.UTF8.GetString(bytes, 0, read);
            return Failures.OfBackend(request.Resource, request.Info.Subresource, request.Info.Name, (int)answer.StatusCode, text);
        }
    }
}

/// <summary>A connection on which a kubelet speaks SPDY, and the version of what it says there.</summary>
internal sealed class SpdyBackend(HttpResponseMessage answer, Stream stream, string protocol) : IDisposable
{
    public Stream Stream => stream;

    public string Protocol => protocol;

    public void Dispose()
    {
        stream.Dispose();
        answer.Dispose();
    }
}
