using Keelson.Api.Validation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Keelson.Api.Core.V1;

public sealed partial record Secret : IHasWarnings
{
    /// <inheritdoc/>
    public void Warn(IResource? old, FieldWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        if (Type == SecretType.TLS && CheckPair(Text("tls.crt"), Text("tls.key")) is { } wrong) warnings.Say(wrong);
    }

    private string Text(string key) => Data.TryGetValue(key, out var bytes) ? Encoding.ASCII.GetString(bytes.Span) : "";

    /// <summary>What is wrong with a certificate and the key that should be its own.</summary>
    private static string? CheckPair(string certificate, string key)
    {
        if (!PemEncoding.TryFind(certificate, out _)) return "tls: failed to find any PEM data in certificate input";
        if (!PemEncoding.TryFind(key, out _)) return "tls: failed to find any PEM data in key input";
        try
        {
            using var pair = X509Certificate2.CreateFromPem(certificate, key);
            return null;
        }
        catch (ArgumentException)
        {
            return "tls: private key does not match public key";
        }
        catch (CryptographicException failure)
        {
            return $"tls: {failure.Message}";
        }
    }
}
