namespace Keelson.Storage.Watching;

/// <summary>The changes that are too old for the log in memory but not compacted yet.</summary>
internal interface IChangeHistory
{
    /// <summary>Reads changes from a revision on, in whole revisions, as many as make one batch.</summary>
    HistoryPage Read(long fromRevision, long toRevision, KeyRange keys, bool withPrevious, CancellationToken cancel);
}

/// <summary>Some of the history.</summary>
/// <param name="Changes">The changes of the keys asked for.</param>
/// <param name="Through">The last revision that was looked at: the next page starts after it.</param>
internal readonly record struct HistoryPage(List<Change> Changes, long Through);
