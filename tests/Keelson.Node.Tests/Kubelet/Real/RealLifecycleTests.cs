using Keelson.Api.Meta.V1;

namespace Keelson.Node.Tests.Kubelet.Real;

[Collection(nameof(RealKubelet))]
public sealed class RealLifecycleTests
{
    private const string Server = "echo ok >/tmp/index.html; exec httpd -f -p 8080 -h /tmp";
    private readonly RealKubelet _kubelet;

    public RealLifecycleTests(RealKubelet kubelet)
    {
        kubelet.Require();
        _kubelet = kubelet;
    }

    [Theory]
    [InlineData("http", """{"httpGet":{"port":"web","path":"/index.html"},"periodSeconds":1}""")]
    [InlineData("tcp", """{"tcpSocket":{"port":8080},"periodSeconds":1}""")]
    [InlineData("exec", """{"exec":{"command":["/bin/cat","/tmp/index.html"]},"periodSeconds":1}""")]
    public async Task A_pod_is_ready_when_its_probe_succeeds(string name, string probe)
    {
        await _kubelet.RunAsync($"probe-{name}", "sleep 2; " + Server, $$""","ports":[{"name":"web","containerPort":8080}],"readinessProbe":{{probe}} """);
        var unready = await _kubelet.UntilAsync($"probe-{name}", pod => pod.Container().State.Running is not null);
        Assert.False(unready.IsReady());
        Assert.Equal("containers with unready status: [c]", unready.Condition("Ready").Message);
        var pod = await _kubelet.UntilReadyAsync($"probe-{name}");
        if (name == "http") await _kubelet.UntilAsync(async () => (await _kubelet.EventsAsync("probe-http")).Contains($"Warning Unhealthy Readiness probe failed: Get \"http://{pod.Status.PodIP}:8080/index.html\": dial tcp {pod.Status.PodIP}:8080: connect: connection refused"));
        await _kubelet.ExecAsync(pod, "kill -TERM 1; true");
        await _kubelet.DeleteAsync($"probe-{name}");
    }

    [Fact]
    public async Task A_container_that_fails_its_liveness_probe_is_killed_with_the_grace_of_the_probe()
    {
        await _kubelet.RunAsync("sick", "trap '' TERM; touch /tmp/well; (sleep 3; rm -f /tmp/well) & while true; do sleep 0.2; done",
            ""","livenessProbe":{"exec":{"command":["/bin/stat","/tmp/well"]},"periodSeconds":1,"failureThreshold":2,"terminationGracePeriodSeconds":1}""");
        var pod = await _kubelet.UntilAsync("sick", pod => pod.Container().RestartCount == 1 && pod.Container().State.Running is not null);
        Assert.Equal(137, pod.Container().LastState.Terminated!.ExitCode);
        await _kubelet.UntilEventAsync("sick", "Normal Killing Container c failed liveness probe, will be restarted");
        Assert.Contains(await _kubelet.EventsAsync("sick"), text => text.StartsWith("Warning Unhealthy Liveness probe failed: ", StringComparison.Ordinal));
        await _kubelet.DeleteAsync("sick");
    }

    [Fact]
    public async Task Other_probes_wait_for_the_startup_probe()
    {
        await _kubelet.RunAsync("starting", "sleep 3; touch /tmp/up; exec sleep 1000",
            ""","startupProbe":{"exec":{"command":["/bin/stat","/tmp/up"]},"periodSeconds":1,"failureThreshold":60},"livenessProbe":{"exec":{"command":["/bin/stat","/tmp/up"]},"periodSeconds":1,"failureThreshold":1}""");
        var early = await _kubelet.UntilAsync("starting", pod => pod.Container().State.Running is not null);
        Assert.False(early.Container().Started);
        var pod = await _kubelet.UntilReadyAsync("starting");
        Assert.Equal(0, pod.Container().RestartCount);
        await _kubelet.DeleteAsync("starting");
    }

