using Keelson.Api.Batch.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Controllers.Jobs;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.Jobs;

public sealed class JobControllerTests
{
    [Fact]
    public async Task A_job_runs_to_its_completions_and_never_more_at_once_than_it_may()
    {
        await using var cluster = await StartAsync();
        cluster.Kubelet.Play = pod => PlayedKubelet.Ended(pod, 0);
        var most = 0;
        using var watch = cluster.Informers.For<Pod>().AddHandler(_ => most = Math.Max(most, cluster.LivingPods.Count));
        await cluster.CreateAsync(Job(new JobSpec { Completions = 5, Parallelism = 2 }));
        await cluster.WaitForAsync(() => Condition(cluster, "Complete") is not null);
        var status = cluster.Find<Job>("pi")!.Status;
        Assert.Equal((5, 0, 0), (status.Succeeded, status.Failed, status.Active));
        Assert.NotNull(status.StartTime);
        Assert.NotNull(status.CompletionTime);
        Assert.InRange(most, 1, 2);
        Assert.Equal(5, cluster.All<Pod>().Count);
        Assert.All(cluster.All<Pod>(), pod => Assert.Equal("pi", pod.Metadata.Labels["batch.kubernetes.io/job-name"]));
        await cluster.WaitForAsync(() => cluster.All<Pod>().All(pod => pod.Metadata.Finalizers.IsEmpty));
        await cluster.WaitForAsync(() => cluster.EventsOf("pi").Contains("Completed: Job completed"));
    }

    [Fact]
    public async Task Failures_are_counted_waited_after_and_limited()
    {
        await using var cluster = await StartAsync();
        cluster.Kubelet.Play = pod => PlayedKubelet.Ended(pod, 1);
        await cluster.CreateAsync(Job(new JobSpec { Completions = 1, Parallelism = 1, BackoffLimit = 2 }));
        await cluster.WaitForAsync(() => Condition(cluster, "Failed") is not null);
        Assert.Equal(("BackoffLimitExceeded", "Job has reached the specified backoff limit"), (Condition(cluster, "Failed")!.Reason, Condition(cluster, "Failed")!.Message));
        Assert.Equal((0, 3), (cluster.Find<Job>("pi")!.Status.Succeeded, cluster.Find<Job>("pi")!.Status.Failed));
        Assert.Equal(3, cluster.All<Pod>().Count);
        var made = cluster.All<Pod>().Select(pod => pod.Metadata.CreationTimestamp).Order().ToList();
        Assert.True(made[1] - made[0] >= TimeSpan.FromSeconds(10) && made[2] - made[1] >= TimeSpan.FromSeconds(20), string.Join(" ", made));
    }

    [Fact]
    public async Task An_indexed_job_runs_every_index_once()
    {
        await using var cluster = await StartAsync();
        cluster.Kubelet.Play = pod => PlayedKubelet.Ended(pod, 0);
        await cluster.CreateAsync(Job(new JobSpec { Completions = 4, Parallelism = 3, CompletionMode = CompletionMode.Indexed }));
        await cluster.WaitForAsync(() => Condition(cluster, "Complete") is not null);
        Assert.Equal("0-3", cluster.Find<Job>("pi")!.Status.CompletedIndexes);
        Assert.Equal(["0", "1", "2", "3"], cluster.All<Pod>().Select(pod => pod.Metadata.Annotations["batch.kubernetes.io/job-completion-index"]).Order(StringComparer.Ordinal));
        Assert.All(cluster.All<Pod>(), pod => Assert.Contains(pod.Spec.Containers[0].Env, variable => variable.Name == "JOB_COMPLETION_INDEX"));
    }

    [Fact]
    public async Task A_job_that_runs_too_long_is_ended()
    {
        await using var cluster = await StartAsync();
        await cluster.CreateAsync(Job(new JobSpec { ActiveDeadlineSeconds = 30, Completions = 1 }));
        await cluster.WaitForAsync(() => Condition(cluster, "Failed")?.Reason == "DeadlineExceeded" && cluster.All<Pod>().Count == 0);
    }

    [Fact]
    public async Task A_suspended_job_has_no_pods_until_it_is_resumed()
    {
        await using var cluster = await StartAsync();
        await cluster.CreateAsync(Job(new JobSpec { Completions = 1 }));
        await cluster.WaitForAsync(() => cluster.LivingPods.Count == 1);
        await cluster.ChangeAsync<Job>("pi", job => job with { Spec = job.Spec with { Suspend = true } });
        await cluster.WaitForAsync(() => cluster.All<Pod>().Count == 0 && Condition(cluster, "Suspended")?.Reason == "JobSuspended");
        Assert.Null(cluster.Find<Job>("pi")!.Status.StartTime);
        Assert.Equal(0, cluster.Find<Job>("pi")!.Status.Failed);
        cluster.Kubelet.Play = pod => PlayedKubelet.Ended(pod, 0);
        await cluster.ChangeAsync<Job>("pi", job => job with { Spec = job.Spec with { Suspend = false } });
        await cluster.WaitForAsync(() => Condition(cluster, "Complete") is not null);
    }

    [Fact]
    public async Task A_finished_job_goes_when_its_time_is_over()
    {
        await using var cluster = await ControlCluster.StartAsync("job-controller", "garbage-collector-controller");
        cluster.Kubelet.Play = pod => PlayedKubelet.Ended(pod, 0);
        await cluster.CreateAsync(Job(new JobSpec { Completions = 1, TtlSecondsAfterFinished = 40 }));
        await cluster.WaitForAsync(() => Condition(cluster, "Complete") is not null);
        await cluster.WaitForAsync(() => cluster.All<Job>().Count == 0 && cluster.All<Pod>().Count == 0);
    }

    [Fact]
    public void Indexes_are_written_as_ranges_and_read_back()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var indexes = new SortedSet<int>(Enumerable.Range(0, 40).Where(_ => random.Next(2) == 0));
            Assert.Equal(indexes, IndexSet.Parse(IndexSet.Format(indexes), 40));
        }

        Assert.Equal("1,3-5,7,8", IndexSet.Format([1, 3, 4, 5, 7, 8]));
        Assert.Equal([1], IndexSet.Parse("x,1,9-2000000000,-", 5));
    }

    private static Task<ControlCluster> StartAsync() => ControlCluster.StartAsync("job-controller");

    private static JobCondition? Condition(ControlCluster cluster, string type) =>
        cluster.Find<Job>("pi")?.Status.Conditions.FirstOrDefault(condition => condition.Type == type && condition.Status == "True");

    private static Job Job(JobSpec spec) => new()
    {
        Metadata = new ObjectMeta { Name = "pi", Namespace = "default" },
        Spec = spec with { Template = ControlCluster.Template() with { Metadata = ObjectMeta.Empty, Spec = ControlCluster.Template().Spec with { RestartPolicy = "Never" } } },
    };
}
