namespace Keelson.Server.Nodes;

/// <summary>A name in a proxied path: "name", "name:port" or "scheme:name:port".</summary>
internal readonly record struct ProxyName(string Scheme, string Name, string Port)
{
    public static ProxyName? Parse(string text)
    {
        ProxyName? read = text.Split(':') switch
        {
            [var name] => new ProxyName("", name, ""),
            [var name, var port] => new ProxyName("", name, port),
            [var scheme, var name, var port] => new ProxyName(scheme, name, port),
            _ => null,
        };
        return read is { Name.Length: > 0, Scheme: "" or "http" or "https" } ? read : null;
    }
}