    [Fact]
    public async Task Hooks_run_after_the_start_and_before_the_end()
    {
        using var folder = new Node.Tests.Runtime.TemporaryDirectory();
        await _kubelet.RunAsync("hooked", "trap 'echo term >>/out/log; exit 0' TERM; while true; do sleep 0.1; done", """
            ,"volumeMounts":[{"name":"o","mountPath":"/out"}],
             "lifecycle":{"postStart":{"exec":{"command":["/bin/sh","-c","echo started >>/out/log"]}},"preStop":{"exec":{"command":["/bin/sh","-c","echo stopping >>/out/log"]}}}
            """, $$""","volumes":[{"name":"o","hostPath":{"path":"{{folder.Path}}"} }] """);
        await _kubelet.UntilReadyAsync("hooked");
        await _kubelet.Pods.DeleteAsync("hooked", new DeleteOptions { GracePeriodSeconds = 20 });
        await _kubelet.UntilGoneAsync("hooked");
        Assert.Equal(["started", "stopping", "term"], await File.ReadAllLinesAsync(folder.File("log")));
        await _kubelet.UntilEventAsync("hooked", "Normal Killing Stopping container c");
    }

    [Fact]
    public async Task A_failed_start_hook_ends_the_container()
    {
        await _kubelet.RunAsync("badhook", "exec sleep 1000", ""","lifecycle":{"postStart":{"exec":{"command":["/bin/false"]}}}""");
        await _kubelet.UntilEventAsync("badhook", "Warning FailedPostStartHook PostStartHook failed");
        var pod = await _kubelet.UntilAsync("badhook", pod => pod.Container().RestartCount >= 1);
        Assert.NotNull(pod.Container().LastState.Terminated ?? pod.Container().State.Terminated);
        await _kubelet.DeleteAsync("badhook");
    }

    [Fact]
    public async Task A_stubborn_container_is_killed_when_its_grace_is_over()
    {
        await _kubelet.RunAsync("stubborn", "trap '' TERM; while true; do sleep 0.2; done");
        await _kubelet.UntilReadyAsync("stubborn");
        var begin = TimeProvider.System.GetTimestamp();
        await _kubelet.Pods.DeleteAsync("stubborn", new DeleteOptions { GracePeriodSeconds = 3 });
        await _kubelet.UntilGoneAsync("stubborn");
        Assert.InRange(TimeProvider.System.GetElapsedTime(begin).TotalSeconds, 2.5, 30);
    }

    [Fact]
    public async Task A_sleeping_hook_delays_the_end()
    {
        await _kubelet.RunAsync("sleepy", "trap 'exit 0' TERM; while true; do sleep 0.1; done", ""","lifecycle":{"preStop":{"sleep":{"seconds":2}}}""", ""","terminationGracePeriodSeconds":20 """);
        await _kubelet.UntilReadyAsync("sleepy");
        var begin = TimeProvider.System.GetTimestamp();
        await _kubelet.Pods.DeleteAsync("sleepy", new DeleteOptions { GracePeriodSeconds = 20 });
        await _kubelet.UntilGoneAsync("sleepy");
        Assert.InRange(TimeProvider.System.GetElapsedTime(begin).TotalSeconds, 1.9, 15);
    }

    [Fact]
    public async Task A_container_killed_by_hand_is_started_again_at_once()
    {
        await _kubelet.RunAsync("killed", "exec sleep 1000");
        var pod = await _kubelet.UntilReadyAsync("killed");
        var before = pod.Container().ContainerID;
        await RealContainerProcesses.KillAsync(_kubelet, before.Split("//")[1]);
        var after = await _kubelet.UntilAsync("killed", pod => pod.Container().RestartCount == 1 && pod.IsReady());
        Assert.NotEqual(before, after.Container().ContainerID);
        Assert.Equal(137, after.Container().LastState.Terminated!.ExitCode);
        await _kubelet.DeleteAsync("killed");
    }

    [Fact]
    public async Task A_log_that_grows_is_moved_away_and_the_oldest_goes()
    {
        await _kubelet.RunAsync("chatty", "while true; do seq 1 400; sleep 0.05; done");
        var pod = await _kubelet.UntilReadyAsync("chatty");
        var folder = Path.Combine(_kubelet.LogFolder(pod), "c");
        await _kubelet.UntilAsync(() => Task.FromResult(Directory.GetFiles(folder, "*.gz").Length > 0));
        await _kubelet.UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(folder, "0.log")) && new FileInfo(Path.Combine(folder, "0.log")).Length > 0));
        Assert.InRange(Directory.GetFiles(folder, "0.log*").Count(file => !file.EndsWith(".tmp", StringComparison.Ordinal)), 2, 4);
        await _kubelet.DeleteAsync("chatty");
        await _kubelet.UntilAsync(() => Task.FromResult(!Directory.Exists(_kubelet.LogFolder(pod))));
    }
}
