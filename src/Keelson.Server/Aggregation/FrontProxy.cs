using System.Security.Cryptography.X509Certificates;
using System.Text;
using Keelson.Api.Authentication.V1;
using Keelson.Server.Serving;

namespace Keelson.Server.Aggregation;

/// <summary>Who this server is to those behind it, and how it tells them whose request it passes on.</summary>
internal sealed class FrontProxy(CertificateAuthority? authority, TimeProvider time) : IDisposable
{
    /// <summary>The only name that servers believe the headers of.</summary>
    public const string ClientName = "front-proxy-client";

    public const string UserHeader = "X-Remote-User";
    public const string UidHeader = "X-Remote-Uid";
    public const string GroupHeader = "X-Remote-Group";
    public const string ExtraPrefix = "X-Remote-Extra-";

    /// <summary>How long before its end the certificate is replaced.</summary>
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    private readonly Lock _making = new();
    private X509Certificate2? _identity;

    /// <summary>The certificate that the server shows; null without an authority.</summary>
    public X509Certificate2? Identity()
    {
        if (authority is null) return null;
        lock (_making)
        {
            // The one before may be in use by a handshake under way, so it is left to the collector.
            if (_identity is null || _identity.NotAfter.ToUniversalTime() - RenewBefore < time.GetUtcNow().UtcDateTime) _identity = authority.IssueClient(ClientName, [], time);
            return _identity;
        }
    }

    /// <summary>The headers that tell whose request it is.</summary>
    public static List<KeyValuePair<string, string>> HeadersOf(UserInfo user)
    {
        var headers = new List<KeyValuePair<string, string>> { new(UserHeader, user.Username) };
        if (user.Uid.Length > 0) headers.Add(new(UidHeader, user.Uid));
        headers.AddRange(user.Groups.Select(group => new KeyValuePair<string, string>(GroupHeader, group)));
        foreach (var (key, values) in user.Extra) headers.AddRange(values.Select(value => new KeyValuePair<string, string>(ExtraPrefix + Escape(key), value)));
        return headers;
    }

    /// <summary>The key of an extra as it was before it was made part of a header's name.</summary>
    public static string Unescape(string name)
    {
        try
        {
            return Uri.UnescapeDataString(name);
        }
        catch (UriFormatException)
        {
            return name;
        }
    }

    public void Dispose() => _identity?.Dispose();

    // A header's name has few signs; all others are written as URLs write them, and so is the sign that begins that.
    private static string Escape(string key)
    {
        var escaped = new StringBuilder();
        foreach (var unit in Encoding.UTF8.GetBytes(key))
        {
            if (char.IsAsciiLetterOrDigit((char)unit) || "!#$&'*+-.^_`|~".Contains((char)unit, StringComparison.Ordinal)) escaped.Append((char)unit);
            else escaped.Append('%').Append(unit.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return escaped.ToString();
    }
}
