using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Keelson.Server.Serving;

namespace Keelson.Server.Tokens;

/// <summary>The key that signs the tokens of service accounts: ES256, on the P-256 curve.</summary>
public sealed class ServiceAccountKey : IDisposable
{
    private readonly ECDsa _key;

    private ServiceAccountKey(ECDsa key)
    {
        _key = key;
        Id = Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
        Header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"ES256","kid":"{{Id}}"}"""));
    }

    /// <summary>By which those who verify tokens find the key.</summary>
    public string Id { get; }

    /// <summary>The first part of every token that this key signs.</summary>
    internal string Header { get; }

    public static ServiceAccountKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>The key that was saved in a folder, or a new one that is saved there.</summary>
    /// <exception cref="CryptographicException">The saved key is none.</exception>
    public static ServiceAccountKey LoadOrCreate(string folder)
    {
        var file = Path.Combine(folder, "sa.key");
        if (File.Exists(file)) return Load(File.ReadAllText(file));
        var created = Create();
        Directory.CreateDirectory(folder);
        SecretFile.Write(file, created._key.ExportPkcs8PrivateKeyPem());
        return created;
    }

    public void Dispose() => _key.Dispose();

    /// <summary>A token of these claims.</summary>
    internal string Sign(ReadOnlySpan<byte> claims)
    {
        var signed = $"{Header}.{Base64Url.EncodeToString(claims)}";

        // One key serves all threads, and signing with it is not made for that.
        lock (_key) return $"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <summary>The claims of a token that this key signed; null for any other text.</summary>
    internal byte[]? Verify(string token)
    {
        var parts = token.Split('.', 4);
        if (parts.Length != 3 || parts[0] != Header || !Base64Url.IsValid(parts[1]) || !Base64Url.IsValid(parts[2])) return null;
        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        var signature = Base64Url.DecodeFromChars(parts[2]);
        lock (_key)
        {
            if (!_key.VerifyData(signed, signature, HashAlgorithmName.SHA256)) return null;
        }

        return Base64Url.DecodeFromChars(parts[1]);
    }

    /// <summary>The public point, as a JSON Web Key has it.</summary>
    internal (string X, string Y) PublicPoint()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        return (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
    }

    private static ServiceAccountKey Load(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return new ServiceAccountKey(key);
        }
        catch (ArgumentException broken)
        {
            key.Dispose();
            throw new CryptographicException("the saved key of the service accounts can't be read", broken);
        }
    }
}
