using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Keelson.Api.Validation;

/// <summary>Certificates of authorities that a client is to trust, one after another in PEM.</summary>
public static class PemAuthorities
{
    /// <summary>Why no authority is to be found, as clients of upstream say it; null where there is one.</summary>
    public static string? Check(Bytes bundle)
    {
        var rest = Encoding.Latin1.GetString(bundle.Span).AsSpan();
        string? wrong = null;
        while (PemEncoding.TryFind(rest, out var block))
        {
            if (rest[block.Label] is "CERTIFICATE")
            {
                try
                {
                    using var certificate = X509Certificate2.CreateFromPem(rest[block.Location]);
                    return null;
                }
                catch (CryptographicException exception)
                {
                    wrong ??= $"failed to parse certificate: {exception.Message}";
                }
            }

            rest = rest[block.Location.End..];
        }

        wrong ??= rest.IsEmpty ? "no valid certificate authority data seen" : "unable to parse bytes as PEM block";
        return $"unable to load root certificates: {wrong}";
    }
}
