namespace Keelson.Storage.Mvcc;

/// <summary>A key and the versions of it that are still known. Immutable.</summary>
internal sealed class KeyEntry(byte[] key, in KeyVersion latest, OlderVersion? older)
{
    public byte[] Key { get; } = key;

    public KeyVersion Latest { get; } = latest;

    public OlderVersion? Older { get; } = older;

    public int Versions => 1 + (Older?.Depth ?? 0);

    public bool IsLive => !Latest.IsDeletion;

    /// <summary>The version that stood at a revision, unless the key did not exist then.</summary>
    public bool TryAt(long revision, out KeyVersion version)
    {
        if (Latest.Revision <= revision)
        {
            version = Latest;
            return IsLive;
        }

        var found = OlderVersion.At(Older, revision);
        version = found?.Version ?? default;
        return found is not null && !version.IsDeletion;
    }

    /// <summary>Whether a version is among those known.</summary>
    public bool Has(VersionId id) => Latest.Id == id || OlderVersion.At(Older, id.Revision)?.Version.Id == id;

    public KeyEntry With(in KeyVersion next) => new(Key, next, OlderVersion.Push(Latest, Older));

    /// <summary>Whether compaction to a revision would drop anything.</summary>
    public bool CanTrim(long compacted)
    {
        if (Latest.Revision <= compacted) return Older is not null || (Latest.IsDeletion && Latest.Revision < compacted);
        return OlderVersion.At(Older, compacted) is { } pivot
            && (pivot.Next is not null || (pivot.Version.IsDeletion && pivot.Version.Revision < compacted));
    }

    /// <summary>
    /// The entry without what was replaced at or before a revision, or null when nothing is left.
    /// A deletion by exactly that revision stays, so that a watch from there on misses nothing.
    /// </summary>
    /// <param name="garbage">Gets the identities of the versions dropped.</param>
    public KeyEntry? Trim(long compacted, List<long>? garbage)
    {
        if (!CanTrim(compacted)) return this;
        if (Latest.Revision <= compacted)
        {
            Drop(Older, garbage);
            if (Latest.IsDeletion && Latest.Revision < compacted)
            {
                garbage?.Add(Latest.Id.Packed);
                return null;
            }

            return new KeyEntry(Key, Latest, null);
        }

        var pivot = OlderVersion.At(Older, compacted)!;
        var end = pivot.Version.IsDeletion && pivot.Version.Revision < compacted ? pivot : pivot.Next;
        Drop(end, garbage);

        var kept = new Stack<KeyVersion>();
        for (var at = Older; at != end; at = at!.Next) kept.Push(at!.Version);
        OlderVersion? older = null;
        foreach (var version in kept) older = OlderVersion.Push(version, older);
        return new KeyEntry(Key, Latest, older);
    }

    private static void Drop(OlderVersion? list, List<long>? garbage)
    {
        if (garbage is null) return;
        for (; list is not null; list = list.Next) garbage.Add(list.Version.Id.Packed);
    }
}
