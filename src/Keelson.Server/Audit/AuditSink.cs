using System.Threading.Channels;

namespace Keelson.Server.Audit;

/// <summary>A backend with its mode: passes events on at once, or gathers them.</summary>
internal sealed class AuditSink : IAsyncDisposable
{
    private readonly IAuditBackend _backend;
    private readonly AuditMode _mode;
    private readonly AuditOptions _options;
    private readonly AuditMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Channel<ReadOnlyMemory<byte>> _waiting;
    private Task? _writing;

    public AuditSink(IAuditBackend backend, AuditMode mode, AuditOptions options, AuditMetrics metrics, TimeProvider time)
    {
        _backend = backend;
        _mode = mode;
        _options = options;
        _metrics = metrics;
        _time = time;
        _waiting = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(options.BatchBuffer) { SingleReader = true });
    }

    public void Start()
    {
        if (_mode == AuditMode.Batch) _writing = WriteAsync();
    }

    /// <summary>Takes an event.</summary>
    /// <returns>Whether the request may go on; only a strict backend says no.</returns>
    public async ValueTask<bool> TakeAsync(ReadOnlyMemory<byte> written, CancellationToken cancel)
    {
        if (_mode != AuditMode.Batch) return await TryWriteAsync([written], cancel).ConfigureAwait(false) || _mode != AuditMode.BlockingStrict;
        if (!_waiting.Writer.TryWrite(written)) _metrics.Lost(_backend.Name, 1);
        return true;
    }

    /// <summary>Writes what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        if (_writing is not null) await _writing.ConfigureAwait(false);
        await _backend.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WriteAsync()
    {
        var batch = new List<ReadOnlyMemory<byte>>();
        while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            await GatherAsync(batch).ConfigureAwait(false);
            await TryWriteAsync(batch, CancellationToken.None).ConfigureAwait(false);
            batch.Clear();
        }
    }

    private async Task GatherAsync(List<ReadOnlyMemory<byte>> batch)
    {
        using var late = new CancellationTokenSource(_options.BatchWait, _time);
        while (batch.Count < _options.BatchSize)
        {
            if (_waiting.Reader.TryRead(out var next))
            {
                batch.Add(next);
                continue;
            }

            try
            {
                if (!await _waiting.Reader.WaitToReadAsync(late.Token).ConfigureAwait(false)) return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async ValueTask<bool> TryWriteAsync(IReadOnlyList<ReadOnlyMemory<byte>> events, CancellationToken cancel)
    {
        try
        {
            await _backend.WriteAsync(events, cancel).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            _metrics.Lost(_backend.Name, events.Count);
            return false;
        }
    }
}
