using System.Globalization;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Selectors;

namespace Keelson.Server.Tables;

/// <summary>Values as cells show them.</summary>
internal static class Text
{
    public const string None = "<none>";
    public const string Unset = "<unset>";

    private static readonly (string Name, string Short)[] ShortModes = [("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP")];

    public static string OrNone(string? text) => string.IsNullOrEmpty(text) ? None : text;

    public static string Join(IEnumerable<string> parts) => OrNone(string.Join(',', parts));

    public static string Pairs(ApiMap<string> map) => Join(((IEnumerable<KeyValuePair<string, string>>)map).Select(pair => $"{pair.Key}={pair.Value}"));

    public static string Ratio(int one, int other) => string.Create(CultureInfo.InvariantCulture, $"{one}/{other}");

    /// <summary>The names of a template's containers.</summary>
    public static string Containers(PodTemplateSpec template) => string.Join(',', template.Spec.Containers.Select(container => container.Name));

    public static string Images(PodTemplateSpec template) => string.Join(',', template.Spec.Containers.Select(container => container.Image));

    public static string Selector(LabelSelector? selector)
    {
        if (selector is null) return None;
        var expressions = selector.MatchExpressions.Select(expression => new LabelExpression(expression.Key, expression.Operator, expression.Values)).ToArray();
        return LabelQuery.TryCreate(selector.MatchLabels, expressions, out var query, out _) ? OrNone(query.ToString()) : "<error>";
    }

    /// <summary>A selector as Go prints the structure, which is how bindings of policies show theirs.</summary>
    public static string Structure(LabelSelector selector)
    {
        var labels = string.Concat(((IEnumerable<KeyValuePair<string, string>>)selector.MatchLabels).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {pair.Value},"));
        var expressions = string.Concat(selector.MatchExpressions.Select(one => $"LabelSelectorRequirement{{Key:{one.Key},Operator:{one.Operator},Values:[{string.Join(' ', one.Values)}],}},"));
        return $"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}";
    }

    /// <summary>The first few of many, and how many more there are.</summary>
    public static string Few(IReadOnlyCollection<string> all, int shown, string separator = ",") => all.Count > shown
        ? string.Create(CultureInfo.InvariantCulture, $"{string.Join(separator, all.Take(shown))} + {all.Count - shown} more...")
        : string.Join(separator, all);

    /// <summary>A group's resource as upstream names it, in small letters.</summary>
    public static string Qualified(string name, string group) => (group.Length == 0 ? name : $"{name}.{group}").ToLowerInvariant();

    /// <summary>Modes of access in their short form, always in the same order; one that is not known is not shown.</summary>
    public static string AccessModes(ApiList<string> modes) => string.Join(',', ShortModes.Where(mode => modes.Contains(mode.Name)).Select(mode => mode.Short));

    public static string Capacity(ApiMap<Quantity> capacity) => capacity.TryGetValue("storage", out var size) ? size.ToString() : "0";

    public static string Since(Time? time, DateTimeOffset now) => time is { } at ? Age.Of(at, now) : Age.Unknown;
}
