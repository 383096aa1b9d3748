using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace Keelson.Server.Serving;

/// <summary>Lets a request within the process become a connection, as Upgrade does over HTTP/1.1.</summary>
internal sealed class InProcessUpgrade(InProcessExchange exchange) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => true;

    /// <summary>The server's end; the client has the other one as the content of its answer, which can be written to.</summary>
    public async Task<Stream> UpgradeAsync()
    {
        if (exchange.HasStarted) throw new InvalidOperationException("the answer has begun, so the request cannot be upgraded any more");
        var toClient = new Pipe();
        var toServer = new Pipe();
        exchange.StatusCode = (int)HttpStatusCode.SwitchingProtocols;
        exchange.Headers.Connection = "Upgrade";
        await exchange.StartAsync(new ConnectionContent(new InProcessConnection(toClient.Reader, toServer.Writer))).ConfigureAwait(false);
        return new InProcessConnection(toServer.Reader, toClient.Writer);
    }

    /// <summary>Gives its stream as it is, so that it can be written to.</summary>
    private sealed class ConnectionContent(Stream connection) : HttpContent
    {
        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(connection);

        protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => connection;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => connection.CopyToAsync(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) connection.Dispose();
            base.Dispose(disposing);
        }
    }

    /// <summary>One end of two pipes; closing it ends both of its directions.</summary>
    private sealed class InProcessConnection(PipeReader reader, PipeWriter writer) : Stream
    {
        private readonly Stream _reader = reader.AsStream();
        private readonly Stream _writer = writer.AsStream();

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _reader.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => _reader.ReadAsync(buffer, offset, count, cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => _reader.Read(buffer, offset, count);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var result = await writer.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (result.IsCompleted) throw new IOException("the other end of the connection is closed");
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count) => _writer.Write(buffer, offset, count);

        public override void Flush() => _writer.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => _writer.FlushAsync(cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _writer.Dispose();
                _reader.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
