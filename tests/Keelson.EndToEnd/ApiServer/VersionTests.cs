namespace Keelson.EndToEnd.ApiServer;

/// <summary>Resources that are served in several versions, as kubectl sees them.</summary>
public sealed class VersionTests
{
    private const string Reported = """
        apiVersion: events.k8s.io/v1
        kind: Event
        metadata: {name: happened, namespace: default}
        eventTime: "2026-01-01T00:00:00.000000Z"
        reportingController: example.com/c
        reportingInstance: i
        action: Act
        reason: Testing
        note: something was seen
        type: Warning
        regarding: {apiVersion: apps/v1, kind: Deployment, namespace: default, name: web}
        """;

    public static TheoryData<string> Programs => KubectlTests.Programs;

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Events_and_autoscalers_are_shown_in_every_version(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        kubectl.WriteFile("event.yaml", Reported);
        await kubectl.DoAsync("create -f event.yaml");
        Assert.Matches("Warning +Testing +deployment/web +something was seen", await kubectl.DoAsync("get events"));
        Assert.Matches("Warning +Testing +deployment/web +something was seen", await kubectl.DoAsync("get events.v1.events.k8s.io"));
        Assert.Matches("Warning +Testing +Deployment/web +something was seen", await kubectl.DoAsync("events"));
        Assert.Equal("something was seen", await kubectl.DoAsync("get events.v1. happened -o jsonpath={.message}"));
        Assert.Equal("something was seen", await kubectl.DoAsync("get events.v1.events.k8s.io happened -o jsonpath={.note}"));

        await kubectl.DoAsync("create deployment web --image=nginx");
        Assert.Contains("something was seen", await kubectl.DoAsync("describe deployment web"), StringComparison.Ordinal);
        await kubectl.DoAsync("autoscale deployment web --min=2 --max=5 --cpu-percent=70");
        Assert.Matches("web +Deployment/web +cpu: <unknown>/70% +2 +5 +0", await kubectl.DoAsync("get hpa"));
        Assert.Equal("70", await kubectl.DoAsync("get hpa.v1.autoscaling web -o jsonpath={.spec.targetCPUUtilizationPercentage}"));
        Assert.Equal("70", await kubectl.DoAsync("get hpa.v2.autoscaling web -o jsonpath={.spec.metrics[0].resource.target.averageUtilization}"));
        Assert.Contains("Deployment/web", await kubectl.DoAsync("describe hpa web"), StringComparison.Ordinal);
        await kubectl.DoAsync("label hpa.v1.autoscaling web x=y");
        Assert.Equal("y", await kubectl.DoAsync("get hpa web -o jsonpath={.metadata.labels.x}"));
        Assert.Matches("etcd-0 +Healthy +ok", await kubectl.DoAsync("get cs"));
        await kubectl.DoAsync("delete hpa.v1.autoscaling web");
        Assert.Equal("", await kubectl.DoAsync("get hpa -o name"));
    }
}
