using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace Keelson.Server.Serving.Connections;

/// <summary>Collects what is written in buffers that are one TLS record each, and hands these on when they are flushed.</summary>
/// <remarks>
/// Nothing is sent behind the writer's back: a flush returns when everything was given to the kernel. One that is called off only
/// stops waiting, for half a record would end the connection. Buffers are held from the first byte to the flush.
/// </remarks>
internal sealed class TlsPipeWriter(Stream stream, Socket socket) : PipeWriter
{
    /// <summary>About what one TLS record holds: somewhat less, so that what it becomes fits into a pooled buffer of the same size.</summary>
    private const int RecordBytes = 16 * 1000;

    /// <summary>What is enough for most answers and events; who flushes before it is full holds no more.</summary>
    private const int FirstBytes = 4 * 1024;

    /// <summary>What is free at least where nobody says how much is needed: the frames that Kestrel puts around a part of a body need some.</summary>
    private const int LeastRoom = 128;

    private const int TcpLevel = 6;
    private const int TcpCork = 3;

    private readonly Lock _gate = new();
    private readonly Queue<(byte[] Buffer, int Length)> _filled = new();
    private byte[]? _buffer;
    private int _used;
    private long _unflushed;
    private Task _sending = Task.CompletedTask;
    private bool _isSending;
    private TaskCompletionSource? _calledOff;
    private bool _isFlushCanceled;
    private bool _isBroken;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed;

    /// <summary>Whether a flush that was called off goes on.</summary>
    public bool IsSending => Volatile.Read(ref _isSending);

    public override Memory<byte> GetMemory(int sizeHint = 0) => Room(sizeHint).AsMemory(_used);

    public override Span<byte> GetSpan(int sizeHint = 0) => Room(sizeHint).AsSpan(_used);

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)((_buffer?.Length ?? 0) - _used), nameof(bytes));
        _used += bytes;
        _unflushed += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Task sending;
        lock (_gate)
        {
            TakeBuffer();
            _unflushed = 0;
            if (!_isSending && _filled.Count > 0)
            {
                _isSending = true;
                var send = SendAsync();
                if (!send.IsCompletedSuccessfully) _sending = send.AsTask();
            }

            if (!_isSending || _isFlushCanceled)
            {
                var result = new FlushResult(_isFlushCanceled, _isBroken);
                _isFlushCanceled = false;
                return new(result);
            }

            sending = _sending;
        }

        return WaitAsync(sending, cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            waiting = _calledOff;
            _isFlushCanceled = waiting is null;
        }

        waiting?.TrySetResult();
    }

    /// <summary>What was not flushed stays: it is sent when the connection is closed.</summary>
    public override void Complete(Exception? exception = null)
    {
    }

    /// <summary>Waits for what is being sent on a connection that is closed, and gives the buffers back.</summary>
    public async Task StopAsync()
    {
        await _sending.ConfigureAwait(false);
        lock (_gate)
        {
            _isBroken = true;
            TakeBuffer();
            Drop();
        }
    }

    private byte[] Room(int sizeHint)
    {
        if (_buffer is not null)
        {
            if (_buffer.Length - _used >= Math.Max(sizeHint, LeastRoom)) return _buffer;
            lock (_gate) TakeBuffer();
        }

        return _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, _unflushed == 0 ? FirstBytes : RecordBytes));
    }

    private void TakeBuffer()
    {
        if (_buffer is null) return;
        if (_used > 0) _filled.Enqueue((_buffer, _used));
        else ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _used) = (null, 0);
    }

    private async ValueTask<FlushResult> WaitAsync(Task sending, CancellationToken cancel)
    {
        var calledOff = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate) _calledOff = calledOff;
        try
        {
            await Task.WhenAny(sending, calledOff.Task).WaitAsync(cancel).ConfigureAwait(false);
            return new FlushResult(isCanceled: !sending.IsCompleted, isCompleted: _isBroken);
        }
        finally
        {
            lock (_gate) _calledOff = null;
        }
    }

    private async ValueTask SendAsync()
    {
        var isHeld = OperatingSystem.IsLinux() && _filled.Count > 1 && Hold(true);
        while (true)
        {
            (byte[] Buffer, int Length) next;
            lock (_gate)
            {
                if (_isBroken) Drop();
                if (!_filled.TryDequeue(out next))
                {
                    if (isHeld) Hold(false);
                    _isSending = false;
                    return;
                }
            }

            try
            {
                await stream.WriteAsync(next.Buffer.AsMemory(0, next.Length)).ConfigureAwait(false);
            }
            catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // Whoever reads finds out, too, and ends the request; who writes is only told that it is over.
                lock (_gate) _isBroken = true;
            }

            ArrayPool<byte>.Shared.Return(next.Buffer);
        }
    }

    // Several records leave together: the client is woken for all of them, not for each.
    private bool Hold(bool isHeld)
    {
        try
        {
            socket.SetRawSocketOption(TcpLevel, TcpCork, isHeld ? [1, 0, 0, 0] : [0, 0, 0, 0]);
            return true;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private void Drop()
    {
        while (_filled.TryDequeue(out var filled)) ArrayPool<byte>.Shared.Return(filled.Buffer);
    }
}
