namespace Keelson.Testing.Faults;

/// <summary>The calls of a store that a fault can hit.</summary>
[Flags]
public enum StoreCalls
{
    None = 0,
    Get = 1,
    Range = 2,
    Commit = 4,
    Watch = 8,
    Lease = 16,
    Compact = 32,
    Snapshot = 64,
    Status = 128,

    /// <summary>What reads and changes nothing.</summary>
    Reads = Get | Range | Status,

    /// <summary>What changes something.</summary>
    Writes = Commit | Lease | Compact,

    All = Reads | Writes | Watch | Snapshot,
}
