using System.Globalization;
using System.Text;

namespace Keelson.Client.Streaming.Upgrades;

/// <summary>Asks for an upgrade on a connection that somebody made, and reads the answer with bounds of its own.</summary>
public static class UpgradeClient
{
    private static readonly string[] Own = ["Host", "Connection", "Upgrade", "Content-Length", "Transfer-Encoding", "Keep-Alive", "Proxy-Connection", "TE", "Trailer"];

    /// <summary>Sends the request and reads the answer: 101, or one with a body that was read whole.</summary>
    /// <exception cref="StreamingException">The backend does not speak HTTP/1.1, says too much, or is too slow (OpenTimeout).</exception>
    public static async Task<UpgradeAnswer> SendAsync(Stream connection, UpgradeRequest request, StreamLimits? limits = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(request);
        limits ??= StreamLimits.Default;
        using var limit = new CancellationTokenSource(limits.OpenTimeout, limits.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            await connection.WriteAsync(Encode(request), both.Token).ConfigureAwait(false);
            await connection.FlushAsync(both.Token).ConfigureAwait(false);
            return await new AnswerReader(connection, limits).ReadAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new StreamingException("the backend did not answer the upgrade request in time", late);
        }
    }

    private static byte[] Encode(UpgradeRequest request)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Token(request.Method)} {Visible(request.Target)} HTTP/1.1\r\nHost: {Visible(request.Host)}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Connection: Upgrade\r\nUpgrade: {Visible(request.Protocol)}\r\n");
        foreach (var (name, value) in request.Headers)
        {
            if (Own.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
            text.Append(CultureInfo.InvariantCulture, $"{Token(name)}: {Line(value)}\r\n");
        }

        if (request.Method is not ("GET" or "HEAD")) text.Append("Content-Length: 0\r\n");
        return Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
    }

    // Nothing that came from a client may become a line of its own.
    private static string Token(string text) => text.Length > 0 && text.All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)) ? text : throw new ArgumentException($"'{text}' is no token of HTTP");

    private static string Visible(string text) => text.Length > 0 && text.All(static c => c is > ' ' and < (char)127) ? text : throw new ArgumentException("a request's target and host have visible ASCII characters only");

    private static string Line(string text) => text.All(static c => c is >= ' ' and not (char)127 or '\t') ? text : throw new ArgumentException("a header's value is one line");
}
