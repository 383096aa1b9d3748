namespace Keelson.Storage.Mvcc;

/// <summary>
/// Where a version stands in the store's history: its revision, and its place among the changes of that
/// revision, in one number that sorts as history ran and that an engine can use as a row's key.
/// </summary>
internal readonly record struct VersionId(long Packed) : IComparable<VersionId>
{
    private const int OrdinalBits = 20;

    /// <summary>The most changes that one revision can hold.</summary>
    public const int MaxOrdinals = 1 << OrdinalBits;

    /// <summary>The last revision that can be numbered; a store that writes a million revisions a second gets there in 278 years.</summary>
    public const long MaxRevision = long.MaxValue >> OrdinalBits;

    public VersionId(long revision, int ordinal) : this((revision << OrdinalBits) | (uint)ordinal) { }

    public long Revision => Packed >> OrdinalBits;

    public int Ordinal => (int)(Packed & (MaxOrdinals - 1));

    public static VersionId FirstOf(long revision) => new(revision, 0);

    public static VersionId LastOf(long revision) => new(revision, MaxOrdinals - 1);

    public int CompareTo(VersionId other) => Packed.CompareTo(other.Packed);
}
