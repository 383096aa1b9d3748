namespace Keelson.Api.Patch.Apply;

/// <summary>Collects places and makes a <see cref="FieldSet"/> of them.</summary>
internal sealed class FieldSetBuilder
{
    private readonly List<Node> _nodes = [];

    /// <summary>Adds a place. The root, which nobody owns, is no place.</summary>
    internal void Add(ReadOnlySpan<PathElement> path)
    {
        if (path.IsEmpty) return;
        var builder = this;
        for (var i = 0; i < path.Length - 1; i++) builder = builder.Last(path[i]).Below ??= new FieldSetBuilder();
        builder.Last(path[^1]).IsMember = true;
    }

    /// <summary>The set so far.</summary>
    internal FieldSet Build()
    {
        var entries = new List<FieldSet.Entry>(_nodes.Count);
        foreach (var node in _nodes) entries.Add(new FieldSet.Entry(node.Element, node.IsMember, node.Below?.Build()));
        return FieldSet.From(entries);
    }

    // Walkers add in depth-first order, so that an element added before is nearly always the last one. Where it
    // isn't, a second node is made, and both are joined when the set is built.
    private Node Last(PathElement element)
    {
        if (_nodes.Count > 0 && _nodes[^1].Element == element) return _nodes[^1];
        var node = new Node(element);
        _nodes.Add(node);
        return node;
    }

    private sealed class Node(PathElement element)
    {
        internal PathElement Element { get; } = element;

        internal bool IsMember { get; set; }

        internal FieldSetBuilder? Below { get; set; }
    }
}
