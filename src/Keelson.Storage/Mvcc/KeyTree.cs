namespace Keelson.Storage.Mvcc;

/// <summary>
/// Every key and its versions, sorted: an immutable tree of which a change copies one path. Whoever holds
/// a tree holds a picture of the store that nobody can alter.
/// </summary>
internal sealed class KeyTree
{
    public static readonly KeyTree Empty = new(null);

    private KeyTree(KeyNode? root) => Root = root;

    public KeyNode? Root { get; }

    public int Live => Root?.Live ?? 0;

    public long Versions => Root?.Versions ?? 0;

    public KeyEntry? Find(ReadOnlySpan<byte> key)
    {
        var node = Root;
        while (node is KeyBranch branch) node = branch.Children[branch.Search(key)];
        if (node is not KeyLeaf leaf) return null;
        var place = leaf.Search(key);
        return place >= 0 ? leaf.Entries[place] : null;
    }

    /// <summary>The tree with an entry added or replaced.</summary>
    public KeyTree Set(KeyEntry entry)
    {
        if (Root is null) return new KeyTree(new KeyLeaf([entry]));
        var (node, right) = Set(Root, entry);
        return new KeyTree(right is null ? node : new KeyBranch([node, right]));
    }

    public KeyTree Remove(ReadOnlySpan<byte> key)
    {
        if (Root is null) return this;
        var root = Remove(Root, key);
        while (root is KeyBranch { Size: 1 } branch) root = branch.Children[0];
        return ReferenceEquals(root, Root) ? this : new KeyTree(root);
    }

    /// <summary>Builds a tree at once from entries in key order.</summary>
    public static KeyTree Build(IReadOnlyList<KeyEntry> entries)
    {
        if (entries.Count == 0) return Empty;
        var level = new List<KeyNode>(entries.Count / MaxFill + 1);
        for (var at = 0; at < entries.Count; at += MaxFill)
        {
            var leaf = new KeyEntry[Math.Min(MaxFill, entries.Count - at)];
            for (var i = 0; i < leaf.Length; i++) leaf[i] = entries[at + i];
            level.Add(new KeyLeaf(leaf));
        }

        while (level.Count > 1)
        {
            var above = new List<KeyNode>(level.Count / MaxFill + 1);
            for (var at = 0; at < level.Count; at += MaxFill)
            {
                above.Add(new KeyBranch([.. level.GetRange(at, Math.Min(MaxFill, level.Count - at))]));
            }

            level = above;
        }

        return new KeyTree(level[0]);
    }

    /// <summary>
    /// Finds keys that have something to compact, from a key on, looking at so many that have a history.
    /// Skips whatever part of the tree has none, so that the cost follows what was replaced, not what there is.
    /// </summary>
    /// <returns>The key to go on from, or null at the end.</returns>
    public byte[]? FindTrimmable(byte[]? from, long compacted, int lookAt, List<KeyEntry> found) =>
        Root is null ? null : FindTrimmable(Root, from, compacted, ref lookAt, found);

    private const int MaxFill = KeyNode.MaxFanout - 4;

    private static (KeyNode Node, KeyNode? Right) Set(KeyNode node, KeyEntry entry)
    {
        if (node is KeyLeaf leaf)
        {
            var place = leaf.Search(entry.Key);
            if (place >= 0)
            {
                var replaced = (KeyEntry[])leaf.Entries.Clone();
                replaced[place] = entry;
                return (new KeyLeaf(replaced), null);
            }

            var (entries, rest) = Insert(leaf.Entries, ~place, entry);
            return (new KeyLeaf(entries), rest is null ? null : new KeyLeaf(rest));
        }

        var branch = (KeyBranch)node;
        var index = branch.Search(entry.Key);
        var (child, right) = Set(branch.Children[index], entry);
        if (right is null)
        {
            var replaced = (KeyNode[])branch.Children.Clone();
            replaced[index] = child;
            return (new KeyBranch(replaced), null);
        }

        var (children, others) = Insert(branch.Children, index + 1, right);
        if (index < children.Length) children[index] = child;
        else others![index - children.Length] = child;
        return (new KeyBranch(children), others is null ? null : new KeyBranch(others));
    }

    // Inserts, and splits where it grew too large. Keys often come in order; then the left part stays nearly full.
    private static (T[] Left, T[]? Right) Insert<T>(T[] items, int place, T item)
    {
        var grown = new T[items.Length + 1];
        Array.Copy(items, grown, place);
        grown[place] = item;
        Array.Copy(items, place, grown, place + 1, items.Length - place);
        if (grown.Length <= KeyNode.MaxFanout) return (grown, null);
        var half = place == items.Length ? MaxFill : grown.Length / 2;
        return (grown[..half], grown[half..]);
    }

    private static KeyNode? Remove(KeyNode node, ReadOnlySpan<byte> key)
    {
        if (node is KeyLeaf leaf)
        {
            var place = leaf.Search(key);
            if (place < 0) return leaf;
            return leaf.Size == 1 ? null : new KeyLeaf(Without(leaf.Entries, place));
        }

        var branch = (KeyBranch)node;
        var index = branch.Search(key);
        var child = Remove(branch.Children[index], key);
        if (ReferenceEquals(child, branch.Children[index])) return branch;
        if (child is null) return branch.Size == 1 ? null : new KeyBranch(Without(branch.Children, index));

        var children = (KeyNode[])branch.Children.Clone();
        children[index] = child;
        if (child.Size < KeyNode.MinFanout && children.Length > 1)
        {
            var left = index == 0 ? 0 : index - 1;
            if (children[left].Size + children[left + 1].Size <= KeyNode.MaxFanout)
            {
                children[left] = Join(children[left], children[left + 1]);
                children = Without(children, left + 1);
            }
        }

        return new KeyBranch(children);
    }

    private static KeyNode Join(KeyNode left, KeyNode right) => left is KeyLeaf leaf
        ? new KeyLeaf([.. leaf.Entries, .. ((KeyLeaf)right).Entries])
        : new KeyBranch([.. ((KeyBranch)left).Children, .. ((KeyBranch)right).Children]);

    private static T[] Without<T>(T[] items, int place)
    {
        var shrunk = new T[items.Length - 1];
        Array.Copy(items, shrunk, place);
        Array.Copy(items, place + 1, shrunk, place, shrunk.Length - place);
        return shrunk;
    }

    private static byte[]? FindTrimmable(KeyNode node, byte[]? from, long compacted, ref int lookAt, List<KeyEntry> found)
    {
        if (node.Versions == node.Live) return null;
        if (node is KeyBranch branch)
        {
            for (var i = from is null ? 0 : branch.Search(from); i < branch.Size; i++, from = null)
            {
                if (FindTrimmable(branch.Children[i], from, compacted, ref lookAt, found) is { } next) return next;
            }

            return null;
        }

        foreach (var entry in ((KeyLeaf)node).Entries)
        {
            if (from is not null && entry.Key.AsSpan().SequenceCompareTo(from) < 0) continue;
            if (entry.Versions == 1 && entry.IsLive) continue;
            if (lookAt-- <= 0) return entry.Key;
            if (entry.CanTrim(compacted)) found.Add(entry);
        }

        return null;
    }
}
