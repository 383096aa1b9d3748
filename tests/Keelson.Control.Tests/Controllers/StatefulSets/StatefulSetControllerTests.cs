using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.StatefulSets;

public sealed class StatefulSetControllerTests
{
    [Fact]
    public async Task Pods_start_in_order_with_their_claims_and_end_in_reverse()
    {
        await using var cluster = await ControlCluster.StartAsync("statefulset-controller");
        var seen = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var watch = cluster.Informers.For<Pod>().AddHandler(_ => seen.Enqueue(string.Concat(Ordinals(cluster))));
        await cluster.CreateAsync(Set(3));
        await cluster.WaitForAsync(() => Status(cluster) is { Replicas: 3, ReadyReplicas: 3, CurrentReplicas: 3, UpdatedReplicas: 3 });
        var pod = cluster.Find<Pod>("db-1")!;
        Assert.Equal(("db-1", "db", "db-1", "1"), (pod.Spec.Hostname, pod.Spec.Subdomain, pod.Metadata.Labels["statefulset.kubernetes.io/pod-name"], pod.Metadata.Labels["apps.kubernetes.io/pod-index"]));
        Assert.Equal("data-db-1", pod.Spec.Volumes[0].VolumeSource.PersistentVolumeClaim!.ClaimName);
        await cluster.ChangeAsync<StatefulSet>("db", set => set with { Spec = set.Spec with { Replicas = 1 } });
        await cluster.WaitForAsync(() => cluster.All<Pod>().Count == 1 && Status(cluster)?.Replicas == 1);
        Assert.All(seen, ordinals => Assert.StartsWith(ordinals, "012", StringComparison.Ordinal));
        Assert.Equal(3, (await cluster.Client.Resource<PersistentVolumeClaim>().In("default").ListAsync()).Items.Count);
        await cluster.WaitForAsync(() => cluster.EventsOf("db").Contains("SuccessfulCreate: create Pod db-0 in StatefulSet db successful"));
    }

    [Fact]
    public async Task An_update_replaces_pods_from_the_top_down_to_the_partition()
    {
        await using var cluster = await ControlCluster.StartAsync("statefulset-controller");
        await cluster.CreateAsync(Set(3));
        await cluster.WaitForAsync(() => Status(cluster) is { ReadyReplicas: 3 });
        await cluster.ChangeAsync<StatefulSet>("db", set => set with
        {
            Spec = set.Spec with { Template = ControlCluster.Template("two"), UpdateStrategy = new StatefulSetUpdateStrategy { RollingUpdate = new RollingUpdateStatefulSetStrategy { Partition = 1 } } },
        });
        await cluster.WaitForAsync(() => Status(cluster) is { ReadyReplicas: 3, UpdatedReplicas: 2 } && Image(cluster, "db-1") == "two" && Image(cluster, "db-2") == "two");
        // What is below the partition comes back as it was.
        var former = cluster.Find<Pod>("db-0")!.Metadata.Uid;
        await cluster.Client.Resource<Pod>().In("default").DeleteAsync("db-0");
        await cluster.WaitForAsync(() => cluster.Find<Pod>("db-0") is { } pod && pod.Metadata.Uid != former && Status(cluster) is { ReadyReplicas: 3 });
        Assert.Equal("one", Image(cluster, "db-0"));
        await cluster.ChangeAsync<StatefulSet>("db", set => set with { Spec = set.Spec with { UpdateStrategy = StatefulSetUpdateStrategy.Empty } });
        await cluster.WaitForAsync(() => Image(cluster, "db-0") == "two" && Status(cluster) is { ReadyReplicas: 3, CurrentReplicas: 3 } status && status.CurrentRevision == status.UpdateRevision);
    }

    private static StatefulSetStatus? Status(ControlCluster cluster) => cluster.Find<StatefulSet>("db")?.Status;

    private static string? Image(ControlCluster cluster, string name) => cluster.Find<Pod>(name)?.Spec.Containers[0].Image;

    private static List<int> Ordinals(ControlCluster cluster) =>
        [.. cluster.All<Pod>().Select(pod => int.Parse(pod.Metadata.Name[3..], System.Globalization.CultureInfo.InvariantCulture)).Order()];

    private static StatefulSet Set(int replicas) => new()
    {
        Metadata = new ObjectMeta { Name = "db", Namespace = "default" },
        Spec = new StatefulSetSpec
        {
            Replicas = replicas,
            ServiceName = "db",
            Selector = ControlCluster.Selector(),
            Template = ControlCluster.Template(),
            VolumeClaimTemplates =
            [
                new PersistentVolumeClaim
                {
                    Metadata = new ObjectMeta { Name = "data" },
                    Spec = new PersistentVolumeClaimSpec
                    {
                        AccessModes = [PersistentVolumeAccessMode.ReadWriteOnce],
                        Resources = new VolumeResourceRequirements { Requests = ApiMap<Quantity>.From(("storage", Quantity.Parse("1Gi"))) },
                    },
                },
            ],
        },
    };
}
