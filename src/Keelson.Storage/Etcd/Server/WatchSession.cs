using System.Threading.Channels;
using Keelson.Rpc.Server;
using Keelson.Storage.Etcd.Protos;
using Wire = Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Etcd.Server;

/// <summary>One stream of watches: reads what the client wants, and sends what its watches bring, in one order.</summary>
internal sealed class WatchSession(ApiContext context, RpcServerCall<Wire.WatchRequest, WatchResponse> call) : IWatchOutput
{
    /// <summary>The watch number of an answer that is about no watch, or about the whole stream.</summary>
    public const long NoWatch = -1;

    /// <summary>The most answers that wait for a slow client; its watches stand still behind them.</summary>
    public const int MaxWaiting = 64;

    private readonly Channel<WatchResponse> _outbox = Channel.CreateBounded<WatchResponse>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly Channel<bool> _progress = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<long, WatchFeed> _feeds = [];
    private readonly Lock _lock = new();
    private long _nextId;

    public async Task RunAsync()
    {
        await call.BeginAsync().ConfigureAwait(false);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(call.Cancel);
        Task[] loops = [ReceiveAsync(over.Token), ForwardAsync(over.Token), AnswerProgressAsync(over.Token)];
        try
        {
            // Only a failure ends the stream, or the client by going.
            await (await Task.WhenAny(loops).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            call.CancelRead();
            foreach (var feed in Feeds()) await feed.StopAsync().ConfigureAwait(false);
            await Task.WhenAll(loops).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    public ValueTask SendAsync(WatchResponse response, CancellationToken cancel) => _outbox.Writer.WriteAsync(response, cancel);

    public void Ended(long id, Exception? failure)
    {
        lock (_lock) _feeds.Remove(id);
        if (failure is not null) _outbox.Writer.TryComplete(failure);
    }

    private async Task ReceiveAsync(CancellationToken cancel)
    {
        while (await call.ReadAsync().ConfigureAwait(false) is { } request)
        {
            cancel.ThrowIfCancellationRequested();
            switch (request.RequestUnionCase)
            {
                case Wire.WatchRequest.RequestUnionOneofCase.CreateRequest:
                    await CreateAsync(request.CreateRequest, cancel).ConfigureAwait(false);
                    break;
                case Wire.WatchRequest.RequestUnionOneofCase.CancelRequest:
                    await CancelAsync(request.CancelRequest.WatchId, cancel).ConfigureAwait(false);
                    break;
                case Wire.WatchRequest.RequestUnionOneofCase.ProgressRequest:
                    _progress.Writer.TryWrite(true);
                    break;
                default:
                    break;
            }
        }

        // A client that has asked for all it wants still gets it.
        await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(false);
    }

    private async Task ForwardAsync(CancellationToken cancel)
    {
        await foreach (var response in _outbox.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
            await call.WriteAsync(response).ConfigureAwait(false);
    }

    private async ValueTask CreateAsync(WatchCreateRequest request, CancellationToken cancel)
    {
        var keys = ApiMapping.ToKeys(request.Key, request.RangeEnd);
        var header = await context.HeaderAsync(cancel).ConfigureAwait(false);
        if (Refuse(request, keys) is { } reason)
        {
            await SendAsync(new() { Header = header, WatchId = NoWatch, Created = true, Canceled = true, CancelReason = reason }, cancel).ConfigureAwait(false);
            return;
        }

        var id = request.WatchId != 0 ? request.WatchId : FreeId();
        var start = request.StartRevision > 0 ? request.StartRevision : header.Revision + 1;
        var feed = new WatchFeed(context, request, id, keys, start, this);
        lock (_lock) _feeds.Add(id, feed);
        await SendAsync(new() { Header = header, WatchId = id, Created = true }, cancel).ConfigureAwait(false);
        feed.Start(cancel);
    }

    private string? Refuse(WatchCreateRequest request, KeyRange keys)
    {
        lock (_lock)
        {
            if (request.WatchId < 0 || (request.WatchId > 0 && _feeds.ContainsKey(request.WatchId))) return "mvcc: duplicate watch ID provided on the WatchStream";
            if (_feeds.Count >= context.Options.MaxWatchesPerStream) return $"etcdserver: a stream carries at most {context.Options.MaxWatchesPerStream} watches";
        }

        var empty = !keys.IsSingle && keys.End is { } end && end.Span.SequenceCompareTo(keys.Start.Span) <= 0;
        return empty ? "mvcc: watcher range is empty" : null;
    }

    private async ValueTask CancelAsync(long id, CancellationToken cancel)
    {
        WatchFeed? feed;
        lock (_lock) _feeds.Remove(id, out feed);
        if (feed is null) return;
        await feed.StopAsync().ConfigureAwait(false);
        var header = await context.HeaderAsync(cancel).ConfigureAwait(false);
        await SendAsync(new() { Header = header, WatchId = id, Canceled = true }, cancel).ConfigureAwait(false);
    }

    // The answer says that every watch of the stream has brought everything up to the revision in it.
    private async Task AnswerProgressAsync(CancellationToken cancel)
    {
        while (await _progress.Reader.WaitToReadAsync(cancel).ConfigureAwait(false))
        {
            _progress.Reader.TryRead(out _);
            var header = await context.HeaderAsync(cancel).ConfigureAwait(false);
            foreach (var feed in Feeds()) await feed.ReachAsync(header.Revision, cancel).ConfigureAwait(false);
            await SendAsync(new() { Header = header, WatchId = NoWatch }, cancel).ConfigureAwait(false);
        }
    }

    private long FreeId()
    {
        lock (_lock)
        {
            while (_feeds.ContainsKey(_nextId)) _nextId++;
            return _nextId++;
        }
    }

    private WatchFeed[] Feeds()
    {
        lock (_lock) return [.. _feeds.Values];
    }
}
