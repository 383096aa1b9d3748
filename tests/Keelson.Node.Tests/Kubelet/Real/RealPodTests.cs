using Keelson.Api.Core.V1;
using Keelson.Node.Runtime;

namespace Keelson.Node.Tests.Kubelet.Real;

[Collection(nameof(RealKubelet))]
public sealed class RealPodTests
{
    private readonly RealKubelet _kubelet;

    public RealPodTests(RealKubelet kubelet)
    {
        kubelet.Require();
        _kubelet = kubelet;
    }

    [Fact]
    public async Task A_pod_runs_and_leaves_nothing_when_it_is_deleted()
    {
        await _kubelet.RunAsync("plain", "echo hello; exec sleep 1000");
        var pod = await _kubelet.UntilReadyAsync("plain");
        Assert.StartsWith("containerd://", pod.Container().ContainerID, StringComparison.Ordinal);
        Assert.StartsWith("10.99.0.", pod.Status.PodIP, StringComparison.Ordinal);
        Assert.Equal(RealKubelet.Image, pod.Container().Image);
        await _kubelet.UntilAsync(() => Task.FromResult(_kubelet.Log(pod) == "hello"));
        Assert.All(pod.Status.Conditions, condition => Assert.Equal("True", condition.Status));
        Assert.All(pod.Status.Conditions.Where(condition => condition.Type != "PodScheduled"), condition => Assert.Equal(pod.Metadata.Generation, condition.ObservedGeneration));
        await _kubelet.UntilEventAsync("plain", "Normal Started Container started");
        var events = await _kubelet.EventsAsync("plain");
        Assert.Contains($"Normal Pulled Container image \"{RealKubelet.Image}\" already present on machine and can be accessed by the pod", events);
        Assert.Contains("Normal Created Container created", events);
        await _kubelet.DeleteAsync("plain");
        await _kubelet.UntilAsync(async () => !(await _kubelet.Runtime.ListSandboxesAsync(SandboxFilter.All, default)).Any(sandbox => sandbox.Name == "plain"));
        await _kubelet.UntilAsync(() => Task.FromResult(!Directory.Exists(_kubelet.LogFolder(pod)) && !Directory.Exists(Path.Combine(_kubelet.RootDirectory, "pods", pod.Metadata.Uid))));
    }

    [Fact]
    public async Task Init_containers_run_before_the_others_and_sidecars_beside_them()
    {
        await _kubelet.CreateAsync("order", """
            "restartPolicy":"Never","volumes":[{"name":"v","emptyDir":{}}],
            "initContainers":[
              {"name":"first","image":"IMAGE","command":["/bin/sh","-c","echo first >>/v/order"],"volumeMounts":[{"name":"v","mountPath":"/v"}]},
              {"name":"side","image":"IMAGE","restartPolicy":"Always","command":["/bin/sh","-c","echo side >>/v/order; trap 'echo stopped; exit 0' TERM; while true; do sleep 0.1; done"],"volumeMounts":[{"name":"v","mountPath":"/v"}],
               "startupProbe":{"exec":{"command":["/bin/grep","-q","side","/v/order"]},"periodSeconds":1}},
              {"name":"second","image":"IMAGE","command":["/bin/sh","-c","echo second >>/v/order"],"volumeMounts":[{"name":"v","mountPath":"/v"}]}],
            "containers":[{"name":"c","image":"IMAGE","command":["/bin/sh","-c","cat /v/order; sleep 1"],"volumeMounts":[{"name":"v","mountPath":"/v"}]}]
            """);
        var pod = await _kubelet.UntilSucceededAsync("order");
        Assert.Equal("first\nside\nsecond", _kubelet.Log(pod));
        Assert.Equal("Completed", pod.Container("first").State.Terminated!.Reason);
        Assert.Equal("stopped", _kubelet.Log(pod, "side"));
        Assert.Equal(0, pod.Container("side").State.Terminated!.ExitCode);
    }

    [Fact]
    public async Task A_failed_init_container_fails_the_pod_that_may_not_restart()
    {
        await _kubelet.CreateAsync("badinit", """ "restartPolicy":"Never","initContainers":[{"name":"i","image":"IMAGE","command":["/bin/sh","-c","exit 7"]}],"containers":[{"name":"c","image":"IMAGE"}] """);
        var pod = await _kubelet.UntilAsync("badinit", pod => pod.Status.Phase == PodPhase.Failed);
        Assert.Equal(7, pod.Container("i").State.Terminated!.ExitCode);
        Assert.Equal("PodInitializing", pod.Container().State.Waiting!.Reason);
    }

    [Fact]
    public async Task A_crashing_container_backs_off_as_people_know_it()
    {
        await _kubelet.RunAsync("crash", "echo run; exit 3");
        var first = await _kubelet.UntilAsync("crash", pod => pod.Container().State.Waiting?.Reason == "CrashLoopBackOff");
        Assert.Equal($"back-off 10s restarting failed container=c pod=crash_default({first.Metadata.Uid})", first.Container().State.Waiting!.Message);
        Assert.Equal(1, first.Container().RestartCount);
        Assert.Equal(3, first.Container().LastState.Terminated!.ExitCode);
        Assert.Equal("Error", first.Container().LastState.Terminated!.Reason);
        var third = await _kubelet.UntilAsync("crash", pod => pod.Container() is { RestartCount: 2, State.Waiting: not null });
        Assert.InRange((third.Container().LastState.Terminated!.StartedAt - first.Container().LastState.Terminated!.FinishedAt).TotalSeconds, 9, 30);
        await _kubelet.UntilEventAsync("crash", $"Warning BackOff Back-off restarting failed container c in pod crash_default({first.Metadata.Uid})");
        // Of the dead ones, the newest is kept beside the one that counts.
        await _kubelet.UntilAsync(async () => (await _kubelet.Runtime.ListContainersAsync(new ContainerFilter { Labels = new Dictionary<string, string> { ["io.kubernetes.pod.name"] = "crash" } }, default)).Count <= 2);
        await _kubelet.DeleteAsync("crash");
    }

