using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Objects;
using Keelson.Api.Structural.Formats;

namespace Keelson.Api.Cel.Library;

/// <summary>Addresses of the web and their parts.</summary>
internal static class UrlFunctions
{
    public static void Register(CelLibraryBuilder library) => library
        .Add("url", call => call[0] is string text ? CelUrl.Parse(text) ?? (object)new CelError($"URL parse error during conversion from string: parse {Values.GoQuote.Quote(text)}: invalid URI for request") : CelError.NoOverload, "(string) -> kubernetes.URL")
        .Add("isURL", call => call[0] is string text ? CelUrl.Parse(text) is not null : CelError.NoOverload, "(string) -> bool")
        .Add("getScheme", call => On(call, url => url.Scheme), "kubernetes.URL.() -> string")
        .Add("getHost", call => On(call, url => url.Host), "kubernetes.URL.() -> string")
        .Add("getHostname", call => On(call, url => url.HostName), "kubernetes.URL.() -> string")
        .Add("getPort", call => On(call, url => url.Port), "kubernetes.URL.() -> string")
        .Add("getEscapedPath", call => On(call, url => url.Path), "kubernetes.URL.() -> string")
        .Add("getQuery", call => On(call, url => url.Query()), "kubernetes.URL.() -> map(string, list(string))");

    private static object On(CelCall call, Func<CelUrl, object> read) => call[0] is CelUrl url ? read(url) : CelError.NoOverload;
}

/// <summary>The address of something on the web: absolute, or a path from the root.</summary>
internal sealed class CelUrl : CelOpaque
{
    private readonly string _text;
    private readonly string _query;

    private CelUrl(string text)
    {
        _text = text;
        var rest = text;
        var colon = rest.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && rest.AsSpan(0, colon).IndexOf('/') < 0)
        {
            Scheme = rest[..colon].ToLowerInvariant();
            rest = rest[(colon + 1)..];
        }

        var mark = rest.IndexOf('?', StringComparison.Ordinal);
        _query = mark < 0 ? "" : rest[(mark + 1)..];
        if (mark >= 0) rest = rest[..mark];
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            var slash = rest.IndexOf('/', 2);
            Host = slash < 0 ? rest[2..] : rest[2..slash];
            Host = Host[(Host.LastIndexOf('@') + 1)..];
            rest = slash < 0 ? "" : rest[slash..];
        }

        Path = rest;
    }

    public string Scheme { get; } = "";

    public string Host { get; } = "";

    public string Path { get; }

    public string HostName => Colon < 0 ? Host.Trim('[', ']') : Host[..Colon].Trim('[', ']');

    public string Port => Colon < 0 ? "" : Host[(Colon + 1)..];

    internal override CelType Type => CelType.Opaque("kubernetes.URL");

    private int Colon => Host.LastIndexOf(':') is var colon && colon > Host.LastIndexOf(']') ? colon : -1;

    public static CelUrl? Parse(string text) => RequestUri.IsValid(text) ? new CelUrl(text) : null;

    public CelDictionary Query()
    {
        var lists = new Dictionary<string, List<object>>(StringComparer.Ordinal);
        foreach (var pair in _query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Contains(';', StringComparison.Ordinal)) continue;
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Unescaped(equals < 0 ? pair : pair[..equals]);
            if (!lists.TryGetValue(name, out var values)) lists[name] = values = [];
            values.Add(Unescaped(equals < 0 ? "" : pair[(equals + 1)..]));
        }

        var query = new CelDictionary();
        foreach (var (name, values) in lists) query.Set(name, new CelArray(values));
        return query;
    }

    internal override bool IsEqual(CelOpaque other) => other is CelUrl url && url._text == _text;

    private static string Unescaped(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
