using Keelson.Api.Meta.V1;
using Keelson.Server.Cache;
using Keelson.Server.Http;
using Keelson.Server.Storing;
using Keelson.Storage;

namespace Keelson.Server.Verbs;

internal sealed class ListHandler(ServerContext server) : IVerbHandler
{
    public async ValueTask HandleAsync(ApiRequest request)
    {
        var page = await ReadAsync(request).ConfigureAwait(false);
        await Answers.ListAsync(request, page.Items, page.Metadata, server.Now).ConfigureAwait(false);
    }

    /// <summary>The objects that a request asks for, as far as its limit goes.</summary>
    public async ValueTask<(IReadOnlyList<CachedObject> Items, ListMeta Metadata)> ReadAsync(ApiRequest request)
    {
        var selection = new Selection(request);
        var limit = request.Options.Limit;
        _ = request.Options.TimeoutSeconds;
        if (limit < 0) throw Failures.Invalid("meta.k8s.io", "ListOptions", "", [MetadataRules.Invalid("limit", limit, "must be greater than or equal to 0")]);
        var (state, revision, after) = await LocateAsync(request).ConfigureAwait(false);
        selection.RefuseDamaged(request.Resource, state.Damaged);
        var index = state.Index;
        var metadata = new ListMeta { ResourceVersion = StoredForm.Version(revision) };
        if (selection.LooksAtVersion)
        {
            var (shown, hasMore) = await selection.ShowAsync(index, after, limit, request.Cancel).ConfigureAwait(false);
            return (shown, hasMore ? Continue(request, selection, index, revision, shown[^1], metadata) : metadata);
        }

        var items = new List<CachedObject>();
        var more = false;
        foreach (var item in selection.In(index, after))
        {
            more = limit > 0 && items.Count == limit;
            if (more) break;
            items.Add(item);
        }

        if (more) metadata = Continue(request, selection, index, revision, items[^1], metadata);
        return (await CachedObject.InAsync(items, request.Resource, request.Cancel).ConfigureAwait(false), metadata);
    }

    /// <summary>The state to list, its version, and the key behind which the page begins.</summary>
    private async ValueTask<(CacheState State, long Revision, byte[]? After)> LocateAsync(ApiRequest request)
    {
        var options = request.Options;
        var match = options.ResourceVersionMatch;
        CheckMatch(options.ResourceVersion, match, options.Continue);
        if (options.Continue.Length > 0)
        {
            var token = ContinueToken.Parse(options.Continue);
            var after = System.Text.Encoding.UTF8.GetBytes(token.Start);
            var (index, revision) = token.Revision < 0 ? await NewestAsync(request, "").ConfigureAwait(false) : await PageAsync(request, token).ConfigureAwait(false);
            return (index, revision, after);
        }

        var version = options.ResourceVersion;
        var exact = match == ResourceVersionMatch.Exact || (match.Length == 0 && options.Limit > 0 && version.Length > 0 && version != "0");
        var (found, at) = exact ? await ExactAsync(request, Versions.Parse(version)).ConfigureAwait(false) : await NewestAsync(request, version).ConfigureAwait(false);
        return (found, at, null);
    }

    private async ValueTask<(CacheState State, long Revision)> NewestAsync(ApiRequest request, string version)
    {
        await Versions.WaitAsync(server, version, request.Cancel).ConfigureAwait(false);

        // Read in this order, the state has everything up to the feed's revision.
        var reached = server.Feed.Revision;
        var state = server.Feed.CacheOf(request.Resource).State;
        return (state, Math.Max(reached, state.Revision));
    }

    private async ValueTask<(CacheState State, long Revision)> ExactAsync(ApiRequest request, long revision)
    {
        await Versions.WaitAsync(server, StoredForm.Version(revision), request.Cancel).ConfigureAwait(false);
        var cache = server.Feed.CacheOf(request.Resource);
        var state = cache.State;
        if (state.Revision <= revision) return (state, revision);
        if (cache.Shelf.Find(revision, server.Now) is { } kept) return (new CacheState(kept, revision, revision, DamagedObjects.None), revision);
        return (await server.Objects.ReadHistoryAsync(request.Resource, revision, request.Cancel).ConfigureAwait(false), revision);
    }

    private async ValueTask<(CacheState State, long Revision)> PageAsync(ApiRequest request, ContinueToken token)
    {
        try
        {
            return await ExactAsync(request, token.Revision).ConfigureAwait(false);
        }
        catch (StoreException gone) when (gone.Error == StoreError.Compacted)
        {
            throw Failures.PageExpired(new ContinueToken(ContinueToken.Inconsistent, token.Start).ToString());
        }
    }

    private ListMeta Continue(ApiRequest request, Selection selection, ObjectIndex index, long revision, CachedObject last, ListMeta metadata)
    {
        server.Feed.CacheOf(request.Resource).Shelf.Keep(revision, index, server.Now);
        long end = selection.End is null ? index.Count : index.Rank(selection.End);
        return metadata with
        {
            Continue = new ContinueToken(revision, System.Text.Encoding.UTF8.GetString(last.Key)).ToString(),
            RemainingItemCount = selection.IsWholeRange ? end - index.Rank(last.Key) - 1 : null,
        };
    }

    private static void CheckMatch(string version, string match, string continuation)
    {
        if (continuation.Length > 0 && version.Length > 0 && version != "0") throw Failures.BadRequest("specifying resource version is not allowed when using continue");
        if (match.Length == 0) return;
        var wrong = (match, version) switch
        {
            _ when continuation.Length > 0 => "resourceVersionMatch is forbidden when continue is provided",
            (_, "") => "resourceVersionMatch is forbidden unless resourceVersion is provided",
            (ResourceVersionMatch.Exact, "0") => "resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\"",
            (ResourceVersionMatch.Exact or ResourceVersionMatch.NotOlderThan, _) => null,
            _ => $"supported values: \"{ResourceVersionMatch.Exact}\", \"{ResourceVersionMatch.NotOlderThan}\", \"\"",
        };
        if (wrong is null) return;
        var cause = new StatusCause { Reason = CauseType.FieldValueForbidden, Field = "resourceVersionMatch", Message = $"Forbidden: {wrong}" };
        throw Failures.Invalid("meta.k8s.io", "ListOptions", "", [cause]);
    }
}
