using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Keelson.Server.Serving;

namespace Keelson.Cluster;

/// <summary>Writes what the processes of a node need to reach the API server and to be known by it.</summary>
internal sealed class NodeCredentials(CertificateAuthority authority, IPAddress server, TimeProvider time)
{
    /// <summary>The port of the API server inside of the cluster's network.</summary>
    public const int ApiPort = 6443;

    private Uri Server => new(string.Create(CultureInfo.InvariantCulture, $"https://{server}:{ApiPort}"));

    public void Write(NodeFolder node, IPAddress address)
    {
        Directory.CreateDirectory(node.Path);
        File.WriteAllText(node.Authority, authority.CertificatePem + "\n");
        WriteKubeconfig(node.Kubeconfig, $"system:node:{node.Name}", "system:nodes");
        WriteKubeconfig(node.ProxyKubeconfig, NodeRights.ProxyUser, NodeRights.ServicesGroup);
        using var serving = authority.IssueServer($"system:node:{node.Name}", [node.Name, "localhost"], [address, IPAddress.Loopback], time);
        File.WriteAllText(node.ServingCertificate, serving.ExportCertificatePem() + "\n");
        using var key = serving.GetECDsaPrivateKey()!;
        SecretFile.Write(node.ServingKey, key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    private void WriteKubeconfig(string path, string user, string group)
    {
        using var certificate = authority.IssueClient(user, [group], time);
        SecretFile.Write(path, Kubeconfig.Write(Server, authority.CertificatePem, certificate));
    }
}
