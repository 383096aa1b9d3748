using System.Buffers.Binary;

namespace Keelson.Client.Streaming.Spdy;

public sealed partial class SpdyConnection
{
    private async Task ReadAllAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Exception? failure = null;
        try
        {
            await ReadFramesAsync(_lifetime.Token).ConfigureAwait(false);
        }
        catch (Exception broken)
        {
            // Whatever came from outside, it ends this connection and nothing else.
            failure = Interlocked.CompareExchange(ref _failure, broken, null) ?? broken;
            // Nothing is to be said to a peer that broke the protocol; writers must not wait for it either.
            if (!_saidGoodbye) Abort(broken);
        }

        // Whoever adds a stream or a ping after this sees it; whoever did before is told below.
        _isOver = true;
        _accepted.Writer.TryComplete();
        _control.Writer.TryComplete();
        foreach (var stream in _streams.Values) stream.OnEnd(failure);
        foreach (var ping in _pings.Values) ping.TrySetException(new StreamingException("SPDY: the connection ended", failure));
    }

    private async Task ReadFramesAsync(CancellationToken cancel)
    {
        var head = new byte[8];
        var buffer = new byte[DataBytes];
        while (true)
        {
            var read = await _transport.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
            if (read == 0) return;
            if (read < head.Length) throw new StreamingException("SPDY: the connection ended in the middle of a frame");
            Touch();
            var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4)) & 0xFFFFFF;
            if ((head[0] & 0x80) == 0)
            {
                await ReadDataAsync(BinaryPrimitives.ReadInt32BigEndian(head), head[4], length, buffer, cancel).ConfigureAwait(false);
                continue;
            }

            if (length > _limits.HeaderBytes) throw new StreamingException($"SPDY: a control frame of {length} bytes is too large");
            if (buffer.Length < length) buffer = new byte[length];
            await _transport.ReadExactlyAsync(buffer.AsMemory(0, length), cancel).ConfigureAwait(false);
            OnControl((SpdyFrame)BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2)), BinaryPrimitives.ReadUInt16BigEndian(head) & 0x7FFF, head[4], buffer.AsSpan(0, length));
        }
    }

    private async Task ReadDataAsync(int id, byte flags, int length, byte[] buffer, CancellationToken cancel)
    {
        // A frame for a stream that is gone is read and forgotten, as Go does.
        _streams.TryGetValue(id, out var stream);
        while (length > 0)
        {
            var piece = buffer.AsMemory(0, Math.Min(length, buffer.Length));
            var count = await _transport.ReadAsync(piece, cancel).ConfigureAwait(false);
            if (count == 0) throw new StreamingException("SPDY: the connection ended in the middle of a frame");
            if (stream is not null) await stream.DeliverAsync(piece[..count], cancel).ConfigureAwait(false);
            length -= count;
        }

        if ((flags & 1) != 0 && stream is not null) EndIncoming(stream);
    }

    private void OnControl(SpdyFrame kind, int version, byte flags, ReadOnlySpan<byte> body)
    {
        if (version != 3) throw new StreamingException($"SPDY: version {version} is not spoken here");
        switch (kind)
        {
            case SpdyFrame.SynStream:
                OnSynStream(Number(body, 0), flags, _decoder.Decode(Need(body, 10)[10..]));
                break;
            case SpdyFrame.SynReply:
                _decoder.Decode(Need(body, 4)[4..]);
                if (!_streams.TryGetValue(Number(body, 0), out var replied)) break;
                replied.OnReply();
                if ((flags & 1) != 0) EndIncoming(replied);
                break;
            case SpdyFrame.Headers:
                // Nobody who speaks these protocols has more to say than at the opening, but the compression goes on.
                _decoder.Decode(Need(body, 4)[4..]);
                if ((flags & 1) != 0 && _streams.TryGetValue(Number(body, 0), out var ended)) EndIncoming(ended);
                break;
            case SpdyFrame.Reset:
                if (_streams.TryRemove(Number(Need(body, 8), 0), out var reset)) reset.OnReset((uint)Number(body, 4, mask: -1));
                break;
            case SpdyFrame.Ping:
                OnPing((uint)Number(Need(body, 4), 0, mask: -1));
                break;
            case SpdyFrame.GoAway:
                IsGoingAway = true;
                break;
            default:
                // Settings and windows have no meaning between peers that keep no windows; unknown frames are to be skipped.
                break;
        }
    }

    private void OnSynStream(int id, byte flags, Dictionary<string, string> headers)
    {
        var isTheirs = id > 0 && (id & 1) == (_isServer ? 1 : 0);
        if (!isTheirs || id <= _lastAccepted)
        {
            if (id == 0) throw new StreamingException("SPDY: a stream with the number zero");
            Answer(ResetFrame(id, SpdyResetReason.ProtocolError));
            return;
        }

        _lastAccepted = id;
        if (_saidGoodbye) return;
        var stream = new SpdyStream(this, id, headers, _limits, isOurs: false);
        // The queue has its own bound: a stream that was reset at once still waits there until somebody looks.
        if (_streams.Count >= _limits.MaxStreams || !_accepted.Writer.TryWrite(stream))
        {
            Answer(ResetFrame(id, SpdyResetReason.RefusedStream));
            return;
        }

        _streams[id] = stream;
        if ((flags & 2) != 0) stream.EndWrites();
        if ((flags & 1) != 0) EndIncoming(stream);
    }

    private void OnPing(uint id)
    {
        if ((id & 1) == (_isServer ? 0u : 1u))
        {
            if (_pings.TryGetValue(id, out var ping)) ping.TrySetResult();
        }
        else
        {
            Answer(PingFrame(id));
        }
    }

    private void EndIncoming(SpdyStream stream)
    {
        stream.EndIncoming(isByPeer: true);
        if (stream.IsOver) Forget(stream);
    }

    private static ReadOnlySpan<byte> Need(ReadOnlySpan<byte> body, int length) =>
        body.Length >= length ? body : throw new StreamingException("SPDY: a frame is too short");

    private static int Number(ReadOnlySpan<byte> body, int at, int mask = int.MaxValue) =>
        body.Length >= at + 4 ? BinaryPrimitives.ReadInt32BigEndian(body[at..]) & mask : throw new StreamingException("SPDY: a frame is too short");
}
