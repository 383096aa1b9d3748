using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Node.Kubelet.Cgroups;
using Keelson.Node.Kubelet.Images;
using Keelson.Node.Runtime;
using Keelson.Node.Tests.Runtime.Containerd;

namespace Keelson.Node.Tests.Kubelet.Real;

[Collection(nameof(RealKubelet))]
public sealed class RealNodeTests
{
    private readonly RealKubelet _kubelet;

    public RealNodeTests(RealKubelet kubelet)
    {
        kubelet.Require();
        _kubelet = kubelet;
    }

    [Fact]
    public async Task A_kubelet_that_comes_back_disturbs_nothing_and_removes_what_is_gone()
    {
        await _kubelet.RunAsync("stays", "exec sleep 1000", ""","readinessProbe":{"exec":{"command":["/bin/true"]},"periodSeconds":1},"volumeMounts":[{"name":"m","mountPath":"/m"}]""", ""","volumes":[{"name":"m","emptyDir":{"medium":"Memory"}}] """);
        await _kubelet.RunAsync("orphan", "exec sleep 1000", ""","volumeMounts":[{"name":"m","mountPath":"/m"}]""", ""","volumes":[{"name":"m","emptyDir":{"medium":"Memory"}}] """);
        var stays = await _kubelet.UntilReadyAsync("stays");
        var orphan = await _kubelet.UntilReadyAsync("orphan");
        await _kubelet.StopKubeletAsync();
        await _kubelet.Pods.DeleteAsync("orphan", new DeleteOptions { GracePeriodSeconds = 0 });
        // What a kubelet would leave that was killed in the middle of removing a pod.
        var lost = Path.Combine(_kubelet.RootDirectory, "pods", "00000000-lost");
        Directory.CreateDirectory(Path.Combine(lost, "volumes"));
        Directory.CreateDirectory(Path.Combine(_kubelet.LogDirectory, "default_lost_00000000-lost"));
        _kubelet.StartKubelet();
        await _kubelet.UntilAsync(async () => !(await _kubelet.Runtime.ListSandboxesAsync(SandboxFilter.All, default)).Any(sandbox => sandbox.Uid == orphan.Metadata.Uid));
        await _kubelet.UntilAsync(() => Task.FromResult(
            !Directory.Exists(Path.Combine(_kubelet.RootDirectory, "pods", orphan.Metadata.Uid)) && !Directory.Exists(lost) && !Directory.Exists(_kubelet.LogFolder(orphan))
            && !Directory.Exists(Path.Combine(_kubelet.LogDirectory, "default_lost_00000000-lost"))
            && CgroupMounts.Read().All.All(mount => !Directory.Exists($"{mount}/{_kubelet.CgroupRoot}/kubepods/besteffort/pod{orphan.Metadata.Uid}"))));
        await _kubelet.RunAsync("later", "exec sleep 1000");
        await _kubelet.UntilReadyAsync("later");
        var after = await _kubelet.Pods.GetAsync("stays");
        Assert.Equal(stays.Container().ContainerID, after.Container().ContainerID);
        Assert.Equal(0, after.Container().RestartCount);
        Assert.Equal(stays.Condition("Ready").LastTransitionTime, after.Condition("Ready").LastTransitionTime);
        Assert.Equal("", await _kubelet.ExecAsync(after, "echo x >/m/still"));
        await _kubelet.DeleteAsync("stays");
        await _kubelet.DeleteAsync("later");
    }

    [Fact]
    public async Task What_the_node_cannot_carry_is_refused()
    {
        await RefusedAsync("much-cpu", ""","resources":{"requests":{"cpu":"100"}}""", "", "OutOfcpu", "Pod was rejected: Node didn't have enough resource: cpu, requested: 100000, used: 0, capacity: 4000");
        await RefusedAsync("much-memory", ""","resources":{"requests":{"memory":"100Gi"}}""", "", "OutOfmemory", "Pod was rejected: Node didn't have enough resource: memory, requested: 107374182400, used: 0, capacity: 8589934592");
        await RefusedAsync("elsewhere", "", ""","nodeSelector":{"disk":"fast"} """, "NodeAffinity", "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector");
        await _kubelet.RunAsync("port", "exec sleep 1000", ""","ports":[{"containerPort":80,"hostPort":8099}]""");
        await _kubelet.UntilAsync("port", pod => pod.Status.StartTime is not null);
        await RefusedAsync("sameport", "", ""","hostNetwork":true """, "NodePorts", "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports", ""","ports":[{"containerPort":8099,"hostPort":8099}]""");
        await _kubelet.DeleteAsync("port");
    }

