using System.Globalization;
using System.Text;

namespace Keelson.Node.Proxy.Nftables;

/// <summary>Writes changes of a table as commands of nft, so ordered that each finds what it needs.</summary>
internal static class TransactionText
{
    /// <summary>How many elements one command has at most; a longer line gains nothing.</summary>
    private const int MostElements = 500;

    public static void Write(StringBuilder text, RuleFamily family, IReadOnlyCollection<RuleChange> changes)
    {
        var table = family.Table;
        var sets = changes.Where(static change => change.Item.Kind == RuleItemKind.Set).ToList();
        var chains = changes.Where(static change => change.Item.Kind == RuleItemKind.Chain).ToList();
        var elements = changes.Where(static change => change.Item.Kind == RuleItemKind.Element).ToList();

        foreach (var (item, before, after) in sets)
        {
            if (before is not null && after is not null) throw new InvalidOperationException($"The set {item.Name} would change what it is.");
            if (after is not null) Line($"add set {table} {item.Name} {{ {after} }}");
        }

        foreach (var (item, before, after) in chains)
        {
            if (before is null) Line($"add chain {table} {item.Name}");
        }

        Elements("delete", elements.Where(static change => change.Before is not null), static change => change.Item.Key);
        foreach (var (item, before, _) in chains)
        {
            if (before is not null) Line($"flush chain {table} {item.Name}");
        }

        foreach (var (item, _, after) in chains)
        {
            foreach (var rule in after?.Split('\n') ?? []) Line($"add rule {table} {item.Name} {rule}");
        }

        Elements("add", elements.Where(static change => change.After is not null), static change => change.After!.Length == 0 ? change.Item.Key : $"{change.Item.Key} : {change.After}");
        foreach (var (item, _, after) in chains)
        {
            if (after is null) Line($"delete chain {table} {item.Name}");
        }

        foreach (var (item, _, after) in sets)
        {
            if (after is null) Line($"delete set {table} {item.Name}");
        }

        void Line(string line) => text.Append(line).Append('\n');

        void Elements(string verb, IEnumerable<RuleChange> which, Func<RuleChange, string> written)
        {
            foreach (var group in which.GroupBy(static change => change.Item.Name))
            {
                foreach (var part in group.Chunk(MostElements))
                {
                    text.Append(CultureInfo.InvariantCulture, $"{verb} element {table} {group.Key} {{ ").AppendJoin(", ", part.Select(written)).Append(" }\n");
                }
            }
        }
    }
}
