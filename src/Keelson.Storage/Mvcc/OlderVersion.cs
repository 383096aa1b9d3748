namespace Keelson.Storage.Mvcc;

/// <summary>
/// The replaced versions of a key, newest first: an immutable list that grows at its head and is
/// searched in logarithmic time, because a key that is written all day has a long history.
/// </summary>
/// <remarks>
/// Every node has, besides the next one, a jump far down the list. Where the two jumps below have
/// equal length, a node jumps over both; that makes the skip lengths those of skew-binary numbers.
/// </remarks>
internal sealed class OlderVersion
{
    private readonly OlderVersion? _jump;

    private OlderVersion(in KeyVersion version, OlderVersion? next)
    {
        Version = version;
        Next = next;
        Depth = next is null ? 1 : next.Depth + 1;
        if (next is null) return;
        var far = next._jump;
        var farther = far?._jump;
        var span = next.Depth - (far?.Depth ?? 0);
        var spanBelow = (far?.Depth ?? 0) - (farther?.Depth ?? 0);
        _jump = far is not null && span == spanBelow ? farther : next;
    }

    public KeyVersion Version { get; }

    public OlderVersion? Next { get; }

    /// <summary>How many versions the list holds, from this one on.</summary>
    public int Depth { get; }

    public static OlderVersion Push(in KeyVersion version, OlderVersion? rest) => new(version, rest);

    /// <summary>The newest version in the list at or before a revision.</summary>
    public static OlderVersion? At(OlderVersion? list, long revision)
    {
        while (list is not null && list.Version.Revision > revision)
        {
            list = list._jump is { } jump && jump.Version.Revision > revision ? jump : list.Next;
        }

        return list;
    }
}
