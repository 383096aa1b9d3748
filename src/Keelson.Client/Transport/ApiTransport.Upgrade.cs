using System.Net;

namespace Keelson.Client.Transport;

internal sealed partial class ApiTransport
{
    /// <summary>Asks for another protocol on a connection of its own; the answer's content is that connection then.</summary>
    /// <exception cref="ApiException">The server answered something else.</exception>
    public async Task<HttpResponseMessage> UpgradeAsync(
        HttpMethod method, string pathAndQuery, string protocol, IReadOnlyCollection<KeyValuePair<string, string>> headers, CancellationToken cancel)
    {
        using var limit = _timeout is { } timeout ? new CancellationTokenSource(timeout, _options.Time) : new CancellationTokenSource();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            for (var isRefreshed = false; ; isRefreshed = true)
            {
                if (_bucket is not null) await _bucket.WaitAsync(both.Token).ConfigureAwait(false);
                var response = await AttemptUpgradeAsync(method, pathAndQuery, protocol, headers, both.Token).ConfigureAwait(false);
                if (response.StatusCode == HttpStatusCode.SwitchingProtocols) return response;
                using (response)
                {
                    if (response.StatusCode == HttpStatusCode.Unauthorized && !isRefreshed && _credentials.Invalidate()) continue;
                    throw await FailureAsync(response, RetryAfter(response), both.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException late) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"{method} {pathAndQuery} was not upgraded in time.", late);
        }
    }

    private async Task<HttpResponseMessage> AttemptUpgradeAsync(
        HttpMethod method, string pathAndQuery, string protocol, IReadOnlyCollection<KeyValuePair<string, string>> headers, CancellationToken cancel)
    {
        // HTTP/2 knows no upgrades, so these requests say from the start that they are of HTTP/1.1.
        var request = new HttpRequestMessage(method, _address + pathAndQuery) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", protocol);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (_options.Configuration?.TlsServerName is { } host) request.Headers.Host = host;
        await _credentials.ApplyAsync(request, cancel).ConfigureAwait(false);
        return await _invoker.SendAsync(request, cancel).ConfigureAwait(false);
    }
}
