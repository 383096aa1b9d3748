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

    /// <summary>Modes of access in their short form.</summary>
    public static string AccessModes(ApiList<string> modes) => string.Join(',', modes.Distinct().Select(mode => mode switch
    {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        "ReadWriteOncePod" => "RWOP",
        _ => mode,
    }));

    public static string Capacity(ApiMap<Quantity> capacity) => capacity.TryGetValue("storage", out var size) ? size.ToString() : "";

    public static string Since(Time? time, DateTimeOffset now) => time is { } at ? Age.Of(at, now) : Age.Unknown;
}
