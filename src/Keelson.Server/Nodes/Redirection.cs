namespace Keelson.Server.Nodes;

/// <summary>Keeps clients of the proxy on it where a backend sends them elsewhere.</summary>
internal static class Redirection
{
    /// <summary>A redirection within the backend leads through the proxy again; one to somewhere else stays as it is.</summary>
    public static string Through(Uri location, Uri target, string prefix)
    {
        // What begins with a slash is a file to .NET on Unix, and to HTTP a path of the same host.
        var text = location.OriginalString;
        if (text.StartsWith('/') && !text.StartsWith("//", StringComparison.Ordinal)) return prefix + text;
        if (!location.IsAbsoluteUri) return text;
        var isSame = location.Scheme == target.Scheme && location.Host == target.Host && location.Port == target.Port;
        return isSame ? prefix + location.PathAndQuery + location.Fragment : text;
    }
}
