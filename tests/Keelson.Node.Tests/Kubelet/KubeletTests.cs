using Keelson.Api.Coordination.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Node.Kubelet;
using Keelson.Node.Runtime;

namespace Keelson.Node.Tests.Kubelet;

public sealed class KubeletTests
{
    [Fact]
    public async Task A_node_registers_and_keeps_its_lease()
    {
        await using var world = await KubeletWorld.StartAsync();
        var nodes = world.Client.Resource<Keelson.Api.Core.V1.Node>();
        await world.UntilAsync(async () => await nodes.FindAsync("node-1") is { } found && found.Status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" }));
        var node = await nodes.GetAsync("node-1");
        Assert.Equal("node-1", node.Metadata.Labels["kubernetes.io/hostname"]);
        Assert.Equal("kubelet is posting ready status", node.Status.Conditions.First(condition => condition.Type == "Ready").Message);
        Assert.Equal("simulated://1.0.0", node.Status.NodeInfo.ContainerRuntimeVersion);
        var leases = world.Client.Resource<Lease>().In("kube-node-lease");
        await world.UntilAsync(async () => await leases.FindAsync("node-1") is not null);
        var first = await leases.GetAsync("node-1");
        Assert.Equal(node.Metadata.Uid, first.Metadata.OwnerReferences[0].Uid);
        Assert.Equal(40, first.Spec.LeaseDurationSeconds);
        await world.UntilAsync(async () => (await leases.GetAsync("node-1")).Spec.RenewTime >= first.Spec.RenewTime!.Value + TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_pod_becomes_running_and_ready()
    {
        await using var world = await KubeletWorld.StartAsync();
        await world.CreateAsync("web");
        var pod = await world.UntilAsync("web", pod => pod.IsReady());
        Assert.Equal("Running", pod.Status.Phase);
        Assert.NotEmpty(pod.Status.PodIP);
        Assert.Equal("192.0.2.1", pod.Status.HostIP);
        Assert.NotNull(pod.Status.StartTime);
        Assert.Equal("BestEffort", pod.Status.QosClass);
        var container = pod.Container();
        Assert.StartsWith("simulated://", container.ContainerID, StringComparison.Ordinal);
        Assert.NotNull(container.State.Running);
        Assert.Equal(["ContainersReady", "Initialized", "PodReadyToStartContainers", "PodScheduled", "Ready"], pod.Status.Conditions.Select(condition => condition.Type).Order());
        Assert.All(pod.Status.Conditions, condition => Assert.Equal("True", condition.Status));
        await world.UntilAsync(async () => (await world.EventsAsync("web")).Any(text => text.Contains("Started", StringComparison.Ordinal)));
        var events = await world.EventsAsync("web");
        Assert.Contains("Normal Pulling Pulling image \"nginx\"", events);
        Assert.Contains("Normal Started Container started", events);
        Assert.Empty(world.Errors);
    }

    [Fact]
    public async Task A_crashing_container_is_restarted_with_growing_pauses()
    {
        await using var world = await KubeletWorld.StartAsync();
        await world.CreateAsync("crash", annotations: """{"keelson.dev/crash":"always"}""");
        var pod = await world.UntilAsync("crash", pod => pod.Container().State.Waiting?.Reason == "CrashLoopBackOff");
        Assert.Equal($"back-off 10s restarting failed container=c pod=crash_default({pod.Metadata.Uid})", pod.Container().State.Waiting!.Message);
        Assert.Equal(1, pod.Container().LastState.Terminated!.ExitCode);
        Assert.Equal("Running", pod.Status.Phase);
        var second = await world.UntilAsync("crash", pod => pod.Container().State.Waiting?.Message.StartsWith("back-off 40s", StringComparison.Ordinal) == true);
        Assert.Equal(3, second.Container().RestartCount);
        Assert.Equal("Error", second.Container().LastState.Terminated!.Reason);
        Assert.False(second.IsReady());
        await world.UntilEventAsync("crash", $"Warning BackOff Back-off restarting failed container c in pod crash_default({pod.Metadata.Uid})");
    }

    [Fact]
    public async Task A_deleted_pod_gets_its_grace_and_then_goes()
    {
        await using var world = await KubeletWorld.StartAsync();
        await world.CreateAsync("slow", annotations: """{"keelson.dev/stop-after":"12s"}""");
        await world.UntilAsync("slow", pod => pod.IsReady());
        var begin = world.Clock.GetUtcNow();
        await world.Pods.DeleteAsync("slow");
        await world.UntilGoneAsync("slow");
        Assert.InRange((world.Clock.GetUtcNow() - begin).TotalSeconds, 12, 20);
        await world.UntilAsync(async () => (await world.Runtime.ListSandboxesAsync(SandboxFilter.All, default)).Count == 0);
        await world.UntilEventAsync("slow", "Normal Killing Stopping container c");
    }

    [Fact]
    public async Task A_container_that_does_not_end_is_killed_after_the_grace()
    {
        await using var world = await KubeletWorld.StartAsync();
        await world.CreateAsync("stubborn", """ "terminationGracePeriodSeconds":5,"containers":[{"name":"c","image":"nginx"}] """, """{"keelson.dev/stop-after":"1000s"}""");
        await world.UntilAsync("stubborn", pod => pod.IsReady());
        var begin = world.Clock.GetUtcNow();
        await world.Pods.DeleteAsync("stubborn");
        await world.UntilGoneAsync("stubborn");
        Assert.InRange((world.Clock.GetUtcNow() - begin).TotalSeconds, 5, 9);
    }

    [Fact]
    public async Task A_forced_deletion_cuts_the_grace_short()
    {
        await using var world = await KubeletWorld.StartAsync();
        await world.CreateAsync("forced", annotations: """{"keelson.dev/stop-after":"1000s"}""");
        await world.UntilAsync("forced", pod => pod.IsReady());
        await world.Pods.DeleteAsync("forced");
        await world.UntilAsync("forced", pod => pod.Metadata.DeletionTimestamp is not null);
        var begin = world.Clock.GetUtcNow();
        await world.Pods.DeleteAsync("forced", new DeleteOptions { GracePeriodSeconds = 0 });
        await world.UntilAsync(async () => (await world.Runtime.ListSandboxesAsync(SandboxFilter.All, default)).Count == 0);
        Assert.InRange((world.Clock.GetUtcNow() - begin).TotalSeconds, 0, 5);
    }

    [Fact]
    public async Task Init_containers_run_in_order_before_the_others()
    {
        await using var world = await KubeletWorld.StartAsync();
        await world.CreateAsync(
            "ordered", """ "initContainers":[{"name":"a","image":"x"},{"name":"side","image":"x","restartPolicy":"Always"},{"name":"b","image":"x"}],"containers":[{"name":"c","image":"nginx"}] """,
            """{"keelson.dev/exit-after.a":"3s","keelson.dev/exit-after.b":"4s"}""");
        var waiting = await world.UntilAsync("ordered", pod => pod.Status.InitContainerStatuses.Count == 3 && pod.Container("a").State.Running is not null);
        Assert.Equal("PodInitializing", waiting.Container().State.Waiting!.Reason);
        Assert.Equal("containers with incomplete status: [a side b]", waiting.Condition("Initialized").Message);
        var pod = await world.UntilAsync("ordered", pod => pod.IsReady());
        var (a, b, side, c) = (pod.Container("a").State.Terminated!, pod.Container("b").State.Terminated!, pod.Container("side").State.Running!, pod.Container().State.Running!);
        Assert.True(a.FinishedAt <= side.StartedAt && side.StartedAt <= b.StartedAt && b.FinishedAt <= c.StartedAt);
        Assert.Equal("Completed", a.Reason);
    }

    [Theory]
    [InlineData("Never", "0", "Succeeded", "PodCompleted")]
    [InlineData("Never", "3", "Failed", "PodFailed")]
    [InlineData("OnFailure", "0", "Succeeded", "PodCompleted")]
    public async Task A_pod_that_ends_has_the_phase_of_its_end(string policy, string code, string phase, string reason)
    {
        await using var world = await KubeletWorld.StartAsync();
        await world.CreateAsync("job", $$""" "restartPolicy":"{{policy}}","containers":[{"name":"c","image":"x"}] """, $$"""{"keelson.dev/exit-after":"2s","keelson.dev/exit-code":"{{code}}"}""");
        var pod = await world.UntilAsync("job", pod => pod.Status.Phase == phase);
        Assert.Equal(0, pod.Container().RestartCount);
        Assert.Equal(reason, pod.Condition("Ready").Reason);
    }

    [Fact]
    public async Task A_pod_that_works_past_its_deadline_fails()
    {
        await using var world = await KubeletWorld.StartAsync();
        await world.CreateAsync("late", """ "activeDeadlineSeconds":30,"containers":[{"name":"c","image":"x"}] """);
        await world.UntilAsync("late", pod => pod.IsReady());
        var pod = await world.UntilAsync("late", pod => pod.Status.Phase == "Failed");
        Assert.Equal("DeadlineExceeded", pod.Status.Reason);
        Assert.NotNull(pod.Container().State.Terminated);
    }

    [Fact]
    public async Task A_readiness_probe_decides_readiness()
    {
        await using var world = await KubeletWorld.StartAsync();
        await world.CreateAsync(
            "probed", """ "containers":[{"name":"c","image":"x","readinessProbe":{"httpGet":{"port":80},"periodSeconds":5}}] """, """{"keelson.dev/unready":"17s"}""");
        var unready = await world.UntilAsync("probed", pod => pod.Container().State.Running is not null);
        Assert.Equal("containers with unready status: [c]", unready.Condition("Ready").Message);
        var ready = await world.UntilAsync("probed", pod => pod.IsReady());
        Assert.InRange((ready.Condition("Ready").LastTransitionTime - ready.Container().State.Running!.StartedAt).TotalSeconds, 17, 25);
        await world.UntilEventAsync("probed", "Warning Unhealthy Readiness probe failed: the container declares itself unhealthy");
    }

    [Fact]
    public async Task A_container_that_fails_its_liveness_probe_is_restarted()
    {
        await using var world = await KubeletWorld.StartAsync();
        await world.CreateAsync(
            "sick", """ "containers":[{"name":"c","image":"x","livenessProbe":{"httpGet":{"port":80},"periodSeconds":2,"failureThreshold":2}}] """, """{"keelson.dev/unhealthy-after":"30s"}""");
        var pod = await world.UntilAsync("sick", pod => pod.Container().RestartCount == 1 && pod.Container().State.Running is not null);
        Assert.NotNull(pod.Container().LastState.Terminated);
        await world.UntilEventAsync("sick", "Normal Killing Container c failed liveness probe, will be restarted");
    }

    [Fact]
    public async Task A_readiness_gate_holds_a_pod_back_until_somebody_opens_it()
    {
        await using var world = await KubeletWorld.StartAsync();
        await world.CreateAsync("gated", """ "readinessGates":[{"conditionType":"example.com/open"}],"containers":[{"name":"c","image":"x","startupProbe":{"tcpSocket":{"port":80}},"livenessProbe":{"tcpSocket":{"port":80}}}] """);
        var held = await world.UntilAsync("gated", pod => pod.Container().Ready);
        Assert.Equal("ReadinessGatesNotReady", held.Condition("Ready").Reason);
        Assert.Equal("corresponding condition of pod readiness gate \"example.com/open\" does not exist.", held.Condition("Ready").Message);
        var open = """{"status":{"conditions":[{"type":"example.com/open","status":"True"}]}}"""u8.ToArray();
        await world.Pods.PatchAsync("gated", Keelson.Client.Resources.PatchBody.Strategic(open), subresource: "status");
        await world.UntilAsync("gated", pod => pod.IsReady());
    }

    [Fact]
    public async Task A_missing_image_is_pulled_again_with_pauses()
    {
        await using var world = await KubeletWorld.StartAsync();
        await world.CreateAsync("pull", """ "containers":[{"name":"c","image":"missing"}] """);
        await world.UntilAsync("pull", pod => pod.Container().State.Waiting?.Reason == "ErrImagePull");
        var pod = await world.UntilAsync("pull", pod => pod.Container().State.Waiting?.Reason == "ImagePullBackOff");
        Assert.StartsWith("Back-off pulling image \"missing\"", pod.Container().State.Waiting!.Message, StringComparison.Ordinal);
        Assert.Equal("Pending", pod.Status.Phase);
    }

    [Fact]
    public async Task An_image_that_must_not_be_pulled_has_to_be_there()
    {
        await using var world = await KubeletWorld.StartAsync();
        await world.CreateAsync("never", """ "containers":[{"name":"c","image":"local","imagePullPolicy":"Never"}] """);
        await world.UntilAsync("never", pod => pod.Container().State.Waiting?.Reason == "ErrImageNeverPull");
        world.Runtime.AddImage("local");
        await world.UntilAsync("never", pod => pod.IsReady());
    }

    [Fact]
    public async Task A_kubelet_that_comes_back_disturbs_nothing_and_removes_orphans()
    {
        await using var world = await KubeletWorld.StartAsync();
        await world.CreateAsync("stays");
        await world.CreateAsync("orphan");
        var before = await world.UntilAsync("stays", pod => pod.IsReady());
        await world.UntilAsync("orphan", pod => pod.IsReady());
        await world.StopKubeletAsync();
        await world.Pods.DeleteAsync("orphan", new DeleteOptions { GracePeriodSeconds = 0 });
        Assert.Null(await world.Pods.FindAsync("orphan"));
        world.StartKubelet();
        await world.UntilAsync(async () => (await world.Runtime.ListSandboxesAsync(SandboxFilter.All, default)).Count == 1);
        await world.CreateAsync("later");
        await world.UntilAsync("later", pod => pod.IsReady());
        var after = await world.Pods.GetAsync("stays");
        Assert.Equal(before.Container().ContainerID, after.Container().ContainerID);
        Assert.Equal(0, after.Container().RestartCount);
        Assert.True(after.IsReady());
    }

    [Fact]
    public async Task A_missing_config_map_holds_the_container_back_and_its_values_reach_it()
    {
        await using var world = await KubeletWorld.StartAsync();
        await world.CreateAsync(
            "env", """ "containers":[{"name":"c","image":"x","env":[{"name":"A","valueFrom":{"configMapKeyRef":{"name":"m","key":"k"}}},{"name":"B","value":"$(A)-$(NONE)-$$(A)"}],"args":["$(B)"]}] """);
        var held = await world.UntilAsync("env", pod => pod.Container().State.Waiting?.Reason == "CreateContainerConfigError");
        Assert.Equal("configmap \"m\" not found", held.Container().State.Waiting!.Message);
        await world.Client.Resource<ConfigMap>().In("default").CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "m" }, Data = new Dictionary<string, string> { ["k"] = "v" } });
        await world.UntilAsync("env", pod => pod.IsReady());
    }

