using Keelson.Api.Selectors;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>What a request asks for, read off its method and path.</summary>
public sealed record RequestInfo
{
    private static readonly string[] NamespaceSubresources = ["status", "finalize"];

    /// <summary>The path as it was sent, without the query.</summary>
    public required string Path { get; init; }

    /// <summary>get, list, watch, create, update, patch, delete or deletecollection; for other paths the method in lower case.</summary>
    public required string Verb { get; init; }

    public bool IsResource { get; init; }

    public string Group { get; init; } = "";

    public string Version { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string Resource { get; init; } = "";

    public string Subresource { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>Which objects are asked for by their fields, where several could be; null for all.</summary>
    public FieldQuery? Selector { get; init; }

    /// <summary>Which objects are asked for by their labels, where several could be; null for all.</summary>
    public LabelQuery? Labels { get; init; }

    /// <summary>The one object that the request can be about: what the path names, or what the selector leaves.</summary>
    public string ObjectName => Name.Length == 0 && Selector is not null && Selector.TryGetExactMatch("metadata.name", out var name) ? name : Name;

    /// <summary>What follows the subresource, as for a proxied path.</summary>
    public string Rest { get; init; } = "";

    /// <summary>Whether the path has more than a group and version but no such form as resources have.</summary>
    public bool IsMalformed { get; init; }

    /// <summary>Whether the request can change something.</summary>
    public bool IsMutating => Verb is "create" or "update" or "patch" or "delete" or "deletecollection";

    /// <summary>Whether the request is passed on to a node, and with it whatever the client accepts.</summary>
    public bool IsRelayed => Group.Length == 0 && Resource is "pods" or "services" or "nodes" && Subresource is "log" or "exec" or "attach" or "portforward" or "proxy";

    /// <summary>Whether the request lasts as long as its client wants, and is no measure of load.</summary>
    public bool IsLongRunning => Verb == "watch" || IsRelayed;

    /// <summary>Whether only objects are asked for whose field has a value.</summary>
    public bool Selects(string field, string value) => Selector is not null && Selector.TryGetExactMatch(field, out var wanted) && wanted == value;

    public static RequestInfo Of(HttpRequest request) => Of(request.Method, request.Path.Value ?? "/", request.Query);

    internal static RequestInfo Of(string method, string path, IQueryCollection query)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var other = new RequestInfo { Path = path, Verb = method.ToLowerInvariant() };
        if (parts.Length < 3 || parts[0] is not ("api" or "apis")) return other;
        if (parts[0] == "apis" && parts.Length < 4) return other;
        var group = parts[0] == "api" ? "" : parts[1];
        var (version, rest) = parts[0] == "api" ? (parts[1], parts[2..]) : (parts[2], parts[3..]);
        var info = other with { IsResource = true, Group = group, Version = version, Verb = VerbOf(method) };
        var legacyWatch = rest[0] == "watch";
        if (legacyWatch)
        {
            if (rest.Length < 2) return other;
            rest = rest[1..];
        }

        info = Place(info, rest);
        if (legacyWatch) return Select(info with { Verb = "watch" }, query);
        if (info.Name.Length > 0) return info;
        return info.Verb switch
        {
            "get" => Select(info with { Verb = IsWatch(query) ? "watch" : "list" }, query),
            "delete" => Select(info with { Verb = "deletecollection" }, query),
            _ => info,
        };
    }

    // One that can't be read is refused by whoever answers; until then it selects nothing.
    private static RequestInfo Select(RequestInfo info, IQueryCollection query)
    {
        if (query.TryGetValue("fieldSelector", out var fields) && fields.Count == 1 && fields[0] is { Length: > 0 } field && FieldQuery.TryParse(field, out var selector, out _)) info = info with { Selector = selector };
        return query.TryGetValue("labelSelector", out var labels) && labels.Count == 1 && labels[0] is { Length: > 0 } label && LabelQuery.TryParse(label, out var labelled, out _) ? info with { Labels = labelled } : info;
    }

    private static string VerbOf(string method) => method switch
    {
        "POST" => "create",
        "GET" or "HEAD" => "get",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => "delete",
        _ => "",
    };

    private static RequestInfo Place(RequestInfo info, string[] parts)
    {
        if (parts[0] == "namespaces" && parts.Length > 1)
        {
            info = info with { Namespace = parts[1] };

            // A namespace's own subresources are told from resources in it by their names.
            if (parts.Length > 2 && !NamespaceSubresources.Contains(parts[2])) parts = parts[2..];
        }

        return info with
        {
            Resource = parts[0],
            Name = parts.Length > 1 ? parts[1] : "",
            Subresource = parts.Length > 2 ? parts[2] : "",
            Rest = parts.Length > 3 ? string.Join('/', parts[3..]) : "",
        };
    }

    internal static bool IsWatch(IQueryCollection query) => query.TryGetValue("watch", out var values) && Flag(values.ToString());

    /// <summary>A query's boolean as upstream reads it: anything but no and zero is yes.</summary>
    internal static bool Flag(string value) => value is not ("false" or "0" or "False" or "FALSE" or "f" or "F");
}
