using System.Security.Cryptography;
using System.Text;

namespace Keelson.Cluster;

/// <summary>The folder of one cluster: everything that it keeps, and where.</summary>
internal sealed class ClusterFolder(string path)
{
    /// <summary>The whole path of the folder.</summary>
    public string Path { get; } = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));

    /// <summary>A name for what the cluster has on the machine outside of its folder; the same for the same folder.</summary>
    public string Id => "keelson-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path)).AsSpan(0, 4));

    public string Settings => In("cluster.json");

    public string State => In("state.json");

    public string Lock => In("lock");

    public string Kubeconfig => In("kubeconfig");

    public string Store => In("store");

    public string Certificates => In("pki");

    public string Log => In("server.log");

    /// <summary>Says that the cluster is ended only to be removed, so that nobody waits for what its containers would like to do.</summary>
    public string Removal => In("removal");

    public string Nodes => In("nodes");

    public NodeFolder Node(string name) => new(name, System.IO.Path.Combine(Nodes, name));

    /// <summary>The nodes that have a folder, whether they belong to the cluster still or not.</summary>
    public IReadOnlyList<NodeFolder> ExistingNodes() =>
        Directory.Exists(Nodes) ? [.. Directory.EnumerateDirectories(Nodes).Select(folder => Node(System.IO.Path.GetFileName(folder))).OrderBy(node => node.Name, StringComparer.Ordinal)] : [];

    private string In(string name) => System.IO.Path.Combine(Path, name);
}

/// <summary>The folder of one node.</summary>
internal sealed record NodeFolder(string Name, string Path)
{
    public string Kubeconfig => In("kubeconfig");

    public string ProxyKubeconfig => In("proxy.kubeconfig");

    public string ServingCertificate => In("kubelet.crt");

    public string ServingKey => In("kubelet.key");

    public string Authority => In("ca.crt");

    public string ProcessId => In("agent.pid");

    public string Log => In("agent.log");

    public string Containerd => In("containerd");

    public string ContainerdSocket => System.IO.Path.Combine(Containerd, "containerd.sock");

    public string Kubelet => In("kubelet");

    public string PodLogs => In("pods");

    public string CniConfiguration => In("cni");

    public string Ipam => In("ipam");

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
