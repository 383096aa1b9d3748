namespace Keelson.Client.Streaming.Upgrades;

/// <summary>What a backend answered to an <see cref="UpgradeRequest"/>.</summary>
public sealed class UpgradeAnswer
{
    internal UpgradeAnswer(int statusCode, string reason, IReadOnlyList<KeyValuePair<string, string>> headers, Stream connection, byte[] body)
    {
        StatusCode = statusCode;
        Reason = reason;
        Headers = headers;
        Connection = connection;
        Body = body;
    }

    public int StatusCode { get; }

    public string Reason { get; }

    /// <summary>In the order in which they came; a name may be there several times.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>Whether the connection now speaks the other protocol.</summary>
    public bool IsUpgraded => StatusCode == 101;

    /// <summary>The upgraded connection, from the first byte behind the answer on.</summary>
    public Stream Connection { get; }

    /// <summary>The body of an answer that is no upgrade, without its transfer encoding.</summary>
    public byte[] Body { get; }

    /// <summary>The first value of a header, or null.</summary>
    public string? Header(string name)
    {
        foreach (var (key, value) in Headers)
        {
            if (string.Equals(key, name, StringComparison.OrdinalIgnoreCase)) return value;
        }

        return null;
    }
}
