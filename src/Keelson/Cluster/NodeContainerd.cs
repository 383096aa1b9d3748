using System.Security.Cryptography;
using Keelson.Node.Runtime.Containerd;

namespace Keelson.Cluster;

/// <summary>How the containerd of a node is set up: the same for the node's process and for those who clean up after it.</summary>
internal static class NodeContainerd
{
    /// <summary>The control group below which all of a node's containers are.</summary>
    public static string CgroupRoot(ClusterFolder folder, NodeFolder node) => $"{folder.Id}-{node.Name}";

    public static ContainerdOptions Options(ClusterFolder folder, ClusterSettings settings, NodeFolder node, TimeProvider time, Action<string> report) => new()
    {
        Directory = node.Containerd,
        Time = time,
        Random = new Random(RandomNumberGenerator.GetInt32(int.MaxValue)),
        CniConfigurationDirectory = node.CniConfiguration,
        RegistryMirrors = settings.RegistryMirrors,
        Report = report,
    };
}
