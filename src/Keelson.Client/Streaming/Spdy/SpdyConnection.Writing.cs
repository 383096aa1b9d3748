using System.Buffers.Binary;

namespace Keelson.Client.Streaming.Spdy;

public sealed partial class SpdyConnection
{
    /// <summary>Sends one data frame, of at most DataBytes.</summary>
    internal async ValueTask WriteDataAsync(int id, ReadOnlyMemory<byte> data, bool isLast, CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel).ConfigureAwait(false);
        Task sending;
        try
        {
            ThrowIfOver();
            BinaryPrimitives.WriteInt32BigEndian(_outgoing, id);
            BinaryPrimitives.WriteInt32BigEndian(_outgoing.AsSpan(4), data.Length);
            _outgoing[4] = (byte)(isLast ? 1 : 0);
            data.CopyTo(_outgoing.AsMemory(8));
            sending = SendAndReleaseAsync(_outgoing.AsMemory(0, 8 + data.Length));
        }
        catch
        {
            _writing.Release();
            throw;
        }

        await sending.WaitAsync(cancel).ConfigureAwait(false);
    }

    internal ValueTask WriteResetAsync(int id, SpdyResetReason reason, CancellationToken cancel) => new(WriteAsync(ResetFrame(id, reason), cancel));

    private static byte[] Frame(SpdyFrame kind, int length, byte flags = 0)
    {
        var frame = new byte[8 + length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, 0x8003);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)kind);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), length);
        frame[4] = flags;
        return frame;
    }

    private static byte[] ResetFrame(int id, SpdyResetReason reason)
    {
        var frame = Frame(SpdyFrame.Reset, 8);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(8), id);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(12), (int)reason);
        return frame;
    }

    private static byte[] PingFrame(uint id)
    {
        var frame = Frame(SpdyFrame.Ping, 4);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(8), id);
        return frame;
    }

    private async Task GoAwayAsync(CancellationToken cancel)
    {
        if (_saidGoodbye) return;
        _saidGoodbye = true;
        var frame = Frame(SpdyFrame.GoAway, 8);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(8), _lastAccepted);
        await WriteAsync(frame, cancel).ConfigureAwait(false);
    }

    private async Task ReplyAsync(int id, CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel).ConfigureAwait(false);
        Task sending;
        try
        {
            ThrowIfOver();
            var block = _encoder.Encode([]);
            var frame = Frame(SpdyFrame.SynReply, 4 + block.Length);
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(8), id);
            block.CopyTo(frame, 12);
            sending = SendAndReleaseAsync(frame);
        }
        catch
        {
            _writing.Release();
            throw;
        }

        await sending.WaitAsync(cancel).ConfigureAwait(false);
    }

    private async Task WriteAsync(byte[] frame, CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel).ConfigureAwait(false);
        Task sending;
        try
        {
            ThrowIfOver();
            sending = SendAndReleaseAsync(frame);
        }
        catch
        {
            _writing.Release();
            throw;
        }

        await sending.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Sends a whole frame: only the end of the connection interrupts it, never who waits for it.</summary>
    private async Task SendAndReleaseAsync(ReadOnlyMemory<byte> frame)
    {
        try
        {
            await _transport.WriteAsync(frame, _lifetime.Token).ConfigureAwait(false);
            await _transport.FlushAsync(_lifetime.Token).ConfigureAwait(false);
            Touch();
        }
        catch (Exception broken)
        {
            Abort(broken);
            throw new StreamingException($"SPDY: cannot write: {(_failure ?? broken).Message}", broken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Sends what the read loop answers, so that the loop never waits for a peer that does not read.</summary>
    private async Task AnswerAsync()
    {
        try
        {
            await foreach (var frame in _control.Reader.ReadAllAsync(_lifetime.Token).ConfigureAwait(false))
            {
                await WriteAsync(frame, _lifetime.Token).ConfigureAwait(false);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The connection is over, which its read loop tells everybody.
        }
    }

    private void Answer(byte[] frame)
    {
        if (!_control.Writer.TryWrite(frame)) throw new StreamingException("SPDY: the peer asks faster than it takes the answers");
    }
}
