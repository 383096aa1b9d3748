using Keelson.Api.Batch.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.CronJobs;

public sealed class CronJobControllerTests
{
    [Fact]
    public async Task A_cron_job_runs_every_minute_and_keeps_the_last_three()
    {
        await using var cluster = await ControlCluster.StartAsync("cronjob-controller", "job-controller", "garbage-collector-controller");
        cluster.Kubelet.Play = pod => PlayedKubelet.Ended(pod, 0);
        var template = ControlCluster.Template();
        await cluster.CreateAsync(new CronJob
        {
            Metadata = new ObjectMeta { Name = "tick", Namespace = "default" },
            Spec = new CronJobSpec { Schedule = "* * * * *", JobTemplate = new JobTemplateSpec { Spec = new JobSpec { Template = template with { Spec = template.Spec with { RestartPolicy = "Never" } } } } },
        });
        await cluster.WaitForAsync(() => cluster.EventsOf("tick").Count(told => told.StartsWith("SuccessfulCreate: Created job tick-", StringComparison.Ordinal)) >= 6);
        await cluster.WaitForAsync(() => cluster.All<Job>().Count(job => job.Status.CompletionTime is not null) == 3 && cluster.EventsOf("tick").Any(told => told.Contains("condition: Complete", StringComparison.Ordinal)));
        await cluster.WaitForAsync(() => cluster.Find<CronJob>("tick") is { Status: { LastScheduleTime: not null, LastSuccessfulTime: not null } });
        Assert.Contains(cluster.EventsOf("tick"), told => told.StartsWith("SuccessfulDelete: Deleted job tick-", StringComparison.Ordinal));
        Assert.All(cluster.All<Job>(), job => Assert.Equal("tick", job.Metadata.OwnerReferences[0].Name));
    }
}
