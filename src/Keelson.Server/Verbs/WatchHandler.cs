using System.Buffers;
using System.IO.Pipelines;
using Keelson.Api.Meta.V1;
using Keelson.Server.Cache;
using Keelson.Server.Fairness;
using Keelson.Server.Http;

namespace Keelson.Server.Verbs;

internal sealed class WatchHandler(ServerContext server) : IVerbHandler
{
    /// <summary>How often a quiet watch is told how far it is; default every minute, as upstream.</summary>
    private static readonly TimeSpan BookmarkEvery = TimeSpan.FromMinutes(1);

    /// <summary>How long a watch lasts that does not say; default 30 minutes and up to as much again by chance, as upstream.</summary>
    private static readonly TimeSpan ShortestWatch = TimeSpan.FromMinutes(30);

    /// <summary>What is written before it is sent; a watch that is not read holds so much.</summary>
    private const int FlushEvery = 3800;

    /// <summary>How many of the objects that are there at the start are looked at together; default 256.</summary>
    private const int InitialBatch = 256;

    public async ValueTask HandleAsync(ApiRequest request)
    {
        var selection = new Selection(request);
        CheckOptions(request.Options);
        var start = await BeginAsync(request, selection).ConfigureAwait(false);
        var encoder = new WatchEncoder(request, server.Time);
        var response = request.Http.Response;
        response.ContentType = encoder.ContentType;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(request.Cancel, server.Stopping);
        var output = response.BodyWriter;
        await FlushAsync(output, ending.Token).ConfigureAwait(false);
        try
        {
            if (start.Cursor is null)
            {
                encoder.Error(output, Failures.TooOld(start.Revision, start.Oldest).Status);
            }
            else
            {
                await SendInitialAsync(request, selection, encoder, output, start, ending.Token).ConfigureAwait(false);
                await FollowAsync(request, encoder, output, start.Cursor, ending.Token).ConfigureAwait(false);
            }

            await FlushAsync(output, ending.Token).ConfigureAwait(false);
        }
        catch (ApiException broken)
        {
            // What can't be converted ends the watch, which has begun, so that only an event can say so.
            encoder.Error(output, broken.Status);
            await FlushAsync(output, ending.Token).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Nobody reads it: what waits for the client is dropped with its connection, or with its stream of one.
            request.Http.Abort();
        }
        catch (OperationCanceledException) when (server.Stopping.IsCancellationRequested)
        {
            // The stream ends as if its time were up: clients come back and go on.
        }
    }

    private async ValueTask<Start> BeginAsync(ApiRequest request, Selection selection)
    {
        var options = request.Options;
        var version = options.ResourceVersion;
        var cache = server.Feed.CacheOf(request.Resource);
        var fromState = version is "" or "0" || options.SendInitialEvents == true;
        var log = selection.LogIn(cache);
        if (!fromState)
        {
            var revision = Versions.Parse(version);
            var sequence = log.FindAfter(revision);
            return sequence < 0
                ? new Start(null, [], false, revision, log.Forgotten)
                : new Start(new WatchCursor(log, selection, sequence, revision), [], false, revision, 0);
        }

        await Versions.WaitAsync(server, version, request.Cancel).ConfigureAwait(false);
        while (true)
        {
            var reached = server.Feed.Revision;
            var state = cache.State;
            var revision = Math.Max(reached, state.Revision);
            var sequence = log.FindAfter(revision);

            // The log may have moved on past the state that was just taken.
            if (sequence < 0) continue;
            var cursor = new WatchCursor(log, selection, sequence, revision);
            if (options.SendInitialEvents != false) selection.RefuseDamaged(request.Resource, state.Damaged);
            var initial = options.SendInitialEvents == false ? [] : selection.LooksAtVersion ? state.Index.Range(selection.Start, selection.End) : selection.In(state.Index);
            return new Start(cursor, initial, options.SendInitialEvents == true, revision, 0);
        }
    }

    private async ValueTask SendInitialAsync(ApiRequest request, Selection selection, WatchEncoder encoder, PipeWriter output, Start start, CancellationToken cancel)
    {
        // Together, as some have to be converted by somebody else.
        foreach (var batch in start.Initial.Chunk(InitialBatch))
        {
            server.Metrics.AddWatchEvents(request.Resource.Kind, batch.Length);
            foreach (var item in await CachedObject.InAsync(batch, request.Resource, cancel).ConfigureAwait(false))
            {
                if (selection.LooksAtVersion && !selection.MatchesShown(item)) continue;
                if (encoder.IsPlain) await SendPlainAsync(encoder, output, item, cancel).ConfigureAwait(false);
                else encoder.Event(output, EventType.Added, item);
                if (output.UnflushedBytes >= FlushEvery) await FlushAsync(output, cancel).ConfigureAwait(false);
            }
        }

        if (start.MarksEnd && request.Options.AllowWatchBookmarks) encoder.Bookmark(output, start.Revision, endsInitial: true);
        if (output.UnflushedBytes > 0) await FlushAsync(output, cancel).ConfigureAwait(false);

        // From here on it waits more than it works.
        request.Http.Features.Get<SeatLedger.Seats>()?.Release();
    }

