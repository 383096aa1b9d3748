using System.Net.Sockets;
using System.Text;

namespace Keelson.Node.Kubelet.Probes;

/// <summary>Probes over real connections; how they are made can be given, as pods may be in another network namespace.</summary>
public sealed class NetworkProbes : IProbeNetwork, IDisposable
{
    /// <summary>How much of an answer is read; 10 KiB, as much as other kubelets do.</summary>
    private const int BodyLimit = 10 * 1024;

    private readonly Func<string, int, CancellationToken, ValueTask<Stream>> _dial;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;
    private readonly GrpcHealth _health;

    public NetworkProbes(TimeProvider time, Func<string, int, CancellationToken, ValueTask<Stream>>? dial = null)
    {
        _time = time;
        _dial = dial ?? DialAsync;
        _health = new GrpcHealth(_dial);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            // A probe asks the container itself, each time over a new connection, and looks at no certificate.
            ConnectCallback = (context, cancel) => _dial(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancel),
            PooledConnectionLifetime = TimeSpan.Zero,
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
        });
    }

    public async Task<ProbeResult> ConnectAsync(string host, int port, TimeSpan timeout, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            await using var stream = await _dial(host, port, both.Token).ConfigureAwait(false);
            return new ProbeResult(true);
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            return new ProbeResult(false, $"dial tcp {host}:{port}: {Words(failure)}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new ProbeResult(false, $"dial tcp {host}:{port}: i/o timeout");
        }
    }

    public async Task<ProbeResult> GetAsync(Uri url, IReadOnlyList<KeyValuePair<string, string>> headers, TimeSpan timeout, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { { "User-Agent", "kube-probe/1.36" }, { "Accept", "*/*" } } };
            request.Headers.ConnectionClose = true;
            foreach (var (name, value) in headers)
            {
                request.Headers.Remove(name);
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using var response = await _http.SendAsync(request, both.Token).ConfigureAwait(false);
            var code = (int)response.StatusCode;
            await using var body = await response.Content.ReadAsStreamAsync(both.Token).ConfigureAwait(false);
            var buffer = new byte[BodyLimit];
            var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, both.Token).ConfigureAwait(false);
            // A redirect is an answer, too: the container serves.
            return code is >= 200 and < 400 ? new ProbeResult(true, Encoding.UTF8.GetString(buffer, 0, length)) : new ProbeResult(false, $"HTTP probe failed with statuscode: {code}");
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException)
        {
            var inner = failure.InnerException as SocketException;
            return new ProbeResult(false, inner is null ? $"Get \"{url}\": {failure.Message}" : $"Get \"{url}\": dial tcp {url.Host}:{url.Port}: {Words(inner)}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new ProbeResult(false, $"Get \"{url}\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        }
    }

    public async Task<ProbeResult> CheckHealthAsync(string host, int port, string service, TimeSpan timeout, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            return await _health.CheckAsync(host, port, service, both.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException)
        {
            return new ProbeResult(false, $"error: health rpc probe failed: {(failure.InnerException is SocketException inner ? $"dial tcp {host}:{port}: {Words(inner)}" : failure.Message)}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new ProbeResult(false, $"timeout: health rpc did not complete within {GoDuration.Format(timeout)}");
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _health.Dispose();
    }

    // In the words that people search for.
    private static string Words(Exception failure) => failure is not SocketException socket ? failure.Message : socket.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connect: connection refused",
        SocketError.HostUnreachable => "connect: no route to host",
        SocketError.NetworkUnreachable => "connect: network is unreachable",
        SocketError.TimedOut => "i/o timeout",
        _ => failure.Message,
    };

    private static async ValueTask<Stream> DialAsync(string host, int port, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancel).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
