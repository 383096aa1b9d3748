using System.Net;

namespace Keelson.Node.Dns.Upstream;

/// <summary>The servers that a resolv.conf names.</summary>
public static class ResolverFile
{
    private const int Port = 53;

    /// <summary>The most that are read; the C library itself takes three.</summary>
    private const int Most = 15;

    /// <summary>Reads a file; one that is missing names no server.</summary>
    public static IReadOnlyList<IPEndPoint> Read(string path) => File.Exists(path) ? Parse(File.ReadLines(path)) : [];

    internal static IReadOnlyList<IPEndPoint> Parse(IEnumerable<string> lines) =>
    [
        .. lines.Select(line => line.Split(['#', ';'])[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["nameserver", ..] and { Length: > 1 })
            .Select(words => IPAddress.TryParse(words[1], out var address) ? new IPEndPoint(address, Port) : null)
            .OfType<IPEndPoint>()
            .Distinct()
            .Take(Most),
    ];
}
