using Keelson.Rpc;
using Keelson.Rpc.Client;
using Keelson.Storage.Etcd.Protos;
using Wire = Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Etcd;

/// <summary>One watch, on a stream of its own, begun again where it was whenever the stream breaks.</summary>
/// <remarks>A watch outlives any failure of a server: only its caller or a compaction ends it.</remarks>
internal sealed class EtcdWatchStream(RpcChannel channel, EtcdServerVersion version, TimeProvider time, WatchRequest request, CancellationToken cancel) : IAsyncDisposable
{
    private const int MaxChangesOfRevision = 1_000_000;

    private readonly RpcCallOptions _callOptions = new() { Metadata = new() { { "hasleader", "true" } } };
    private readonly List<Change> _fragments = [];
    private RpcCall<Wire.WatchRequest, WatchResponse>? _call;
    private Task<WatchResponse?>? _reading;
    private bool _asksForProgress;

    // The first revision that has not been delivered; zero until a server has said where "now" is.
    private long _next = request.FromRevision;

    /// <summary>The next changes, or a mark of progress.</summary>
    public async ValueTask<WatchBatch> NextAsync()
    {
        while (true)
        {
            try
            {
                if (_call is null) await BeginAsync().ConfigureAwait(false);
                var response = await ReadAsync().ConfigureAwait(false);
                if (response is null) await BreakAsync().ConfigureAwait(false);
                else if (Take(response) is { } batch) return batch;
            }
            catch (ObjectDisposedException error)
            {
                throw EtcdErrors.Closed(error);
            }
            catch (RpcException error)
            {
                // The channel waits longer after each failure and turns to the next server.
                await BreakAsync().ConfigureAwait(false);
                if (IsFinal(error)) throw EtcdErrors.ToStore(error);
            }
        }
    }

    public async ValueTask DisposeAsync() => await BreakAsync().ConfigureAwait(false);

    private static bool IsFinal(RpcException error) =>
        error.Status is RpcStatus.InvalidArgument or RpcStatus.Unauthenticated or RpcStatus.PermissionDenied or RpcStatus.Unimplemented or RpcStatus.ResourceExhausted;

    private async Task BeginAsync()
    {
        if (request.Keys is { IsSingle: true, Start.IsEmpty: true }) throw new RpcException(RpcStatus.InvalidArgument, EtcdErrors.EmptyKey);
        _fragments.Clear();
        _asksForProgress = request.ProgressEvery is not null && await version.CanAskForProgressAsync(cancel).ConfigureAwait(false);
        _call = await channel.OpenAsync(EtcdMethods.Watch, _callOptions, cancel).ConfigureAwait(false);
        var (key, end) = EtcdMapping.ToWire(request.Keys);
        var create = new WatchCreateRequest
        {
            Key = key,
            RangeEnd = end,
            StartRevision = _next,
            PrevKv = request.WithPrevious,
            ProgressNotify = request.ProgressEvery is not null,
            Fragment = true,
        };
        await _call.WriteAsync(new() { CreateRequest = create }).ConfigureAwait(false);
    }

    private async Task<WatchResponse?> ReadAsync()
    {
        _reading ??= _call!.ReadAsync().AsTask();
        if (_asksForProgress)
        {
            // A read cannot be given up without the stream, so it goes on while the silence is asked about.
            while (!await IsDoneAsync(_reading, request.ProgressEvery!.Value).ConfigureAwait(false))
                await _call!.WriteAsync(new() { ProgressRequest = new() }).ConfigureAwait(false);
        }

        var response = await _reading.ConfigureAwait(false);
        _reading = null;
        return response;
    }

    private async Task<bool> IsDoneAsync(Task reading, TimeSpan patience)
    {
        if (reading.IsCompleted) return true;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var done = await Task.WhenAny(reading, Task.Delay(patience, time, over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
        return done == reading;
    }

    private WatchBatch? Take(WatchResponse response)
    {
        if (response.CompactRevision != 0)
            throw new StoreException(StoreError.Compacted, EtcdErrors.Compacted) { CompactedRevision = response.CompactRevision };
        if (response.Canceled) throw new RpcException(RpcStatus.Unavailable, response.CancelReason);
        if (response.Created)
        {
            if (_next > 0) return null;
            _next = response.Header.Revision + 1;
            return new(response.Header.Revision, []);
        }

        if (response.Events.Count == 0 && _fragments.Count == 0) return Progress(response.Header.Revision);
        foreach (var item in response.Events)
        {
            if (item.Kv.ModRevision >= _next) _fragments.Add(EtcdMapping.ToStore(item));
        }

        if (_fragments.Count > MaxChangesOfRevision) throw new StoreException(StoreError.Unavailable, $"The server sent more than {MaxChangesOfRevision} changes in one piece.");
        if (response.Fragment || _fragments.Count == 0) return null;
        var batch = new WatchBatch(_fragments[^1].Item.ModRevision, [.. _fragments]);
        _fragments.Clear();
        _next = batch.Revision + 1;
        return batch;
    }

    private WatchBatch? Progress(long revision)
    {
        // A server that lags behind the one before it may say less than is known.
        if (revision < _next - 1) return null;
        _next = revision + 1;
        return new(revision, []);
    }

    private async ValueTask BreakAsync()
    {
        if (_call is null) return;
        await _call.DisposeAsync().ConfigureAwait(false);
        _call = null;
        if (_reading is not { } reading) return;
        _reading = null;
        try
        {
            await reading.ConfigureAwait(false);
        }
        catch (Exception error) when (error is RpcException or OperationCanceledException)
        {
            // It was given up with the stream.
        }
    }
}