    [Fact]
    public async Task Images_are_pulled_as_the_policy_says()
    {
        await _kubelet.CreateAsync("never", """ "containers":[{"name":"c","image":"docker.io/library/absent:1","imagePullPolicy":"Never"}] """);
        var never = await _kubelet.UntilAsync("never", pod => pod.Container().State.Waiting?.Reason == "ErrImageNeverPull");
        Assert.Equal("Container image \"docker.io/library/absent:1\" is not present with pull policy of Never", never.Container().State.Waiting!.Message);
        await _kubelet.CreateAsync("invalid", """ "containers":[{"name":"c","image":"Not A Name"}] """);
        await _kubelet.UntilAsync("invalid", pod => pod.Container().State.Waiting?.Reason == "InvalidImageName");
        await _kubelet.CreateAsync("absent", """ "containers":[{"name":"c","image":"docker.io/library/absent:2"}] """);
        await _kubelet.UntilAsync("absent", pod => pod.Container().State.Waiting?.Reason == "ErrImagePull");
        await _kubelet.UntilAsync("absent", pod => pod.Container().State.Waiting?.Reason == "ImagePullBackOff");
        await _kubelet.UntilEventAsync("absent", "Warning Failed Error: ErrImagePull");
        foreach (var name in new[] { "never", "invalid", "absent" }) await _kubelet.DeleteAsync(name);
    }

    [Fact]
    public async Task A_private_image_is_pulled_with_the_secret_of_the_pod()
    {
        const string Name = "docker.io/private/tool:1";
        _kubelet.Containerd.Registry.Add("private/tool", RealContainerd.BusyboxArchive(Name));
        await _kubelet.CreateAsync("stranger", $$""" "containers":[{"name":"c","image":"{{Name}}","command":["/bin/true"]}] """);
        await _kubelet.UntilAsync("stranger", pod => pod.Container().State.Waiting?.Reason == "ErrImagePull");
        await _kubelet.Client.Resource<Secret>().In("default").CreateAsync(new Secret
        {
            Metadata = new ObjectMeta { Name = "puller" },
            Type = "kubernetes.io/dockerconfigjson",
            Data = new Dictionary<string, Bytes> { [".dockerconfigjson"] = Bytes.FromUtf8("""{"auths":{"https://index.docker.io/v1/":{"username":"somebody","password":"secret"}}}""") },
        });
        await _kubelet.CreateAsync("friend", $$""" "restartPolicy":"Never","imagePullSecrets":[{"name":"puller"}],"containers":[{"name":"c","image":"{{Name}}","command":["/bin/true"]}] """);
        await _kubelet.UntilSucceededAsync("friend");
        Assert.Contains(await _kubelet.EventsAsync("friend"), text => text.StartsWith($"Normal Pulled Successfully pulled image \"{Name}\" in ", StringComparison.Ordinal));
        await _kubelet.DeleteAsync("stranger");
    }

    [Fact]
    public async Task Images_that_nobody_uses_go_when_the_disk_is_full()
    {
        const string Unused = "docker.io/library/busybox:unused";
        await _kubelet.Containerd.ImportAsync(RealContainerd.BusyboxArchive(Unused));
        await _kubelet.RunAsync("user-of-image", "exec sleep 1000");
        await _kubelet.UntilReadyAsync("user-of-image");
        var warnings = new List<string>();
        var collector = new ImageCollector(_kubelet.Options with { ImageLeastAge = TimeSpan.Zero, DiskUsage = _ => (1000, 900) }, (reason, message) => warnings.Add($"{reason} {message}"));
        await collector.CollectAsync(default);
        var names = (await _kubelet.Runtime.ListImagesAsync(default)).SelectMany(image => image.Tags).ToList();
        Assert.Contains(RealKubelet.Image, names);
        Assert.Empty(warnings);
        await collector.CollectAsync(default);
        foreach (var _ in Enumerable.Range(0, 10)) await collector.CollectAsync(default);
        names = [.. (await _kubelet.Runtime.ListImagesAsync(default)).SelectMany(image => image.Tags)];
        Assert.DoesNotContain(Unused, names);
        Assert.Contains(RealKubelet.Image, names);
        Assert.Contains("FreeDiskSpaceFailed Failed to garbage collect required amount of images. Attempted to free 100 bytes, but only found 0 bytes eligible to free.", warnings);
        Assert.NotNull(await _kubelet.Runtime.GetImageAsync(_kubelet.Containerd.Options.SandboxImage, default));
        foreach (var (name, user) in RealKubelet.Images) await _kubelet.Containerd.ImportAsync(RealContainerd.BusyboxArchive(name, user));
        await _kubelet.DeleteAsync("user-of-image");
    }

    private async Task RefusedAsync(string name, string container, string spec, string reason, string message, string ports = "")
    {
        await _kubelet.RunAsync(name, "exec sleep 1000", container + ports, spec);
        var pod = await _kubelet.UntilAsync(name, pod => pod.Status.Phase == PodPhase.Failed);
        Assert.Equal(reason, pod.Status.Reason);
        Assert.Equal(message, System.Text.RegularExpressions.Regex.Replace(pod.Status.Message, "used: [0-9]+", "used: 0"));
        Assert.Empty(pod.Status.ContainerStatuses);
        await _kubelet.UntilEventAsync(name, $"Warning {reason} {pod.Status.Message["Pod was rejected: ".Length..]}");
        await _kubelet.DeleteAsync(name);
    }
}
