using Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Etcd.Server;

/// <summary>One watch of a stream: takes changes from the store and hands them to the stream.</summary>
/// <param name="start">The first revision that the client has asked for.</param>
internal sealed class WatchFeed(ApiContext context, WatchCreateRequest request, long id, KeyRange keys, long start, IWatchOutput output)
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(1);

    // However long nothing happens, a watch knows how far the store is to this much.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private readonly bool _dropsPuts = request.Filters.Contains(WatchCreateRequest.Types.FilterType.Noput);
    private readonly bool _dropsDeletes = request.Filters.Contains(WatchCreateRequest.Types.FilterType.Nodelete);
    private readonly CancellationTokenSource _over = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _delivered = start - 1;
    private Task _running = Task.CompletedTask;

    public void Start(CancellationToken cancel) => _running = RunAsync(cancel);

    public async ValueTask StopAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _over.Dispose();
    }

    /// <summary>Returns when everything up to a revision has been handed to the stream.</summary>
    /// <remarks>
    /// A watch that nothing happened for does not know how far the store has come. A second watch from the same
    /// place tells at once whether there is anything for the first one still to deliver.
    /// </remarks>
    public async ValueTask ReachAsync(long revision, CancellationToken cancel)
    {
        while (Read(out var moved) is var delivered && delivered < revision && !_running.IsCompleted)
        {
            if (await HasMoreAsync(delivered, revision, cancel).ConfigureAwait(false))
                await Task.WhenAny(moved, _running).WaitAsync(cancel).ConfigureAwait(false);
            else
                Advance(revision);
        }
    }

    // Never fails: how it ends is told to the stream.
    private async Task RunAsync(CancellationToken stream)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stream, _over.Token);
        try
        {
            // The stream's reader goes on with its next request.
            await Task.Yield();
            await ForwardAsync(cancel.Token).ConfigureAwait(false);
            output.Ended(id, null);
        }
        catch (Exception error)
        {
            output.Ended(id, cancel.IsCancellationRequested ? null : error);
        }
    }

    private async Task ForwardAsync(CancellationToken cancel)
    {
        var interval = context.Options.ProgressInterval;
        var every = interval < LongestSilence ? interval : LongestSilence;
        var told = context.Options.Time.GetTimestamp();

        // The first mark only says where the watch begins.
        var first = true;
        try
        {
            await foreach (var batch in context.Store.WatchAsync(new(keys, start, request.PrevKv, every), cancel).ConfigureAwait(false))
            {
                if (batch.Changes.Count > 0)
                {
                    await SendAsync(batch, cancel).ConfigureAwait(false);
                    told = context.Options.Time.GetTimestamp();
                }
                else if (request.ProgressNotify && !first && (every == interval || context.Options.Time.GetElapsedTime(told) >= interval))
                {
                    await output.SendAsync(Response(batch.Revision), cancel).ConfigureAwait(false);
                    told = context.Options.Time.GetTimestamp();
                }

                Advance(batch.Revision);
                first = false;
            }
        }
        catch (StoreException error) when (error.Error == StoreError.Compacted)
        {
            var response = Response(await context.RevisionAsync(cancel).ConfigureAwait(false));
            response.Canceled = true;
            response.CompactRevision = error.CompactedRevision;
            response.CancelReason = EtcdErrors.Compacted;
            await output.SendAsync(response, cancel).ConfigureAwait(false);
        }
    }

    private async ValueTask SendAsync(WatchBatch batch, CancellationToken cancel)
    {
        var most = request.Fragment ? context.Options.MaxRequestBytes : int.MaxValue;
        var response = Response(batch.Revision);
        var bytes = 0L;
        foreach (var change in batch.Changes)
        {
            if (change.IsDeletion ? _dropsDeletes : _dropsPuts) continue;
            var item = ApiMapping.ToWire(change);
            var size = item.CalculateSize();
            if (response.Events.Count > 0 && bytes + size > most)
            {
                response.Fragment = true;
                await output.SendAsync(response, cancel).ConfigureAwait(false);
                response = Response(batch.Revision);
                bytes = 0;
            }

            response.Events.Add(item);
            bytes += size;
        }

        if (response.Events.Count > 0) await output.SendAsync(response, cancel).ConfigureAwait(false);
    }

    private WatchResponse Response(long revision) => new() { Header = context.Header(revision), WatchId = id };

    private async ValueTask<bool> HasMoreAsync(long delivered, long revision, CancellationToken cancel)
    {
        try
        {
            await foreach (var batch in context.Store.WatchAsync(new(keys, delivered + 1, ProgressEvery: AtOnce), cancel).ConfigureAwait(false))
            {
                if (batch.Changes.Count > 0) return true;
                if (batch.Revision >= revision) return false;
            }
        }
        catch (StoreException error) when (error.Error == StoreError.Compacted)
        {
            // Either what the watch still has to deliver is gone, and it will end and say so; or there was nothing,
            // and it will say by itself how far it is.
            return true;
        }

        return false;
    }

    private long Read(out Task moved)
    {
        lock (_lock)
        {
            moved = _moved.Task;
            return _delivered;
        }
    }

    private void Advance(long revision)
    {
        lock (_lock)
        {
            if (revision <= _delivered) return;
            _delivered = revision;
            _moved.TrySetResult();
            _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}

/// <summary>Where the watches of a stream put what they bring.</summary>
internal interface IWatchOutput
{
    /// <summary>Puts an answer behind those that wait to be sent; waits itself while there are too many.</summary>
    ValueTask SendAsync(WatchResponse response, CancellationToken cancel);

    /// <summary>Says that a watch is over; with a failure, the stream is.</summary>
    void Ended(long id, Exception? failure);
}
