using Keelson.Node.Kubelet;
using Keelson.Node.Network;
using Keelson.Node.Runtime.Containerd;

namespace Keelson.Cluster;

/// <summary>Takes away what a cluster that does not run any more has left on the machine, however it ended.</summary>
internal static class ClusterRemoval
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(40);

    /// <summary>Ends what still runs, and removes all but files.</summary>
    public static async Task EndLeftoversAsync(ClusterFolder folder, ClusterSettings settings, bool delete, TimeProvider time, CancellationToken cancel)
    {
        if (settings.Runtime != ClusterRuntime.Containerd) return;
        await Task.WhenAll(folder.ExistingNodes().Select(node => EndNodeAsync(folder, settings, node, delete, time, cancel)));
        await ClusterNetwork.RemoveAsync(ContainerNodes.NetworkOptions(folder, settings), cancel);
    }

    /// <summary>Removes a node that its cluster does not have any more, with its files.</summary>
    public static async Task RemoveNodeAsync(ClusterFolder folder, ClusterSettings settings, NodeFolder node, TimeProvider time, CancellationToken cancel)
    {
        await EndNodeAsync(folder, settings, node, delete: true, time, cancel);
        Directory.Delete(node.Path, recursive: true);
    }

    private static async Task EndNodeAsync(ClusterFolder folder, ClusterSettings settings, NodeFolder node, bool delete, TimeProvider time, CancellationToken cancel)
    {
        if (NodeProcess.Find(node) is { } process) await DetachedProcess.EndAsync(process, EndLimit, time, cancel);
        await using var supervisor = new ContainerdSupervisor(NodeContainerd.Options(folder, settings, node, time, _ => { }));
        // The network that its pods were in goes as well, so that nothing has to be given back in order.
        if (delete) await supervisor.DeleteAsync(cancel, byForce: true);
        else await supervisor.EndContainersAsync(cancel);
        await NodeLeftovers.RemoveAsync(node.Path, NodeContainerd.CgroupRoot(folder, node), time, cancel);
    }
}
