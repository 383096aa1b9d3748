using System.IO.Pipelines;
using System.Net;
using Keelson.Api.Authentication.V1;
using Keelson.Server.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Keelson.Server.Serving;

/// <summary>One request and its answer within the process; it stands where a connection stands otherwise.</summary>
internal sealed class InProcessExchange : IHttpResponseFeature, IHttpResponseBodyFeature, IHttpRequestLifetimeFeature
{
    private readonly Pipe _pipe = new();
    private readonly StartingWriter _writer;
    private readonly CancellationTokenSource _aborted = new();
    private readonly TaskCompletionSource<HttpResponseMessage> _response = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stack<(Func<object, Task> Callback, object State)> _starting = new();
    private readonly HttpRequestMessage _request;

    public InProcessExchange(HttpRequestMessage request, Stream body, UserInfo user)
    {
        _request = request;
        _writer = new StartingWriter(_pipe.Writer, this);
        RequestAborted = _aborted.Token;
        Stream = _writer.AsStream(leaveOpen: true);
        Features.Set<IHttpRequestFeature>(RequestOf(request, body));
        Features.Set<IHttpResponseFeature>(this);
        Features.Set<IHttpResponseBodyFeature>(this);
        Features.Set<IHttpRequestLifetimeFeature>(this);
        Features.Set(new InProcessUser(user));
        if (request.Headers.Upgrade.Count > 0) Features.Set<IHttpUpgradeFeature>(new InProcessUpgrade(this));
    }

    public FeatureCollection Features { get; } = new();

    /// <summary>The answer, as soon as its headers are known.</summary>
    public Task<HttpResponseMessage> Response => _response.Task;

    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    public Stream Body
    {
        get => Stream;
        set => throw new NotSupportedException("the body is written to as it is");
    }

    public bool HasStarted { get; private set; }

    public Stream Stream { get; }

    public PipeWriter Writer => _writer;

    public CancellationToken RequestAborted { get; set; }

    public void OnStarting(Func<object, Task> callback, object state) => _starting.Push((callback, state));

    public void OnCompleted(Func<object, Task> callback, object state) => throw new NotSupportedException("nothing waits for the end of an answer");

    public void DisableBuffering()
    {
        // Nothing is buffered beyond the pipe.
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException("no files are served");

    public void Abort() => _aborted.Cancel();

    public Task StartAsync(CancellationToken cancellationToken = default) => StartAsync(content: null);

    /// <summary>Begins the answer, with a content of its own instead of what is written to the body.</summary>
    internal async Task StartAsync(HttpContent? content)
    {
        if (HasStarted) return;
        HasStarted = true;
        while (_starting.TryPop(out var next)) await next.Callback(next.State).ConfigureAwait(false);
        content ??= new StreamContent(new ReadingStream(_pipe.Reader.AsStream(), this));
        var response = new HttpResponseMessage((HttpStatusCode)StatusCode) { RequestMessage = _request, Content = content, ReasonPhrase = ReasonPhrase };
        foreach (var (name, values) in Headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, values.ToArray())) content.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        _response.TrySetResult(response);
    }

    public Task CompleteAsync() => _pipe.Writer.CompleteAsync().AsTask();

    /// <summary>Ends the exchange after the pipeline has: with whatever was written, or with its failure.</summary>
    public async Task FinishAsync(Exception? failure)
    {
        if (failure is null && !RequestAborted.IsCancellationRequested) await StartAsync(CancellationToken.None).ConfigureAwait(false);
        _response.TrySetException(failure ?? new OperationCanceledException("the request was aborted"));
        await _pipe.Writer.CompleteAsync(RequestAborted.IsCancellationRequested ? new IOException("the request was aborted", failure) : failure).ConfigureAwait(false);
    }

    // As on a socket, an escaped slash is part of a name and separates nothing.
    private static string Unescape(string path) =>
        string.Join("%2F", path.Split("%2F", StringSplitOptions.None).SelectMany(part => part.Split("%2f", StringSplitOptions.None)).Select(Uri.UnescapeDataString));

    private static HttpRequestFeature RequestOf(HttpRequestMessage request, Stream body)
    {
        var uri = request.RequestUri ?? throw new ArgumentException("the request has no address", nameof(request));
        var feature = new HttpRequestFeature
        {
            Method = request.Method.Method,
            Scheme = "https",
            Protocol = "HTTP/1.1",
            Path = Unescape(uri.AbsolutePath),
            QueryString = uri.Query,
            RawTarget = uri.PathAndQuery,
            Body = body,
        };
        foreach (var (name, values) in request.Headers) feature.Headers[name] = values.ToArray();
        if (request.Content is { } content)
        {
            foreach (var (name, values) in content.Headers) feature.Headers[name] = values.ToArray();
        }

        feature.Headers.Host = uri.Authority;
        return feature;
    }

    /// <summary>Starts the answer before its first bytes go out.</summary>
    private sealed class StartingWriter(PipeWriter inner, InProcessExchange exchange) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => true;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override async ValueTask CompleteAsync(Exception? exception = null)
        {
            await exchange.StartAsync(exchange.RequestAborted).ConfigureAwait(false);
            await inner.CompleteAsync(exception).ConfigureAwait(false);
        }

        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            await exchange.StartAsync(cancellationToken).ConfigureAwait(false);
            return await inner.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What the caller reads; closing it tells the server that nobody listens any more.</summary>
    private sealed class ReadingStream(Stream inner, InProcessExchange exchange) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            inner.ReadAsync(buffer, offset, count, cancellationToken);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                exchange.Abort();
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
