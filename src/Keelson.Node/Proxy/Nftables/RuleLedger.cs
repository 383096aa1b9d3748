using Keelson.Client;

namespace Keelson.Node.Proxy.Nftables;

/// <summary>Which service needs which parts of a table, and so what the table consists of.</summary>
/// <remarks>
/// Parts are shared, such as the chain for three endpoints, and goes when nobody needs it. Where two services claim the same
/// destination for different purposes, the one whose name is first has it until it goes.
/// </remarks>
internal sealed class RuleLedger
{
    private static readonly Comparer<ObjectKey> ByName = Comparer<ObjectKey>.Create(static (left, right) =>
        string.CompareOrdinal(left.Namespace, right.Namespace) is var order and not 0 ? order : string.CompareOrdinal(left.Name, right.Name));

    private readonly Dictionary<ObjectKey, Dictionary<RuleItem, string>> _needs = [];
    private readonly Dictionary<RuleItem, SortedDictionary<ObjectKey, string>> _claims = [];

    /// <summary>Everything that the table consists of now, apart from its frame.</summary>
    public IEnumerable<RuleChange> All => _claims.Select(static claim => new RuleChange(claim.Key, null, Effective(claim.Value)));

    public IReadOnlyDictionary<RuleItem, string>? Needs(ObjectKey service) => _needs.GetValueOrDefault(service);

    public void Clear()
    {
        _needs.Clear();
        _claims.Clear();
    }

    /// <summary>Notes what services need from now on; answers how the table differs.</summary>
    /// <param name="services">What each needs; nothing for a service that is gone.</param>
    public List<RuleChange> Change(IEnumerable<KeyValuePair<ObjectKey, Dictionary<RuleItem, string>?>> services)
    {
        var before = new Dictionary<RuleItem, string?>();
        foreach (var (service, needs) in services)
        {
            var old = _needs.GetValueOrDefault(service);
            foreach (var (item, value) in old ?? [])
            {
                if (needs is not null && needs.TryGetValue(item, out var now) && now == value) continue;
                Note(item);
                var claims = _claims[item];
                claims.Remove(service);
                if (claims.Count == 0) _claims.Remove(item);
            }

            foreach (var (item, value) in needs ?? [])
            {
                if (old is not null && old.TryGetValue(item, out var same) && same == value) continue;
                Note(item);
                if (!_claims.TryGetValue(item, out var claims)) _claims[item] = claims = new SortedDictionary<ObjectKey, string>(ByName);
                claims[service] = value;
            }

            if (needs is null || needs.Count == 0) _needs.Remove(service);
            else _needs[service] = needs;
        }

        return [.. before.Select(entry => new RuleChange(entry.Key, entry.Value, Value(entry.Key))).Where(static change => change.Before != change.After)];

        void Note(RuleItem item) => before.TryAdd(item, Value(item));
    }

    private string? Value(RuleItem item) => _claims.TryGetValue(item, out var claims) ? Effective(claims) : null;

    private static string Effective(SortedDictionary<ObjectKey, string> claims)
    {
        foreach (var value in claims.Values) return value;
        throw new InvalidOperationException("A part of the table is claimed by nobody.");
    }
}
