using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Keelson.Api;
using Keelson.Server.Nodes;

namespace Keelson.Server.Webhooks;

/// <summary>Asks webhooks: for admission, and to convert custom resources. Connections are kept between questions.</summary>
internal sealed class WebhookClient(NodeDialer dial, ServiceResolver resolver, TimeProvider time) : IDisposable
{
    /// <summary>How many webhooks have connections kept for them; the oldest of more are made anew. Default 256.</summary>
    private const int MaxKept = 256;

    /// <summary>How long a connection that nobody uses is kept; default 90 seconds, as upstream.</summary>
    private static readonly TimeSpan KeepIdle = TimeSpan.FromSeconds(90);

    private const int MaxShown = 1024;

    private readonly Lock _making = new();
    private readonly Dictionary<(string, Bytes), HttpMessageInvoker> _kept = [];
    private readonly Queue<(string, Bytes)> _order = [];

    /// <summary>Sends a document and reads the answer.</summary>
    /// <param name="maxBytes">How long the answer may be.</param>
    /// <exception cref="WebhookException">There is none, and why, in words that name the address.</exception>
    public async Task<byte[]> AskAsync(WebhookTarget target, ReadOnlyMemory<byte> body, TimeSpan timeout, int maxBytes, CancellationToken cancel)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"?timeout={(int)timeout.TotalSeconds}s");
        var shown = target.Text(query);
        using var late = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, target.Url + query)
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
                Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            };
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            using var response = await InvokerOf(target).SendAsync(request, either.Token).ConfigureAwait(false);
            var answer = await ReadAsync(response, maxBytes, either.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? answer : throw Refused((int)response.StatusCode, answer);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new WebhookException($"Post \"{shown}\": context deadline exceeded");
        }
        catch (HttpRequestException failure)
        {
            if (Inner<WebhookException>(failure) is { } known) throw new WebhookException($"Post \"{shown}\": {known.Message}", null, failure);
            throw new WebhookException($"Post \"{shown}\": {Why(failure, target)}", null, failure);
        }
        catch (IOException failure)
        {
            throw new WebhookException($"Post \"{shown}\": {failure.Message}", null, failure);
        }
    }

    public void Dispose()
    {
        lock (_making)
        {
            foreach (var invoker in _kept.Values) invoker.Dispose();
            _kept.Clear();
        }
    }

    private HttpMessageInvoker InvokerOf(WebhookTarget target)
    {
        var key = (target.Service is null ? target.Url.Authority : $"{target.Service.Namespace}/{target.Service.Name}:{target.Service.Port}", target.Authority);
        lock (_making)
        {
            if (_kept.TryGetValue(key, out var known)) return known;

            // One that is in use is left to the collector with its last request.
            if (_order.Count == MaxKept) _kept.Remove(_order.Dequeue());
            _order.Enqueue(key);
            return _kept[key] = Create(target);
        }
    }

    private HttpMessageInvoker Create(WebhookTarget target)
    {
        var secure = new SslClientAuthenticationOptions { TargetHost = target.Url.Host };
        if (!target.Authority.IsEmpty) secure.RemoteCertificateValidationCallback = (_, certificate, sent, errors) => ServerTrust.IsBelieved(target.Authority, certificate, sent, errors, time);
        return new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                ConnectCallback = (context, cancel) => ConnectAsync(target, context.DnsEndPoint, cancel),
                PooledConnectionIdleTimeout = KeepIdle,
                SslOptions = secure,
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                ActivityHeadersPropagator = null,
            },
            disposeHandler: true);
    }

    private async ValueTask<Stream> ConnectAsync(WebhookTarget target, DnsEndPoint named, CancellationToken cancel)
    {
        if (target.Service is { } service)
        {
            var (host, port) = await resolver.ResolveAsync(service, cancel).ConfigureAwait(false);
            return await dial(host, port, cancel).ConfigureAwait(false);
        }

        // What has a URL is found from the machine, not from within the cluster.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(named, cancel).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, int maxBytes, CancellationToken cancel)
    {
        using var kept = new MemoryStream();
        var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[16 * 1024];
            int count;
            while ((count = await stream.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0)
            {
                if (kept.Length + count > maxBytes) throw new WebhookException($"the answer is longer than {maxBytes} bytes");
                kept.Write(buffer, 0, count);
            }
        }

        return kept.ToArray();
    }

    private static WebhookException Refused(int code, byte[] answer)
    {
        var text = Encoding.UTF8.GetString(answer.AsSpan(0, Math.Min(answer.Length, MaxShown))).Trim();
        return new WebhookException(
            code switch
            {
                404 => "the server could not find the requested resource",
                >= 500 => $"an error on the server (\"{text}\") has prevented the request from succeeding",
                _ => text.Length == 0 ? "the server rejected our request for an unknown reason" : $"the server rejected our request for an unknown reason ({text})",
            },
            code);
    }

    private static string Why(HttpRequestException failure, WebhookTarget target) => Inner<SocketException>(failure) switch
    {
        { SocketErrorCode: SocketError.ConnectionRefused } => $"dial tcp {target.Url.Authority}: connect: connection refused",
        { SocketErrorCode: SocketError.HostNotFound } => $"dial tcp: lookup {target.Url.Host}: no such host",
        { SocketErrorCode: SocketError.HostUnreachable or SocketError.NetworkUnreachable } => $"dial tcp {target.Url.Authority}: connect: no route to host",
        _ when Inner<AuthenticationException>(failure) is { } untrusted => $"tls: failed to verify certificate: {untrusted.Message}",
        _ => (failure.InnerException ?? failure).Message,
    };

    private static T? Inner<T>(Exception failure)
        where T : Exception
    {
        for (var inner = failure; inner is not null; inner = inner.InnerException)
        {
            if (inner is T found) return found;
        }

        return null;
    }
}
