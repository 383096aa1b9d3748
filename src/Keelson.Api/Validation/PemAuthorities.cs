using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Keelson.Api.Validation;

/// <summary>Certificates of authorities that a client is to trust, one after another in PEM.</summary>
internal static class PemAuthorities
{
    /// <summary>Why no authority is to be found, as clients of upstream say it; null where there is one.</summary>
    public static string? Check(Bytes bundle)
    {
        var rest = Encoding.Latin1.GetString(bundle.Span).AsSpan();
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
        catch (CryptographicException broken)
        {
            return $"unable to load root certificates: {broken.Message}";
        }

        return isFound ? null : "unable to load root certificates: data does not contain any valid RSA or ECDSA certificates";
    }
}
