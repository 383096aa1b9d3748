using Keelson.Storage.Mvcc;
using Keelson.Storage.Watching;

namespace Keelson.Storage.Sqlite;

/// <summary>
/// Removes what compaction made superfluous, in small steps between commits: first from the index in
/// memory, then the rows in the order in which they lie on disk, then the pages that became free. At the
/// end it notes which rows there should be.
/// </summary>
/// <remarks>
/// Which revision is the oldest readable was made durable before the first step; a crash in between
/// leaves rows that the next open finds and removes. All steps run on the writer's thread.
/// </remarks>
internal sealed class Compactor(WriteSession session, WatchHub hub, FaultState fault, TimeProvider time, Action nudge) : IAsyncDisposable
{
    /// <summary>How many keys one step looks at.</summary>
    private const int KeysAStep = 256;

    /// <summary>How many rows one step removes: at least, and at most; between, twice what was written since, so that writers cannot outrun it.</summary>
    private const int MinRowsAStep = 64;
    private const int MaxRowsAStep = 2_048;

    /// <summary>How many pages one step gives back to the file system, and how many free ones are kept: a quarter, and no fewer than these 4 MiB.</summary>
    private const int PagesAStep = 32;
    private const int KeptFreePages = (4 << 20) / Schema.PageBytes;

    /// <summary>How long a snapshot may hold the removal of rows up.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    private readonly List<long> _garbage = [];
    private Phase _phase;
    private long _pass;
    private byte[]? _cursor;
    private int _removed;
    private long _written;
    private bool _stalled;
    private int _pauses;
    private long _pausedSince;
    private Task<SettledRows> _counting = Task.FromResult(default(SettledRows));
    private Task _sorting = Task.CompletedTask;

    private enum Phase { Idle, Trim, Sort, Remove, Shrink, Settle }

    public bool HasWork => !_stalled && fault.Message is null && _phase switch
    {
        Phase.Idle => false,
        Phase.Sort => _sorting.IsCompleted,
        Phase.Remove => !IsPaused,
        Phase.Settle => _counting.IsCompleted,
        _ => true,
    };

    private bool IsPaused => Volatile.Read(ref _pauses) > 0 && time.GetElapsedTime(Volatile.Read(ref _pausedSince)) < LongestPause;

    /// <summary>Begins, unless it is under way; then it begins again at the end.</summary>
    public void Begin()
    {
        if (_phase != Phase.Idle || hub.State.Compacted == 0) return;
        (_phase, _pass, _cursor) = (Phase.Trim, hub.State.Compacted, null);
    }

    public void Committed(long revisions)
    {
        _written += revisions;
        _stalled = false;
    }

    /// <summary>Keeps rows until the pause is over, for a snapshot that is being read.</summary>
    public void Pause()
    {
        Volatile.Write(ref _pausedSince, time.GetTimestamp());
        Interlocked.Increment(ref _pauses);
    }

    /// <summary>Waits for what runs beside the writer; the writer has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _sorting.ConfigureAwait(false);
        await _counting.ConfigureAwait(false);
    }

    public void Resume() => Interlocked.Decrement(ref _pauses);

    public void Step()
    {
        try
        {
            switch (_phase)
            {
                case Phase.Trim:
                    Trim();
                    break;
                case Phase.Sort when _sorting.IsCompleted:
                    _phase = Phase.Remove;
                    break;
                case Phase.Remove when !IsPaused:
                    Remove();
                    break;
                case Phase.Shrink:
                    Shrink();
                    break;
                case Phase.Settle when _counting.IsCompleted:
                    Settle();
                    break;
            }
        }
        catch (SqliteFailure failure)
        {
            // Where it is not damage, the disk is full: the next successful commit starts this again.
            fault.Translate(failure);
            _stalled = true;
            session.Rollback();
        }
    }

    private void Trim()
    {
        var state = hub.State;
        var found = new List<KeyEntry>();
        _cursor = state.Keys.FindTrimmable(_cursor, _pass, KeysAStep, found);
        if (found.Count > 0) hub.Show(state with { Keys = StoreState.Trim(state.Keys, found, _pass, _garbage) });
        if (_cursor is not null) return;

        // Like the counting at the end, this takes too long for a step where there is much.
        (_phase, _removed) = (Phase.Sort, 0);
        _sorting = Task.Run(_garbage.Sort);
        _sorting.GetAwaiter().OnCompleted(nudge);
    }

    private void Remove()
    {
        var count = (int)Math.Min(_garbage.Count - _removed, Math.Clamp(2 * _written, MinRowsAStep, MaxRowsAStep));
        for (var i = 0; i < count; i++) session.DeleteVersion(_garbage[_removed + i]);
        session.Commit();
        _removed += count;
        _written = 0;
        if (_removed < _garbage.Count) return;
        _garbage.Clear();
        _garbage.TrimExcess();
        _phase = Phase.Shrink;
    }

    private void Shrink()
    {
        var free = session.Connection.QueryInteger("PRAGMA freelist_count");
        var all = session.Connection.QueryInteger("PRAGMA page_count");
        var superfluous = free - Math.Max(KeptFreePages, all / 4);
        if (superfluous > 0)
        {
            session.Connection.Execute($"PRAGMA incremental_vacuum({Math.Min(PagesAStep, superfluous)})");
            return;
        }

        if (hub.State.Compacted > _pass)
        {
            _phase = Phase.Idle;
            Begin();
            return;
        }

        // The tree does not change under the one that walks it.
        _phase = Phase.Settle;
        var (keys, revision) = (hub.State.Keys, _pass);
        _counting = Task.Run(() => SettledRows.Of(keys, revision));
        _counting.GetAwaiter().OnCompleted(nudge);
    }

    private void Settle()
    {
        _phase = Phase.Idle;
        if (hub.State.Compacted > _pass)
        {
            Begin();
            return;
        }

        var rows = _counting.Result;
        session.SetFact(Schema.SettledCount, rows.Count);
        session.SetFact(Schema.SettledDigest, rows.Digest);
        session.SetFact(Schema.Settled, rows.Revision);
        session.Commit();
    }
}
