using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Keelson.Client.Configuration;

namespace Keelson.Client.Transport;

/// <summary>Sends requests: who the client is, how fast, how often again, and what a refusal means.</summary>
internal sealed partial class ApiTransport : IDisposable
{
    private static readonly Uri InProcess = new("https://kubernetes.default.svc");

    private readonly ApiClientOptions _options;
    private readonly HttpMessageInvoker _invoker;
    private readonly CredentialSource _credentials;
    private readonly string _address;
    private readonly bool _isSecure;
    private readonly TokenBucket? _bucket;
    private readonly TimeSpan? _timeout;

    public ApiTransport(ApiClientOptions options)
    {
        if (options.Configuration is null && options.Handler is null) throw new ArgumentException("Neither a configuration nor a handler says where the API server is.", nameof(options));
        _options = options;
        _timeout = options.RequestTimeout ?? (options.Handler is null ? TimeSpan.FromMinutes(2) : null);
        _credentials = CredentialSource.Of(options.Configuration, options.Time);
        _invoker = options.Handler is { } handler
            ? new HttpMessageInvoker(handler, disposeHandler: false)
            : new HttpMessageInvoker(ConnectionHandler.Create(options.Configuration!, _credentials), disposeHandler: true);
        var server = options.Configuration?.Server ?? InProcess;
        _address = server.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _isSecure = server.Scheme == Uri.UriSchemeHttps;
        if (options.RequestsPerSecond > 0) _bucket = new TokenBucket(options.RequestsPerSecond, options.Burst, options.Time);
    }

    public ApiClientOptions Options => _options;

    /// <summary>Sends a request and reads its whole answer.</summary>
    public async Task<TResult> SendAsync<TResult>(ApiCall call, BodyReader<TResult> read, CancellationToken cancel)
    {
        if (_timeout is not { } timeout) return await ReadAnswerAsync(call, read, cancel).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(timeout, _options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            return await ReadAnswerAsync(call, read, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException late) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"{call.Method} {call.PathAndQuery} took longer than {timeout.TotalSeconds:0.###} s.", late);
        }
    }

    /// <summary>Sends a request and returns once the answer's headers are there and say success.</summary>
    public async Task<HttpResponseMessage> OpenAsync(ApiCall call, CancellationToken cancel)
    {
        var isRefreshed = false;
        for (var attempt = 0; ; attempt++)
        {
            if (_bucket is not null) await _bucket.WaitAsync(cancel).ConfigureAwait(false);
            var pause = TimeSpan.Zero;
            try
            {
                var response = await AttemptAsync(call, cancel).ConfigureAwait(false);
                if (response.IsSuccessStatusCode) return response;
                using (response)
                {
                    var retryAfter = RetryAfter(response);
                    if (response.StatusCode == HttpStatusCode.Unauthorized && !isRefreshed && _credentials.Invalidate())
                    {
                        isRefreshed = true;
                    }
                    else if (attempt < _options.RetryLimit && IsWorthWaiting(response.StatusCode, retryAfter))
                    {
                        pause = retryAfter!.Value;
                    }
                    else
                    {
                        throw await FailureAsync(response, retryAfter, cancel).ConfigureAwait(false);
                    }
                }
            }
            catch (HttpRequestException cut) when (attempt < _options.RetryLimit && call.Method == HttpMethod.Get && WasCutOff(cut))
            {
                pause = TimeSpan.FromSeconds(1);
            }

            if (pause > TimeSpan.Zero) await Task.Delay(pause, _options.Time, cancel).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _invoker.Dispose();
        _credentials.Dispose();
    }

    private async Task<TResult> ReadAnswerAsync<TResult>(ApiCall call, BodyReader<TResult> read, CancellationToken cancel)
    {
        using var response = await OpenAsync(call, cancel).ConfigureAwait(false);
        using var body = await PooledBody.ReadAsync(response.Content, _options.AnswerLimit, cancel).ConfigureAwait(false);
        return read(body.Span, MediaTypes.IsProtobuf(response.Content.Headers));
    }

    private async Task<HttpResponseMessage> AttemptAsync(ApiCall call, CancellationToken cancel)
    {
        var request = new HttpRequestMessage(call.Method, _address + call.PathAndQuery)
        {
            Version = _isSecure ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.TryAddWithoutValidation("Accept", call.Accept);
        request.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        // The handler takes the name that the certificate must have from the request, and from nowhere else.
        if (_options.Configuration?.TlsServerName is { } name) request.Headers.Host = name;
        await _credentials.ApplyAsync(request, cancel).ConfigureAwait(false);
        if (call.ContentType is not null)
        {
            request.Content = new ReadOnlyMemoryContent(call.Body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(call.ContentType);
        }

        var response = await _invoker.SendAsync(request, cancel).ConfigureAwait(false);
        if (_options.OnWarning is { } warn)
        {
            foreach (var warning in WarningText.Read(response)) warn(warning);
        }

        return response;
    }

    private async Task<ApiException> FailureAsync(HttpResponseMessage response, TimeSpan? retryAfter, CancellationToken cancel)
    {
        using var body = await PooledBody.ReadAsync(response.Content, Math.Min(_options.AnswerLimit, 4 << 20), cancel).ConfigureAwait(false);
        return FailureReader.Read(response, body.Span, MediaTypes.IsProtobuf(response.Content.Headers), retryAfter);
    }

    private bool IsWorthWaiting(HttpStatusCode code, TimeSpan? retryAfter) =>
        ((int)code == 429 || (int)code >= 500) && retryAfter is { } pause && pause <= _options.LongestRetryAfter;

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } when delta >= TimeSpan.Zero => delta,
        { Date: { } date } => date > _options.Time.GetUtcNow() ? date - _options.Time.GetUtcNow() : TimeSpan.Zero,
        _ => null,
    };

    private static bool WasCutOff(HttpRequestException cut) =>
        cut.HttpRequestError is HttpRequestError.ResponseEnded or HttpRequestError.HttpProtocolError
        || cut.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset }
        || cut.InnerException is IOException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset } };
}
