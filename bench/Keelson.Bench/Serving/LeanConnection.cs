using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Keelson.Bench.Serving;

/// <summary>One HTTP/1.1 connection over TLS that does no more than it must: the client shares the processors with what it measures.</summary>
internal sealed class LeanConnection : IAsyncDisposable
{
    private readonly SslStream _stream;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private long _remaining;
    private bool _isChunked;
    private bool _endsChunk;

    private LeanConnection(SslStream stream) => _stream = stream;

    public static async Task<LeanConnection> OpenAsync(int port, X509Certificate2 authority, X509Certificate2? client, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancel);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            trust.CustomTrustStore.Add(authority);
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                CertificateChainPolicy = trust,
                ClientCertificates = client is null ? null : [client],
                ApplicationProtocols = [SslApplicationProtocol.Http11],
            }, cancel);
            return new LeanConnection(stream);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>A request, ready to be sent as often as wanted.</summary>
    public static byte[] Request(string method, string path, ReadOnlySpan<byte> body = default, string type = "application/json")
    {
        var head = $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nUser-Agent: keelson-bench\r\n"
            + (body.IsEmpty ? "\r\n" : FormattableString.Invariant($"Content-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n"));
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    /// <summary>Sends a request and reads its answer to the end.</summary>
    /// <param name="keep">Gets the body; null to throw it away.</param>
    /// <returns>How long the body was.</returns>
    public async ValueTask<long> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancel, IBufferWriter<byte>? keep = null, bool isWelcomeToFail = false)
    {
        var status = await BeginAsync(request, cancel);
        long length = 0;
        if (status >= 300 && !isWelcomeToFail) keep ??= new ArrayBufferWriter<byte>();
        while (await ReadBodyAsync(cancel) is { IsEmpty: false } part)
        {
            length += part.Length;
            keep?.Write(part.Span);
        }

        if (status < 300 || isWelcomeToFail) return length;
        var said = keep is ArrayBufferWriter<byte> kept ? Encoding.UTF8.GetString(kept.WrittenSpan) : "";
        throw new InvalidOperationException($"{Encoding.ASCII.GetString(request.Span[..request.Span.IndexOf((byte)'\r')])}: {status} {said}");
    }

    /// <summary>Sends a request and reads the head of its answer; the status.</summary>
    public async ValueTask<int> BeginAsync(ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        await _stream.WriteAsync(request, cancel);
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0) await FillAsync(cancel);
        var status = ReadHead(_buffer.AsSpan(_start, length + 2));
        _start += length + 4;
        return status;
    }

    /// <summary>The next part of the body; empty at its end. It stays there until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(CancellationToken cancel)
    {
        if (_remaining == 0)
        {
            if (!_isChunked) return default;
            _remaining = await ReadChunkAsync(cancel);
            if (_remaining == 0) return default;
        }

        if (_start == _end) await FillAsync(cancel);
        var part = _buffer.AsMemory(_start, (int)Math.Min(_remaining, _end - _start));
        _start += part.Length;
        _remaining -= part.Length;
        _endsChunk = _remaining == 0 && _isChunked;
        return part;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async ValueTask<long> ReadChunkAsync(CancellationToken cancel)
    {
        if (_endsChunk) await SkipLineEndAsync(cancel);
        int line;
        while ((line = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0) await FillAsync(cancel);
        if (!Utf8Parser.TryParse(_buffer.AsSpan(_start, line), out long length, out _, 'x')) throw new InvalidDataException("The answer has a chunk without a length.");
        _start += line + 2;
        if (length > 0) return length;
        await SkipLineEndAsync(cancel);
        _isChunked = false;
        return 0;
    }

    private async ValueTask SkipLineEndAsync(CancellationToken cancel)
    {
        while (_end - _start < 2) await FillAsync(cancel);
        _start += 2;
        _endsChunk = false;
    }

    private int ReadHead(ReadOnlySpan<byte> head)
    {
        Utf8Parser.TryParse(head[9..12], out int status, out _);
        (_remaining, _isChunked, _endsChunk) = (0, false, false);
        var field = head.IndexOf("\r\nContent-Length: "u8);
        if (field >= 0) Utf8Parser.TryParse(head[(field + 18)..], out _remaining, out _);
        else _isChunked = head.IndexOf("\r\nTransfer-Encoding: chunked"u8) >= 0;
        return status;
    }

    private async ValueTask FillAsync(CancellationToken cancel)
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }
        else if (_end == _buffer.Length)
        {
            if (_start == 0) throw new InvalidDataException("The answer has a head that is too long.");
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancel);
        if (read == 0) throw new EndOfStreamException("The server closed the connection.");
        _end += read;
    }
}
