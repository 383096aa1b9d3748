namespace Keelson.Server.Cache;

/// <summary>Keeps states that clients page through. A state shares nearly everything with the newest, so keeping one is cheap.</summary>
internal sealed class SnapshotShelf
{
    /// <summary>States kept at most; default 64 a resource. What is gone is read from the store's history.</summary>
    public const int MaxStates = 64;

    /// <summary>How long a state is kept after its last use; default 5 minutes, as upstream compacts.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly List<(long Revision, ObjectIndex Index, DateTimeOffset Until)> _states = [];

    /// <summary>Puts a state on the shelf, or keeps it longer.</summary>
    public void Keep(long revision, ObjectIndex index, DateTimeOffset now)
    {
        lock (_gate)
        {
            _states.RemoveAll(state => state.Revision == revision || state.Until < now);
            if (_states.Count == MaxStates) _states.RemoveAt(0);
            _states.Add((revision, index, now + KeepFor));
        }
    }

    /// <summary>The state at exactly this revision, if it is on the shelf.</summary>
    public ObjectIndex? Find(long revision, DateTimeOffset now)
    {
        lock (_gate)
        {
            _states.RemoveAll(state => state.Until < now);
            foreach (var state in _states)
            {
                if (state.Revision == revision) return state.Index;
            }

            return null;
        }
    }
}
