using System.Buffers;
using System.Buffers.Binary;
using Keelson.Api;

namespace Keelson.Client.Transport;

/// <summary>Cuts a watch stream into its events: JSON objects behind each other, or protobuf with its length in four bytes before it.</summary>
internal sealed class FrameReader(Stream stream, bool isProtobuf, int limit) : IDisposable
{
    private const int LengthBytes = 4;
    private const int IdleSize = 16 * 1024;

    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> InText = SearchValues.Create("\"\\"u8);

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(IdleSize);
    private int _start;
    private int _scanned;
    private int _end;
    private int _depth;
    private bool _isText;
    private bool _isEscaped;

    /// <summary>The next event's bytes, which the next call overwrites; null at the stream's end.</summary>
    /// <exception cref="IOException">The stream ends within an event.</exception>
    /// <exception cref="ApiFormatException">It is no stream of events, or one is too long.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancel)
    {
        while (true)
        {
            if ((isProtobuf ? CutLength() : CutJson()) is { } frame) return frame;
            if (_end - _start > limit) throw TooLong();
            MakeRoom();
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancel).ConfigureAwait(false);
            if (read > 0)
            {
                _end += read;
                continue;
            }

            return _start == _end ? null : throw new IOException("The watch ended within an event.");
        }
    }

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    private ReadOnlyMemory<byte>? CutLength()
    {
        if (_end - _start < LengthBytes) return null;
        var length = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start));
        if (length > limit) throw TooLong();
        if (_end - _start - LengthBytes < length) return null;
        var frame = _buffer.AsMemory(_start + LengthBytes, (int)length);
        _start += LengthBytes + (int)length;
        return frame;
    }

    private ReadOnlyMemory<byte>? CutJson()
    {
        if (_depth == 0)
        {
            while (_start < _end && _buffer[_start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') _start++;
            _scanned = Math.Max(_scanned, _start);
            if (_start == _end) return null;
            if (_buffer[_start] != '{') throw new ApiFormatException("the watch stream does not hold a JSON object where an event should begin");
        }

        while (_scanned < _end)
        {
            if (_isText) ScanText();
            else if (ScanStructure()) return Take();
        }

        return null;
    }

    private ReadOnlyMemory<byte> Take()
    {
        var frame = _buffer.AsMemory(_start, _scanned - _start);
        _start = _scanned;
        return frame;
    }

    private void ScanText()
    {
        if (_isEscaped)
        {
            _isEscaped = false;
            _scanned++;
            return;
        }

        var found = _buffer.AsSpan(_scanned, _end - _scanned).IndexOfAny(InText);
        if (found < 0)
        {
            _scanned = _end;
            return;
        }

        _scanned += found + 1;
        if (_buffer[_scanned - 1] == '"') _isText = false;
        else _isEscaped = true;
    }

    // True once the object that began the event is closed.
    private bool ScanStructure()
    {
        var found = _buffer.AsSpan(_scanned, _end - _scanned).IndexOfAny(Structure);
        if (found < 0)
        {
            _scanned = _end;
            return false;
        }

        _scanned += found + 1;
        switch (_buffer[_scanned - 1])
        {
            case (byte)'"': _isText = true; return false;
            case (byte)'{' or (byte)'[': _depth++; return false;
            default: return --_depth == 0;
        }
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _scanned = _end = 0;
            // A watch that had one large event does not keep a large buffer while nothing happens.
            if (_buffer.Length <= IdleSize) return;
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(IdleSize);
            return;
        }

        if (_end < _buffer.Length) return;
        var length = _end - _start;
        var target = _start > _buffer.Length / 2 ? _buffer : ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(_start, length).CopyTo(target);
        if (!ReferenceEquals(target, _buffer)) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = target;
        _scanned -= _start;
        (_start, _end) = (0, length);
    }

    private ApiFormatException TooLong() => new($"an event of the watch is longer than {limit} bytes");
}
