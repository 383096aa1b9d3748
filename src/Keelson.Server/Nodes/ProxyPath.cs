using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Nodes;

/// <summary>Where a proxied path is divided: what leads to the backend, and what the backend is asked for.</summary>
/// <remarks>
/// Both come from the path by which the request was authorized, and not from how the client wrote it: a way of writing
/// it that means two things to two readers can't lead past the authorization.
/// </remarks>
internal static class ProxyPath
{
    /// <summary>The first parts of the path, and the rest with its slash, written as an address again.</summary>
    public static (string Prefix, string Remainder) Split(string path, int parts)
    {
        var at = 0;
        for (var part = 0; part < parts; part++)
        {
            while (at < path.Length && path[at] == '/') at++;
            while (at < path.Length && path[at] != '/') at++;
        }

        return (new PathString(path[..at]).ToUriComponent(), at == path.Length ? "" : new PathString(path[at..]).ToUriComponent());
    }
}