    [Fact]
    public async Task A_changed_config_map_reaches_the_volume()
    {
        var root = Directory.CreateTempSubdirectory("keelson-kubelet-").FullName;
        try
        {
            await using var world = await KubeletWorld.StartAsync(root: root);
            var maps = world.Client.Resource<ConfigMap>().In("default");
            var map = await maps.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "m" }, Data = new Dictionary<string, string> { ["k"] = "one", ["gone"] = "x" } });
            await world.CreateAsync("vol", """ "volumes":[{"name":"v","configMap":{"name":"m"}},{"name":"e","emptyDir":{}}],"containers":[{"name":"c","image":"x","volumeMounts":[{"name":"v","mountPath":"/v"}]}] """);
            var pod = await world.UntilAsync("vol", pod => pod.IsReady());
            var folder = Path.Combine(root, "pods", pod.Metadata.Uid, "volumes", "kubernetes.io~configmap", "v");
            Assert.Equal("one", await File.ReadAllTextAsync(Path.Combine(folder, "k")));
            // A kubelet that comes back goes on with what it finds.
            await world.StopKubeletAsync();
            world.StartKubelet();
            await maps.UpdateAsync(map with { Data = new Dictionary<string, string> { ["k"] = "two" } });
            await world.UntilAsync(() => Task.FromResult(File.ReadAllText(Path.Combine(folder, "k")) == "two" && !Path.Exists(Path.Combine(folder, "gone"))));
            await world.Pods.DeleteAsync("vol");
            await world.UntilGoneAsync("vol");
            await world.UntilAsync(() => Task.FromResult(!Directory.Exists(Path.Combine(root, "pods", pod.Metadata.Uid))));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public async Task A_full_node_refuses_one_more_pod_and_takes_it_when_another_has_ended()
    {
        await using var world = await KubeletWorld.StartAsync(withKubelet: false);
        world.StartKubelet(world.Options with { Capacity = Keelson.Api.ApiMap<Keelson.Api.Quantity>.From(("cpu", Keelson.Api.Quantity.Parse("1")), ("memory", Keelson.Api.Quantity.Parse("1Gi")), ("pods", Keelson.Api.Quantity.Parse("2"))) });
        await world.CreateAsync("one");
        await world.CreateAsync("two", annotations: """{"keelson.dev/exit-after":"60s"}""", spec: """ "restartPolicy":"Never","containers":[{"name":"c","image":"x","resources":{"requests":{"cpu":"600m"}}}] """);
        await world.UntilAsync("two", pod => pod.Container().State.Running is not null);
        await world.UntilAsync("one", pod => pod.IsReady());
        await world.CreateAsync("three");
        var refused = await world.UntilAsync("three", pod => pod.Status.Phase == "Failed");
        Assert.Equal("OutOfpods", refused.Status.Reason);
        Assert.Equal("Pod was rejected: Node didn't have enough resource: pods, requested: 1, used: 2, capacity: 2", refused.Status.Message);
        await world.UntilAsync("two", pod => pod.Status.Phase == "Succeeded");
        await world.CreateAsync("four", spec: """ "containers":[{"name":"c","image":"x","resources":{"requests":{"cpu":"600m"}}}] """);
        await world.UntilAsync("four", pod => pod.IsReady());
        await world.Pods.DeleteAsync("four");
        await world.UntilGoneAsync("four");
        await world.CreateAsync("five", spec: """ "containers":[{"name":"c","image":"x","resources":{"requests":{"cpu":"600m"}}}] """);
        await world.UntilAsync("five", pod => pod.IsReady());
    }

    [Fact]
    public async Task A_container_whose_image_changes_is_made_anew()
    {
        await using var world = await KubeletWorld.StartAsync();
        await world.CreateAsync("changed");
        var before = await world.UntilAsync("changed", pod => pod.IsReady());
        await world.Pods.UpdateAsync(before with { Spec = before.Spec with { Containers = [before.Spec.Containers[0] with { Image = "nginx:2" }] } });
        var after = await world.UntilAsync("changed", pod => pod.Container().RestartCount == 1 && pod.IsReady());
        Assert.NotEqual(before.Container().ContainerID, after.Container().ContainerID);
    }

    [Fact]
    public async Task Five_hundred_pods_on_ten_nodes_become_ready()
    {
        await using var world = await KubeletWorld.StartAsync(withKubelet: false);
        var nodes = new SimulatedNodes(world.Client, [.. Enumerable.Range(1, 10).Select(number => $"node-{number}")], world.Clock);
        world.Run(nodes.RunAsync);
        for (var number = 0; number < 500; number++) await world.CreateAsync($"pod-{number}", node: $"node-{(number % 10) + 1}");
        await world.UntilAsync(async () => (await world.Pods.ListAsync()).Items.All(pod => pod.IsReady()));
        var pods = (await world.Pods.ListAsync()).Items;
        Assert.Equal(500, pods.Count);
        Assert.Equal(500, pods.Select(pod => pod.Status.PodIP).Distinct().Count());
        await world.StopKubeletAsync();
        await nodes.DisposeAsync();
    }
}
