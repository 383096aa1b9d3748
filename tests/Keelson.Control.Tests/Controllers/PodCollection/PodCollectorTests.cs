using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.PodCollection;

public sealed class PodCollectorTests
{
    [Fact]
    public async Task Pods_of_a_node_that_is_gone_are_removed_and_others_stay()
    {
        await using var cluster = await ControlCluster.StartAsync("pod-garbage-collector-controller");
        await cluster.CreateAsync(new Node { Metadata = new ObjectMeta { Name = "here" } });
        cluster.Kubelet.Place = pod => pod.Metadata.Name == "lost" ? "gone" : "here";
        await cluster.CreateAsync(Pod("lost"));
        await cluster.CreateAsync(Pod("kept"));
        await cluster.WaitForAsync(() => cluster.Find<Pod>("lost") is null);
        Assert.NotNull(cluster.Find<Pod>("kept"));
    }

    [Fact]
    public async Task The_oldest_of_too_many_ended_pods_are_removed()
    {
        await using var cluster = await ControlCluster.StartAsync(new ControlPlaneOptions { Names = ["pod-garbage-collector-controller"], TerminatedPodThreshold = 2 });
        await cluster.CreateAsync(new Node { Metadata = new ObjectMeta { Name = "node-a" } });
        cluster.Kubelet.Play = pod => pod.Metadata.Name == "runs" ? PlayedKubelet.Ready(pod, true) : PlayedKubelet.Ended(pod, 0);
        await cluster.CreateAsync(Pod("runs"));
        foreach (var name in (string[])["a", "b", "c", "d"]) await cluster.CreateAsync(Pod(name));
        await cluster.WaitForAsync(() => cluster.All<Pod>().Count == 3);
        Assert.Equal(["c", "d", "runs"], cluster.All<Pod>().Select(pod => pod.Metadata.Name).Order());
    }

    private static Pod Pod(string name) => new() { Metadata = new ObjectMeta { Name = name, Namespace = "default" }, Spec = ControlCluster.Template().Spec };
}