    [Theory]
    [InlineData("OnFailure", "exit 0", "Succeeded", 0)]
    [InlineData("Never", "exit 5", "Failed", 5)]
    public async Task A_pod_that_ends_has_the_phase_of_its_end(string policy, string script, string phase, int code)
    {
        var name = $"end-{code}";
        await _kubelet.RunAsync(name, script, spec: $""","restartPolicy":"{policy}" """);
        var pod = await _kubelet.UntilAsync(name, pod => pod.Status.Phase == phase);
        Assert.Equal(code, pod.Container().State.Terminated!.ExitCode);
        Assert.Equal(code == 0 ? "Completed" : "Error", pod.Container().State.Terminated!.Reason);
    }

    [Fact]
    public async Task A_rule_for_its_exit_code_restarts_a_container_that_else_would_not()
    {
        await _kubelet.RunAsync("ruled", "test -e /v/again && exit 3; touch /v/again; exit 42", ""","restartPolicy":"Never","restartPolicyRules":[{"action":"Restart","exitCodes":{"operator":"In","values":[42]}}],"volumeMounts":[{"name":"v","mountPath":"/v"}]""", ""","restartPolicy":"Never","volumes":[{"name":"v","emptyDir":{}}] """);
        var pod = await _kubelet.UntilAsync("ruled", pod => pod.Status.Phase == PodPhase.Failed);
        Assert.Equal(1, pod.Container().RestartCount);
        Assert.Equal(3, pod.Container().State.Terminated!.ExitCode);
        Assert.Equal(42, pod.Container().LastState.Terminated!.ExitCode);
    }

    [Fact]
    public async Task A_runtime_class_that_is_not_there_or_not_offered_is_told()
    {
        await _kubelet.RunAsync("classless", "true", spec: ""","runtimeClassName":"absent" """);
        await _kubelet.UntilEventAsync("classless", "Warning FailedCreatePodSandBox Failed to create pod sandbox: runtimeclass.node.k8s.io \"absent\" not found");
        await _kubelet.DeleteAsync("classless");
        await _kubelet.Client.Resource<Keelson.Api.Nodes.V1.RuntimeClass>().CreateAsync(new Keelson.Api.Nodes.V1.RuntimeClass { Metadata = new Keelson.Api.Meta.V1.ObjectMeta { Name = "usual" }, Handler = "runc" });
        await _kubelet.RunAsync("classy", "exec sleep 1000", spec: ""","runtimeClassName":"usual" """);
        var pod = await _kubelet.UntilReadyAsync("classy");
        Assert.Contains(await _kubelet.Runtime.ListSandboxesAsync(SandboxFilter.All, default), sandbox => sandbox.Uid == pod.Metadata.Uid && sandbox.RuntimeHandler == "runc");
        await _kubelet.DeleteAsync("classy");
    }

    [Fact]
    public async Task A_container_that_takes_too_much_memory_is_told_to_be_oom_killed()
    {
        await _kubelet.RunAsync("greedy", "tail /dev/zero", ""","resources":{"limits":{"memory":"24Mi"}}""", ""","restartPolicy":"Never" """);
        var pod = await _kubelet.UntilAsync("greedy", pod => pod.Status.Phase == PodPhase.Failed);
        Assert.Equal("OOMKilled", pod.Container().State.Terminated!.Reason);
        Assert.Equal(137, pod.Container().State.Terminated!.ExitCode);
    }

    [Fact]
    public async Task A_command_that_is_not_in_the_image_is_a_start_error()
    {
        await _kubelet.CreateAsync("nocommand", """ "restartPolicy":"Never","containers":[{"name":"c","image":"IMAGE","command":["/no/such"]}] """);
        var pod = await _kubelet.UntilAsync("nocommand", pod => pod.Status.Phase == PodPhase.Failed);
        var ended = pod.Container().State.Terminated!;
        Assert.Equal(128, ended.ExitCode);
        Assert.Equal("StartError", ended.Reason);
        Assert.Contains("/no/such", ended.Message, StringComparison.Ordinal);
        Assert.Contains(await _kubelet.EventsAsync("nocommand"), text => text.StartsWith("Warning Failed Error: ", StringComparison.Ordinal) && text.Contains("/no/such", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_container_says_at_its_end_is_its_message()
    {
        await _kubelet.RunAsync("message", "echo -n last words >/dev/termination-log; exit 1", spec: ""","restartPolicy":"Never" """);
        await _kubelet.RunAsync("fromlog", "echo from the log; exit 1", ""","terminationMessagePolicy":"FallbackToLogsOnError" """, ""","restartPolicy":"Never" """);
        await _kubelet.RunAsync("fine", "echo all is well", ""","terminationMessagePolicy":"FallbackToLogsOnError","terminationMessagePath":"/tmp/end" """, ""","restartPolicy":"Never" """);
        Assert.Equal("last words", (await _kubelet.UntilAsync("message", pod => pod.Status.Phase == PodPhase.Failed)).Container().State.Terminated!.Message);
        Assert.Equal("from the log\n", (await _kubelet.UntilAsync("fromlog", pod => pod.Status.Phase == PodPhase.Failed)).Container().State.Terminated!.Message);
        Assert.Equal("", (await _kubelet.UntilSucceededAsync("fine")).Container().State.Terminated!.Message);
    }
}