    // In pieces: of large objects, too, a watch that is not read holds little.
    private async ValueTask SendPlainAsync(WatchEncoder encoder, PipeWriter output, CachedObject item, CancellationToken cancel)
    {
        WatchEncoder.Begin(output, EventType.Added);
        for (var rest = item.Json.AsMemory(); rest.Length > 0;)
        {
            var length = (int)Math.Clamp(FlushEvery - output.UnflushedBytes, 1, rest.Length);
            output.Write(rest.Span[..length]);
            rest = rest[length..];
            if (output.UnflushedBytes >= FlushEvery) await FlushAsync(output, cancel).ConfigureAwait(false);
        }

        WatchEncoder.End(output);
    }

    private async ValueTask FollowAsync(ApiRequest request, WatchEncoder encoder, PipeWriter output, WatchCursor cursor, CancellationToken cancel)
    {
        using var pause = new WatchPause(server.Time, cancel);
        var end = server.Now + Duration(request.Options);
        var bookmark = request.Options.AllowWatchBookmarks ? server.Now + BookmarkEvery : DateTimeOffset.MaxValue;
        while (true)
        {
            // Asked before the log is read: what happened until then is still told.
            var isWithdrawn = request.Resource.Custom?.Withdrawn.IsCompleted == true;
            var told = 0L;
            while (await cursor.NextAsync(request.Resource, cancel).ConfigureAwait(false) is { } change)
            {
                told++;
                encoder.Event(output, change.Type, await change.Object.InAsync(request.Resource, cancel).ConfigureAwait(false));
                if (output.UnflushedBytes >= FlushEvery && (await FlushAsync(output, cancel).ConfigureAwait(false)).IsCompleted) return;
            }

            if (told > 0) server.Metrics.AddWatchEvents(request.Resource.Kind, told);
            if (cursor.IsLost)
            {
                encoder.Error(output, Failures.TooOld(cursor.Revision, server.Feed.CacheOf(request.Resource).Log.Forgotten).Status);
                return;
            }

            var now = server.Now;
            if (now >= bookmark)
            {
                Mark(encoder, output, cursor);
                bookmark = now + BookmarkEvery;
            }

            if (output.UnflushedBytes > 0 && (await FlushAsync(output, cancel).ConfigureAwait(false)).IsCompleted) return;
            if (now >= end || isWithdrawn) return;
            await pause.WaitAsync(cursor.WaitAsync(), request.Resource.Custom?.Withdrawn, end < bookmark ? end : bookmark).ConfigureAwait(false);
        }
    }

    /// <exception cref="TimeoutException">The client has not taken what was sent before for too long.</exception>
    private ValueTask<FlushResult> FlushAsync(PipeWriter output, CancellationToken cancel)
    {
        var flushing = output.FlushAsync(cancel);
        return flushing.IsCompleted ? flushing : new ValueTask<FlushResult>(flushing.AsTask().WaitAsync(server.StalledWatch, server.Time, cancel));
    }

    private void Mark(WatchEncoder encoder, PipeWriter output, WatchCursor cursor)
    {
        // Everything up to the feed's revision is in the log, so with nothing left to read it was told.
        var reached = server.Feed.Revision;
        if (!cursor.IsAtEnd) return;
        cursor.Reach(reached);
        encoder.Bookmark(output, cursor.Revision, endsInitial: false);
    }

    private TimeSpan Duration(QueryOptions options)
    {
        if (options.TimeoutSeconds is > 0 and var seconds) return TimeSpan.FromSeconds(Math.Min(seconds, (long)TimeSpan.FromDays(1).TotalSeconds));
        return ShortestWatch * (1 + server.Chance());
    }

    private static void CheckOptions(QueryOptions options)
    {
        if (options.SendInitialEvents is null)
        {
            if (options.ResourceVersionMatch.Length > 0) throw Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
            return;
        }

        if (options.ResourceVersionMatch != ResourceVersionMatch.NotOlderThan)
        {
            throw Forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        }
    }

    private static ApiException Forbidden(string field, string why) => Failures.Invalid(
        "meta.k8s.io", "ListOptions", "", [new StatusCause { Reason = CauseType.FieldValueForbidden, Field = field, Message = $"Forbidden: {why}" }]);

    /// <summary>How a watch begins.</summary>
    /// <param name="Cursor">Where in the log; null where the log no longer reaches back.</param>
    /// <param name="Initial">What is there already.</param>
    /// <param name="MarksEnd">Whether the client wants to be told when it has all of that.</param>
    private sealed record Start(WatchCursor? Cursor, IEnumerable<CachedObject> Initial, bool MarksEnd, long Revision, long Oldest);
}
