using System.Net;
using System.Text;

namespace Keelson.Client.Tests.Support;

/// <summary>A connection on which requests fail, streams break in the middle and versions turn out too old, all by seeded chance.</summary>
internal sealed class UnreliableHandler(HttpMessageHandler inner, int seed) : HttpMessageHandler
{
    private readonly HttpMessageInvoker _inner = new(inner, disposeHandler: false);
    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();

    public volatile bool IsHealed;

    private int _faults;

    public int Faults => _faults;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var isWatch = request.RequestUri!.Query.Contains("watch=true", StringComparison.Ordinal);
        var choice = Next(10);
        if (!IsHealed && choice < 2)
        {
            Interlocked.Increment(ref _faults);
            if (choice == 0) throw new HttpRequestException("the connection broke");
            if (isWatch) return new HttpResponseMessage(HttpStatusCode.Gone) { Content = new StringContent(Samples.Gone, Encoding.UTF8, "application/json") };
        }

        var response = await _inner.SendAsync(request, cancellationToken);
        if (!isWatch) return response;
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var content = new StreamContent(new BreakingStream(stream, this, Next(20_000)));
        content.Headers.TryAddWithoutValidation("Content-Type", response.Content.Headers.ContentType?.ToString());
        return new HttpResponseMessage(response.StatusCode) { Content = content, RequestMessage = request };
    }

    private int Next(int below)
    {
        lock (_lock) return _random.Next(below);
    }

    private sealed class BreakingStream(Stream inner, UnreliableHandler handler, int left) : Stream
    {
        private int _left = left;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!handler.IsHealed && _left <= 0)
            {
                Interlocked.Increment(ref handler._faults);
                throw new IOException("the stream broke");
            }

            var read = await inner.ReadAsync(handler.IsHealed ? buffer : buffer[..Math.Min(buffer.Length, Math.Max(_left, 1))], cancellationToken);
            _left -= read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
