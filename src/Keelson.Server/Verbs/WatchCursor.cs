using Keelson.Server.Cache;

namespace Keelson.Server.Verbs;

/// <summary>A place in a resource's event log, and what of the log one watcher is to be told.</summary>
internal sealed class WatchCursor(EventLog log, Selection selection, long sequence, long begin)
{
    private readonly long _after = begin;

    /// <summary>The revision up to which everything was told.</summary>
    public long Revision { get; private set; } = begin;

    /// <summary>Whether events were overwritten before they were read.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Whether everything in the log was read.</summary>
    public bool IsAtEnd => sequence >= log.Next;

    /// <summary>The next change to tell of; null when there is none at the moment, or the cursor is lost.</summary>
    public (EventType Type, CachedObject Object)? Next()
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
            if (Translate(change) is { } told) return told;
        }

        return null;
    }

    /// <summary>Completes when there is something to read.</summary>
    public Task WaitAsync() => log.WaitAsync(sequence);

    /// <summary>Notes that nothing happened up to a revision.</summary>
    public void Reach(long revision) => Revision = Math.Max(Revision, revision);

    // An object that begins to match is added for this watcher, and one that no longer matches is deleted.
    private (EventType, CachedObject)? Translate(ObjectEvent change)
    {
        if (change.Type == EventType.Deleted) return selection.Matches(change.Object) ? (EventType.Deleted, change.Object) : null;
        var matches = selection.Matches(change.Object);
        var matched = change.Previous is not null && selection.Matches(change.Previous);
        return (matches, matched) switch
        {
            (true, true) => (EventType.Modified, change.Object),
            (true, false) => (EventType.Added, change.Object),
            (false, true) => (EventType.Deleted, change.Previous!.At(change.Revision)),
            _ => null,
        };
    }
}
