using System.Security.Cryptography.X509Certificates;
using System.Text;
using Keelson.Api.Values;
using Keelson.Api.Yaml;

namespace Keelson.Server.Serving;

/// <summary>Makes the file by which kubectl and client libraries find a cluster and show who they are.</summary>
public static class Kubeconfig
{
    private const string Name = "keelson";

    /// <summary>A configuration with one cluster and one user, who presents a certificate.</summary>
    public static string Write(Uri server, string authorityPem, X509Certificate2 client)
    {
        using var key = client.GetECDsaPrivateKey() ?? throw new ArgumentException("the client's certificate has no key", nameof(client));
        return YamlWriter.WriteText(MapValue.Of(
            ("apiVersion", "v1"),
            ("kind", "Config"),
            ("clusters", Only("cluster", MapValue.Of(
                ("server", server.ToString().TrimEnd('/')),
                ("certificate-authority-data", Base64(authorityPem))))),
            ("users", Only("user", MapValue.Of(
                ("client-certificate-data", Base64(client.ExportCertificatePem())),
                ("client-key-data", Base64(key.ExportPkcs8PrivateKeyPem()))))),
            ("contexts", Only("context", MapValue.Of(("cluster", Name), ("user", Name)))),
            ("current-context", Name)));
    }

    private static ListValue Only(string field, Value value) => [MapValue.Of(("name", Name), (field, value))];

    private static Value Base64(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem + "\n"));
}
