namespace Keelson.Node.Proxy.Nftables;

/// <summary>What a part of a table is, in the order in which parts need each other.</summary>
internal enum RuleItemKind
{
    Set,
    Chain,
    Element,
}

/// <summary>A part of the table that can come and go: a set, a chain, or an element of a map or set.</summary>
/// <param name="Name">Of the set, the chain, or what the element is in.</param>
/// <param name="Key">The element's key; empty for the others.</param>
internal readonly record struct RuleItem(RuleItemKind Kind, string Name, string Key)
{
    public static RuleItem Set(string name) => new(RuleItemKind.Set, name, "");

    public static RuleItem Chain(string name) => new(RuleItemKind.Chain, name, "");

    public static RuleItem Element(string container, string key) => new(RuleItemKind.Element, container, key);
}

/// <summary>How a part is to change. A set's value is its declaration, a chain's its rules by lines, an element's what it maps to, if anything.</summary>
internal readonly record struct RuleChange(RuleItem Item, string? Before, string? After);
