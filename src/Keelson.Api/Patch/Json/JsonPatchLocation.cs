using System.Globalization;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Json;

/// <summary>The member of a map or item of a list that a path names. It need not exist; what it would be in does.</summary>
internal readonly record struct JsonPatchLocation(JsonPatchNode Parent, string Key, IReadOnlyList<JsonPatchNode> Ancestors)
{
    /// <summary>The location of a path, or null when what leads there is missing.</summary>
    internal static JsonPatchLocation? Find(JsonPatchNode root, string path)
    {
        // Nothing is deeper than a value may be, so a longer path leads nowhere.
        if (path.Length == 0 || path[0] != '/' || path.AsSpan().Count('/') > Value.MaxDepth) return null;
        var ancestors = new List<JsonPatchNode> { root };
        var current = root;
        var start = 1;
        for (var slash = path.IndexOf('/', start); slash >= 0; slash = path.IndexOf('/', start))
        {
            if (Step(current, Decode(path[start..slash])) is not { } next) return null;
            ancestors.Add(next);
            current = next;
            start = slash + 1;
        }

        return current.IsMap || current.IsList ? new JsonPatchLocation(current, Decode(path[start..]), ancestors) : null;
    }

    /// <summary>What is there, or null. Null is also what a member that is null counts as.</summary>
    /// <exception cref="JsonPatchIndexException">The parent is a list without this item.</exception>
    internal JsonPatchNode? Get()
    {
        if (Parent.IsMap) return Parent.TryGetMember(Key, out var member) ? member : null;
        return Parent.Items[IndexOf(Key, Parent.Items.Count, forInsert: false)];
    }

    internal void Add(JsonPatchNode node)
    {
        CheckDepth(node);
        if (Parent.IsMap) Parent.SetMember(Key, node);
        else if (Key == "-") Parent.Items.Add(node);
        else Parent.Items.Insert(IndexOf(Key, Parent.Items.Count, forInsert: true), node);
    }

    internal void Replace(JsonPatchNode node)
    {
        CheckDepth(node);
        if (Parent.IsMap) Parent.SetMember(Key, node);
        else Parent.Items[IndexOf(Key, Parent.Items.Count, forInsert: false)] = node;
    }

    /// <exception cref="JsonPatchIndexException">Nothing is there.</exception>
    internal void Remove()
    {
        if (!Parent.IsMap) Parent.Items.RemoveAt(IndexOf(Key, Parent.Items.Count, forInsert: false));
        else if (!Parent.RemoveMember(Key)) throw new JsonPatchIndexException($"Unable to remove nonexistent key: {Key}: missing value");
    }

    private static JsonPatchNode? Step(JsonPatchNode node, string key)
    {
        if (node.IsMap) return node.TryGetMember(key, out var member) ? member : null;
        if (!node.IsList) return null;
        try
        {
            return node.Items[IndexOf(key, node.Items.Count, forInsert: false)];
        }
        catch (JsonPatchIndexException)
        {
            return null;
        }
    }

    private static string Decode(string part) =>
        part.Contains('~', StringComparison.Ordinal)
            ? part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)
            : part;

    private static int IndexOf(string key, int count, bool forInsert)
    {
        var digits = key.AsSpan().TrimStart("+-");
        var isNumber = digits.Length > 0 && key.Length - digits.Length <= 1 && !digits.ContainsAnyExceptInRange('0', '9');
        if (!isNumber || !long.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
        {
            var problem = $"strconv.Atoi: parsing {GoQuote.Quote(key)}: {(isNumber ? "value out of range" : "invalid syntax")}";
            throw new JsonPatchIndexException(forInsert ? $"value was not a proper array index: '{key}': {problem}" : problem);
        }

        var size = forInsert ? count + 1 : count;
        if (index >= size || index < -size) throw new JsonPatchIndexException($"Unable to access invalid index: {index}: invalid index referenced");
        return (int)(index < 0 ? index + size : index);
    }

    private void CheckDepth(JsonPatchNode node)
    {
        if (Ancestors.Count + node.DepthBound > Value.MaxDepth) throw new ValueDepthException();
        for (var i = 0; i < Ancestors.Count; i++)
        {
            Ancestors[i].DepthBound = Math.Max(Ancestors[i].DepthBound, Ancestors.Count - i + node.DepthBound);
        }
    }
}

/// <summary>A location does not exist; the message is a part of the one that the client gets.</summary>
internal sealed class JsonPatchIndexException(string message) : Exception(message);
