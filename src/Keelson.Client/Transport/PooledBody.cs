using System.Buffers;

namespace Keelson.Client.Transport;

/// <summary>The bytes of an answer in a borrowed buffer, which Dispose gives back.</summary>
internal sealed class PooledBody : IDisposable
{
    private const int FirstSize = 16 * 1024;

    private byte[] _buffer;
    private int _length;

    private PooledBody(int size) => _buffer = ArrayPool<byte>.Shared.Rent(size);

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, _length);

    /// <exception cref="IOException">The answer is longer than the limit, or ends too soon.</exception>
    public static async Task<PooledBody> ReadAsync(HttpContent content, int limit, CancellationToken cancel)
    {
        var announced = content.Headers.ContentLength ?? 0;
        if (announced > limit) throw TooLong(limit);
        var body = new PooledBody((int)Math.Max(announced + 1, FirstSize));
        try
        {
            var stream = await content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                while (true)
                {
                    if (body._length == body._buffer.Length) body.Grow();
                    var read = await stream.ReadAsync(body._buffer.AsMemory(body._length), cancel).ConfigureAwait(false);
                    if (read == 0) return body;
                    body._length += read;
                    if (body._length > limit) throw TooLong(limit);
                }
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min((long)_buffer.Length * 2, Array.MaxLength));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private static IOException TooLong(int limit) => new($"The answer is longer than {limit} bytes.");
}
