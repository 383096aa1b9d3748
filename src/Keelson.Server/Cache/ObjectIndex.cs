using Keelson.Api.Selectors;

namespace Keelson.Server.Cache;

/// <summary>
/// The objects of one resource in the order of their keys. It is a value: a change makes a new index that shares what it did not
/// touch, so whoever holds one reads it without a lock for as long as wanted.
/// </summary>
internal sealed class ObjectIndex
{
    // A weight-balanced tree: no side is more than three times the other, so it is never deeper than 2.5 log2 of the count.
    private const int Imbalance = 3;
    private const int RotationRatio = 2;

    public static readonly ObjectIndex Empty = new(null, null);

    private readonly Node? _root;
    private readonly IndexParts? _parts;

    private ObjectIndex(Node? root, IndexParts? parts)
    {
        _root = root;
        _parts = parts;
    }

    /// <summary>No objects yet, of an index that is also divided by the value of a field.</summary>
    public static ObjectIndex DividedBy(string field) => new(null, IndexParts.By(field));

    public int Count => Node.CountOf(_root);

    public CachedObject? Find(ReadOnlySpan<byte> key)
    {
        var node = _root;
        while (node is not null)
        {
            var order = key.SequenceCompareTo(node.Item.Key);
            if (order == 0) return node.Item;
            node = order < 0 ? node.Left : node.Right;
        }

        return null;
    }

    /// <summary>The objects that fields leave over, as far as the index is divided by one of them; else all of them.</summary>
    public ObjectIndex PartOf(FieldQuery fields) => _parts is not null && fields.TryGetExactMatch(_parts.Field, out var value) ? _parts.Of(value) : this;

    public ObjectIndex With(CachedObject item) => new(Insert(_root, item), _parts?.With(item, Find(item.Key)));

    public ObjectIndex Without(ReadOnlySpan<byte> key)
    {
        var root = Remove(_root, key, out var removed);
        return removed ? new(root, _parts?.Without(Find(key)!)) : this;
    }

    /// <summary>How many keys come before one.</summary>
    public int Rank(ReadOnlySpan<byte> key)
    {
        var rank = 0;
        var node = _root;
        while (node is not null)
        {
            if (key.SequenceCompareTo(node.Item.Key) <= 0)
            {
                node = node.Left;
                continue;
            }

            rank += Node.CountOf(node.Left) + 1;
            node = node.Right;
        }

        return rank;
    }

    /// <summary>The objects from a key on, up to but without another one (null: to the end).</summary>
    public IEnumerable<CachedObject> Range(byte[] start, byte[]? end)
    {
        var above = new Stack<Node>();
        var node = _root;
        while (node is not null)
        {
            if (start.AsSpan().SequenceCompareTo(node.Item.Key) <= 0)
            {
                above.Push(node);
                node = node.Left;
            }
            else
            {
                node = node.Right;
            }
        }

        while (above.TryPop(out var next))
        {
            if (end is not null && next.Item.Key.AsSpan().SequenceCompareTo(end) >= 0) yield break;
            yield return next.Item;
            for (var below = next.Right; below is not null; below = below.Left) above.Push(below);
        }
    }

    public IEnumerable<CachedObject> All => Range([], null);

    private static Node Insert(Node? node, CachedObject item)
    {
        if (node is null) return new Node(null, item, null);
        var order = item.Key.AsSpan().SequenceCompareTo(node.Item.Key);
        if (order == 0) return new Node(node.Left, item, node.Right);
        return order < 0
            ? Balance(Insert(node.Left, item), node.Item, node.Right)
            : Balance(node.Left, node.Item, Insert(node.Right, item));
    }

    private static Node? Remove(Node? node, ReadOnlySpan<byte> key, out bool removed)
    {
        removed = false;
        if (node is null) return null;
        var order = key.SequenceCompareTo(node.Item.Key);
        if (order != 0)
        {
            var side = Remove(order < 0 ? node.Left : node.Right, key, out removed);
            if (!removed) return node;
            return order < 0 ? Balance(side, node.Item, node.Right) : Balance(node.Left, node.Item, side);
        }

        removed = true;
        if (node.Left is null) return node.Right;
        if (node.Right is null) return node.Left;
        var first = node.Right;
        while (first.Left is not null) first = first.Left;
        return Balance(node.Left, first.Item, Remove(node.Right, first.Item.Key, out _));
    }

    private static Node Balance(Node? left, CachedObject item, Node? right)
    {
        var (leftCount, rightCount) = (Node.CountOf(left), Node.CountOf(right));
        if (leftCount + rightCount < 2) return new Node(left, item, right);
        if (rightCount > Imbalance * leftCount)
        {
            return Node.CountOf(right!.Left) < RotationRatio * Node.CountOf(right.Right)
                ? new Node(new Node(left, item, right.Left), right.Item, right.Right)
                : new Node(new Node(left, item, right.Left!.Left), right.Left.Item, new Node(right.Left.Right, right.Item, right.Right));
        }

        if (leftCount > Imbalance * rightCount)
        {
            return Node.CountOf(left!.Right) < RotationRatio * Node.CountOf(left.Left)
                ? new Node(left.Left, left.Item, new Node(left.Right, item, right))
                : new Node(new Node(left.Left, left.Item, left.Right!.Left), left.Right.Item, new Node(left.Right.Right, item, right));
        }

        return new Node(left, item, right);
    }

    private sealed class Node(Node? left, CachedObject item, Node? right)
    {
        public readonly Node? Left = left;
        public readonly CachedObject Item = item;
        public readonly Node? Right = right;
        private readonly int _count = CountOf(left) + CountOf(right) + 1;

        public static int CountOf(Node? node) => node is null ? 0 : node._count;
    }
}
