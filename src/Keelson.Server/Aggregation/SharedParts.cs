using System.Globalization;
using Keelson.Api.Values;

namespace Keelson.Server.Aggregation;

/// <summary>
/// One section of an OpenAPI document to which others refer by name, such as its definitions, while documents of other servers are
/// joined to it. What two documents tell alike is there once; what they tell otherwise gets another name: Name_v2, Name_v3.
/// </summary>
internal sealed class SharedParts
{
    private const string Kinds = "x-kubernetes-group-version-kind";

    private readonly string _section;
    private readonly Dictionary<string, Value> _known;

    public SharedParts(MapValue document, string section)
    {
        _section = section;
        _known = (document[section] as MapValue ?? MapValue.Empty).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
    }

    /// <summary>Takes over another document's section; answers with that document under the names that its parts have got.</summary>
    public MapValue Add(MapValue other)
    {
        if (other[_section] is not MapValue { Count: > 0 } added) return other;
        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in added)
        {
            if (NameFor(name, value, added, renamed) is var given && given != name) renamed[name] = given;
        }

        if (renamed.Count > 0) other = (MapValue)Redirect(other, renamed.ToDictionary(pair => Reference(pair.Key), pair => Reference(pair.Value), StringComparer.Ordinal));
        foreach (var (name, value) in (MapValue)other[_section]!)
        {
            var given = renamed.GetValueOrDefault(name, name);
            _known[given] = _known.TryGetValue(given, out var known) ? WithKindsOf(known, value) : value;
        }

        return other;
    }

    public MapValue ApplyTo(MapValue document) =>
        _known.Count == 0 ? document : document.With(_section, MapValue.From(_known.OrderBy(pair => pair.Key, StringComparer.Ordinal)));

    /// <summary>Every reference that the paths of a document lead to, also by way of what they refer to.</summary>
    public static HashSet<string> UsedBy(MapValue document)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Stack<Value>();
        if (document["paths"] is { } paths) waiting.Push(paths);
        while (waiting.TryPop(out var value))
        {
            if (value is ListValue list) foreach (var item in list) waiting.Push(item);
            if (value is not MapValue map) continue;
            foreach (var (name, inner) in map)
            {
                waiting.Push(inner);
                if (name != "$ref" || inner.AsText() is not { } reference || !used.Add(reference)) continue;
                if (reference.Split('/') is ["#", var section, var target] && document[section, target] is { } part) waiting.Push(part);
            }
        }

        return used;
    }

    private string NameFor(string name, Value value, MapValue added, Dictionary<string, string> renamed)
    {
        if (!_known.TryGetValue(name, out var known) || AreAlike(known, value)) return name;

        // A part that got another name before, from another server, may be the same.
        for (var number = 2; ; number++)
        {
            var candidate = string.Create(CultureInfo.InvariantCulture, $"{name}_v{number}");
            if (_known.TryGetValue(candidate, out var before))
            {
                if (AreAlike(before, value)) return candidate;
            }
            else if (!added.ContainsKey(candidate) && !renamed.ContainsValue(candidate))
            {
                return candidate;
            }
        }
    }

    private static bool AreAlike(Value one, Value other) => WithoutKinds(one).Equals(WithoutKinds(other));

    private static Value WithoutKinds(Value value) => value is MapValue map ? map.Without(Kinds) : value;

    /// <summary>What is known, as the kinds of both: a definition that two servers share may serve in more groups than either knows.</summary>
    private static Value WithKindsOf(Value known, Value other)
    {
        if (known is not MapValue map || other[Kinds] is not ListValue { Count: > 0 } more) return known;
        var all = map[Kinds] as ListValue ?? ListValue.Empty;
        var missing = more.Where(kind => !all.Contains(kind)).ToList();
        return missing.Count == 0 ? known : map.With(Kinds, ListValue.From([.. all, .. missing]));
    }

    private string Reference(string name) => $"#/{_section}/{name}";

    // As deep as the reader lets documents be.
    private static Value Redirect(Value value, Dictionary<string, string> renamed) => value switch
    {
        ListValue list => ListValue.From(list.Select(item => Redirect(item, renamed))),
        MapValue map => MapValue.From(map.Select(pair => KeyValuePair.Create(
            pair.Key, pair.Key == "$ref" && pair.Value.AsText() is { } reference && renamed.TryGetValue(reference, out var given) ? TextValue.Of(given) : Redirect(pair.Value, renamed)))),
        _ => value,
    };
}
