using Keelson.Server.Cache;
using Keelson.Server.Registry;

namespace Keelson.Server.Verbs;

/// <summary>A place in a resource's event log, and what of the log one watcher is to be told.</summary>
internal sealed class WatchCursor(EventLog log, Selection selection, long sequence, long begin)
{
    private readonly long _after = begin;
    private readonly Func<CachedObject, bool> _isMeant = selection.LooksAtVersion ? selection.MatchesShown : selection.Matches;

    /// <summary>The revision up to which everything was told.</summary>
    public long Revision { get; private set; } = begin;

    /// <summary>Whether events were overwritten before they were read.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Whether everything in the log was read.</summary>
    public bool IsAtEnd => sequence >= log.Next;

    /// <summary>The next change to tell of; null when there is none at the moment, or the cursor is lost.</summary>
    public ValueTask<(EventType Type, CachedObject Object)?> NextAsync(RegisteredResource resource, CancellationToken cancel) =>
        selection.LooksAtVersion ? NextShownAsync(resource, cancel) : ValueTask.FromResult(Next());

    // What an object is in the requested version decides, so both the old and the new state of it are shown there.
    private async ValueTask<(EventType Type, CachedObject Object)?> NextShownAsync(RegisteredResource resource, CancellationToken cancel)
    {
        while (Advance() is { } change)
        {
            CachedObject[] both = change.Previous is null ? [change.Object] : [change.Object, change.Previous];
            var shown = await CachedObject.InAsync(both, resource, cancel).ConfigureAwait(false);
            if (Translate(change.Type, shown[0], shown.ElementAtOrDefault(1), _isMeant, change.Revision) is { } told) return told;
        }

        return null;
    }

    private (EventType Type, CachedObject Object)? Next()
    {
        while (Advance() is { } change)
        {
            if (Translate(change.Type, change.Object, change.Previous, _isMeant, change.Revision) is { } told) return told;
        }

        return null;
    }

    private ObjectEvent? Advance()
    {
        while (sequence < log.Next)
        {
            if (log.Read(sequence) is not { } change)
            {
                IsLost = true;
                return null;
            }

            sequence++;

            // What the state that the watch began with already had may be appended late.
            if (change.Revision <= _after) continue;
            Revision = change.Revision;
            return change;
        }

        return null;
    }

    /// <summary>Completes when there is something to read.</summary>
    public Task WaitAsync() => log.WaitAsync(sequence);

    /// <summary>Notes that nothing happened up to a revision.</summary>
    public void Reach(long revision) => Revision = Math.Max(Revision, revision);

    // An object that begins to match is added for this watcher, and one that no longer matches is deleted.
    private static (EventType, CachedObject)? Translate(EventType type, CachedObject now, CachedObject? before, Func<CachedObject, bool> isMeant, long revision)
    {
        if (type == EventType.Deleted) return isMeant(now) ? (EventType.Deleted, now) : null;
        var matches = isMeant(now);
        var matched = before is not null && isMeant(before);
        return (matches, matched) switch
        {
            (true, true) => (EventType.Modified, now),
            (true, false) => (EventType.Added, now),
            (false, true) => (EventType.Deleted, before!.At(revision)),
            _ => null,
        };
    }
}
