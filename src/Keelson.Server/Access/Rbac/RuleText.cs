using Keelson.Api;
using Keelson.Api.Rbac.V1;

namespace Keelson.Server.Access.Rbac;

/// <summary>Writes rules as refusals tell them.</summary>
internal static class RuleText
{
    /// <summary>One line for all verbs on the same thing, in order.</summary>
    public static string Of(IEnumerable<PolicyRule> parts)
    {
        var lines = parts
            .GroupBy(part => (part.ApiGroups, part.Resources, part.ResourceNames, part.NonResourceURLs))
            .Select(same => Of(same.First() with { Verbs = same.SelectMany(part => part.Verbs).Distinct().ToApiList() }))
            .Distinct()
            .Order(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    /// <summary>Texts quoted, in brackets.</summary>
    public static string Quote(ApiList<string> values) => $"[{string.Join(' ', values.Select(value => $"\"{value}\""))}]";

    private static string Of(PolicyRule rule)
    {
        var parts = new List<string>();
        Add("APIGroups", rule.ApiGroups);
        Add("Resources", rule.Resources);
        Add("NonResourceURLs", rule.NonResourceURLs);
        Add("ResourceNames", rule.ResourceNames);
        Add("Verbs", rule.Verbs);
        return $"{{{string.Join(", ", parts)}}}";

        void Add(string name, ApiList<string> values)
        {
            if (!values.IsEmpty) parts.Add($"{name}:{Quote(values)}");
        }
    }
}
