using Keelson.Api.Names;
using Keelson.Api.Values;

namespace Keelson.Api.Validation;

/// <summary>Checks of where a webhook is called, for whatever calls it.</summary>
internal static class WebhookExpectations
{
    private const string Form = "; desired format: https://host[/path]";

    public static void ExpectWebhookUrl(this FieldErrors errors, string field, string url)
    {
        var scheme = url.Split(':', 2) is [{ Length: > 0 } head, _] && !head.Contains('/', StringComparison.Ordinal) ? head.ToLowerInvariant() : "";
        var rest = scheme.Length > 0 ? url[(scheme.Length + 1)..] : url;
        var (path, fragment) = Cut(rest, '#');
        (path, var query) = Cut(path, '?');
        var authority = path.StartsWith("//", StringComparison.Ordinal) ? path[2..].Split('/', 2)[0] : "";
        var user = authority.LastIndexOf('@') is >= 0 and var at ? authority[..at] : null;
        var host = user is null ? authority : authority[(user.Length + 1)..];
        if (url.AsSpan().IndexOfAnyInRange('\0', ' ') >= 0 || url.Contains('\u007f', StringComparison.Ordinal))
        {
            errors.Required(field, $"url must be a valid URL: parse {GoQuote.Quote(url)}: net/url: invalid control character in URL{Form}");
            return;
        }

        if (scheme != "https") errors.Invalid(field, scheme, $"'https' is the only allowed URL scheme{Form}");
        if (host.Length == 0) errors.Invalid(field, (Value)"", $"host must be specified{Form}");
        if (user is not null) errors.Invalid(field, user, "user information is not permitted in the URL");
        if (fragment.Length > 0) errors.Invalid(field, fragment, "fragments are not permitted in the URL");
        if (query.Length > 0) errors.Invalid(field, query, "query parameters are not permitted in the URL");
    }

    public static void ExpectWebhookService(this FieldErrors errors, string field, string space, string name, string? path, int port)
    {
        using var scope = errors.In(field);
        // Upstream mixes both up: what lacks a namespace is told to lack a name, and the other way round.
        errors.ExpectGiven("name", space);
        errors.ExpectGiven("namespace", name);
        var wrong = FieldName.CheckPortNumber(port);
        if (!wrong.IsEmpty) errors.Invalid("port", port, $"port is not valid: {string.Join(", ", wrong)}");
        if (path is null or "" or "/") return;
        if (path == "//")
        {
            errors.Invalid("path", path, "segment[0] may not be empty");
            return;
        }

        if (path[0] != '/') errors.Invalid("path", path, "must start with a '/'");
        var segments = path[1..];
        if (segments.EndsWith('/')) segments = segments[..^1];
        var index = 0;
        foreach (var segment in segments.Split('/'))
        {
            if (segment.Length == 0) errors.Invalid("path", path, $"segment[{index}] may not be empty");
            else foreach (var detail in DnsName.CheckSubdomain(segment)) errors.Invalid("path", path, $"segment[{index}]: {detail}");
            index++;
        }
    }

    private static (string Before, string After) Cut(string text, char at)
    {
        var place = text.IndexOf(at, StringComparison.Ordinal);
        return place < 0 ? (text, "") : (text[..place], text[(place + 1)..]);
    }
}
