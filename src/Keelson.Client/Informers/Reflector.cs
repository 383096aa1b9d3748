using System.Collections.Immutable;
using Keelson.Api;
using Keelson.Client.Resources;

namespace Keelson.Client.Informers;

/// <summary>What a reflector fills.</summary>
internal interface IReflectorTarget<T>
    where T : class
{
    string ResourceVersion { get; }

    void Replace(ImmutableDictionary<ObjectKey, T> objects, string resourceVersion);

    void Apply(WatchEvent<T> change);

    void WatchBegins();

    void Report(Exception failure);
}

/// <summary>Reads everything, then follows the changes; after an interruption it goes on where it was, or reads everything again.</summary>
internal sealed class Reflector<T>(ResourceClient<T> client, InformerOptions options, IReflectorTarget<T> target)
    where T : class
{
    private readonly TimeProvider _time = client.Options.Time;
    private readonly Random _random = new(options.Seed);
    private bool _isStreaming = options.UseStreamingList;
    private bool _mustListNewest;
    private int _failures;
    private DateTimeOffset _lastFailure;

    /// <summary>Ends only by cancellation.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                if (_isStreaming) await StreamAsync(cancel).ConfigureAwait(false);
                else await ListAsync(cancel).ConfigureAwait(false);
                await FollowAsync(cancel).ConfigureAwait(false);
            }
            catch (Exception failure) when (!cancel.IsCancellationRequested && IsExpected(failure))
            {
                if (failure is ApiException { IsGone: true }) _mustListNewest = true;
                target.Report(failure);
                await PauseAsync(failure, cancel).ConfigureAwait(false);
            }
        }
    }

    // The first state as a watch that says when it is complete. Returns with the cache filled and followed as long as the stream held.
    private async Task StreamAsync(CancellationToken cancel)
    {
        var initial = ObjectCache<T>.None.ToBuilder();
        var isComplete = false;
        try
        {
            var query = Query() with { SendInitialEvents = true, ResourceVersionMatch = "NotOlderThan", ResourceVersion = _mustListNewest ? "" : target.ResourceVersion };
            await foreach (var change in client.WatchAsync(query, cancel).ConfigureAwait(false))
            {
                if (isComplete)
                {
                    target.Apply(Kept(change));
                    continue;
                }

                if (change.Type == WatchEventType.Bookmark)
                {
                    // A server that does not know the parameter sends what is there, but never says that this was all.
                    if (!change.EndsInitialEvents)
                    {
                        _isStreaming = false;
                        break;
                    }

                    target.Replace(initial.ToImmutable(), client.Form.ResourceVersion(change.Object));
                    isComplete = true;
                    _mustListNewest = false;
                    initial.Clear();
                }
                else if (change.Type == WatchEventType.Deleted)
                {
                    initial.Remove(client.Form.Key(change.Object));
                }
                else
                {
                    initial[client.Form.Key(change.Object)] = Kept(change.Object);
                }
            }
        }
        catch (ApiException refusal) when (!isComplete && (refusal.IsInvalid || refusal.IsBadRequest || refusal.IsMethodNotAllowed || refusal.IsNotAcceptable))
        {
            _isStreaming = false;
            target.Report(refusal);
        }
        catch (Exception cut) when (isComplete && !cancel.IsCancellationRequested && IsInterruption(cut))
        {
            target.Report(cut);
        }

        if (isComplete) return;
        await ListAsync(cancel).ConfigureAwait(false);
    }

    private async Task ListAsync(CancellationToken cancel)
    {
        var query = new ListQuery
        {
            Labels = options.Selection?.Labels,
            Fields = options.Selection?.Fields,
            // What the server has at hand, but nothing older than what is known already.
            ResourceVersion = _mustListNewest ? null : target.ResourceVersion is { Length: > 0 } version ? version : "0",
            Limit = options.PageSize,
        };
        ImmutableDictionary<ObjectKey, T>.Builder objects;
        string resourceVersion;
        try
        {
            (objects, resourceVersion) = await PagesAsync(query, cancel).ConfigureAwait(false);
        }
        catch (ApiException gone) when (gone.IsGone || gone.IsResourceVersionTooLarge)
        {
            // Either the version or the continuation is too old; the newest state in one piece is neither.
            (objects, resourceVersion) = await PagesAsync(query with { ResourceVersion = null, Limit = null }, cancel).ConfigureAwait(false);
        }

        _mustListNewest = false;
        target.Replace(objects.ToImmutable(), resourceVersion);
    }

    private async Task<(ImmutableDictionary<ObjectKey, T>.Builder Objects, string ResourceVersion)> PagesAsync(ListQuery query, CancellationToken cancel)
    {
        var objects = ObjectCache<T>.None.ToBuilder();
        while (true)
        {
            var page = await client.ListAsync(query, cancel).ConfigureAwait(false);
            foreach (var item in page.Items) objects[client.Form.Key(item)] = Kept(item);
            if (page.Continue.Length == 0) return (objects, page.ResourceVersion);
            query = query with { Continue = page.Continue, ResourceVersion = null };
        }
    }

    // Watches from the last version, again and again. Throws where everything must be read again.
    private async Task FollowAsync(CancellationToken cancel)
    {
        while (true)
        {
            var began = _time.GetUtcNow();
            var hasEvents = false;
            try
            {
                target.WatchBegins();
                await foreach (var change in client.WatchAsync(Query() with { ResourceVersion = target.ResourceVersion }, cancel).ConfigureAwait(false))
                {
                    hasEvents = true;
                    target.Apply(Kept(change));
                }
            }
            catch (Exception cut) when (!cancel.IsCancellationRequested && IsInterruption(cut))
            {
                target.Report(cut);
                if (!hasEvents) await PauseAsync(cut, cancel).ConfigureAwait(false);
                continue;
            }

            // A server that ends every watch at once must not be asked in a tight loop.
            if (!hasEvents && _time.GetUtcNow() - began < TimeSpan.FromSeconds(1)) await PauseAsync(null, cancel).ConfigureAwait(false);
        }
    }

    private T Kept(T value) => options.DropManagedFields ? client.Form.WithoutManagedFields(value) : value;

    private WatchEvent<T> Kept(WatchEvent<T> change) => options.DropManagedFields ? change with { Object = Kept(change.Object) } : change;

    private WatchQuery Query() => new()
    {
        Labels = options.Selection?.Labels,
        Fields = options.Selection?.Fields,
        Timeout = options.WatchTimeout * (1 + _random.NextDouble()),
    };

    private async Task PauseAsync(Exception? failure, CancellationToken cancel)
    {
        var now = _time.GetUtcNow();
        if (options.Backoff.ResetAfter is { } reset && now - _lastFailure > reset) _failures = 0;
        var pause = options.Backoff.After(_failures++, _random);
        if (failure is ApiException { RetryAfter: { } asked } && asked > pause) pause = asked;
        await Task.Delay(pause, _time, cancel).ConfigureAwait(false);
        _lastFailure = _time.GetUtcNow();
    }

    // After these the watch can go on from where it was.
    private static bool IsInterruption(Exception failure) => failure switch
    {
        ApiException refusal => refusal.IsTooManyRequests || refusal.IsServiceUnavailable || refusal.IsTimeout || refusal.IsInternalError,
        HttpRequestException or IOException or ApiFormatException or TimeoutException or OperationCanceledException => true,
        _ => false,
    };

    // What a server, a network or a configuration can do; anything else is a mistake of ours and ends the informer.
    private static bool IsExpected(Exception failure) => IsInterruption(failure) || failure is ApiException or Configuration.ConfigurationException;
}
