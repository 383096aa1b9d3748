using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Keelson.Api.ApiExtensions.V1;

/// <summary>Whether bytes hold certificates of authorities.</summary>
internal static class AuthorityBundle
{
    public const string Fault = "unable to load root certificates: data does not contain any valid RSA or ECDSA certificates";

    /// <summary>Whether there is a certificate in PEM form among them, and no block of that name that holds none.</summary>
    public static bool IsValid(Bytes bundle)
    {
        ReadOnlySpan<char> rest = Encoding.UTF8.GetString(bundle.Span);
        var isFound = false;
        try
        {
            while (PemEncoding.TryFind(rest, out var block))
            {
                if (rest[block.Label] is "CERTIFICATE")
                {
                    using var certificate = X509Certificate2.CreateFromPem(rest[block.Location]);
                    isFound = true;
                }

                rest = rest[block.Location.End..];
            }
        }
        catch (CryptographicException)
        {
            return false;
        }

        return isFound;
    }
}
