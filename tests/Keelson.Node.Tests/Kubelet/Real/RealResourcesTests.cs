using System.Globalization;
using Keelson.Api.Core.V1;
using Keelson.Client.Resources;
using Keelson.Node.Kubelet.Cgroups;

namespace Keelson.Node.Tests.Kubelet.Real;

[Collection(nameof(RealKubelet))]
public sealed class RealResourcesTests
{
    private readonly RealKubelet _kubelet;
    private readonly CgroupMounts _mounts = CgroupMounts.Read();

    public RealResourcesTests(RealKubelet kubelet)
    {
        kubelet.Require();
        _kubelet = kubelet;
    }

    [Fact]
    public async Task Requests_and_limits_are_in_the_groups_of_container_and_pod()
    {
        await _kubelet.CreateAsync("amounts", """
            "containers":[{"name":"c","image":"IMAGE","command":["/bin/sleep","1000"],"resources":{"requests":{"cpu":"250m","memory":"16Mi"},"limits":{"cpu":"500m","memory":"64Mi"}}},
                          {"name":"d","image":"IMAGE","command":["/bin/sleep","1000"],"resources":{"requests":{"cpu":"100m","memory":"16Mi"},"limits":{"cpu":"200m","memory":"32Mi"}}}]
            """);
        var pod = await _kubelet.UntilReadyAsync("amounts");
        Assert.Equal("Burstable", pod.Status.QosClass);
        var group = Group(pod, "burstable/");
        Assert.Equal(Shares(350 * 1024 / 1000), Cpu(group, "cpu.shares", "cpu.weight"));
        Assert.Equal(70_000, Quota(group));
        Assert.Equal(96L << 20, Memory(group));
        var inner = $"{group}/{Id(pod)}";
        Assert.Equal(Shares(256), Cpu(inner, "cpu.shares", "cpu.weight"));
        Assert.Equal(50_000, Quota(inner));
        Assert.Equal(64L << 20, Memory(inner));
        await _kubelet.DeleteAsync("amounts");
        await _kubelet.UntilAsync(() => Task.FromResult(_mounts.All.All(mount => !Directory.Exists($"{mount}/{group}"))));
    }

    [Theory]
    [InlineData("besteffort/", "", "BestEffort")]
    [InlineData("", ""","resources":{"limits":{"cpu":"100m","memory":"32Mi"}}""", "Guaranteed")]
    public async Task A_pod_lies_in_the_group_of_its_class(string kind, string resources, string quality)
    {
        var name = quality.ToLowerInvariant();
        await _kubelet.RunAsync(name, "exec sleep 1000", resources);
        var pod = await _kubelet.UntilReadyAsync(name);
        Assert.Equal(quality, pod.Status.QosClass);
        Assert.True(Directory.Exists($"{Mount("memory")}/{Group(pod, kind)}/{Id(pod)}"));
        await _kubelet.DeleteAsync(name);
    }

    [Fact]
    public async Task A_running_container_gets_other_amounts_without_a_restart()
    {
        await _kubelet.RunAsync("resized", "exec sleep 1000", ""","resources":{"requests":{"cpu":"100m","memory":"16Mi"},"limits":{"cpu":"200m","memory":"32Mi"}},"resizePolicy":[{"resourceName":"memory","restartPolicy":"RestartContainer"}]""");
        var pod = await _kubelet.UntilReadyAsync("resized");
        var inner = $"{Group(pod, "burstable/")}/{Id(pod)}";
        await ResizeAsync("""{"cpu":"200m","memory":"16Mi"}""", """{"cpu":"400m","memory":"32Mi"}""");
        await _kubelet.UntilAsync(() => Task.FromResult(Quota(inner) == 40_000 && Cpu(inner, "cpu.shares", "cpu.weight") == Shares(204)));
        var changed = await _kubelet.UntilAsync("resized", pod => pod.Container().Resources?.Limits["cpu"].ToString() == "400m");
        Assert.Equal(0, changed.Container().RestartCount);
        Assert.Equal(40_000, Quota(Group(pod, "burstable/")));

        await ResizeAsync("""{"cpu":"200m","memory":"16Mi"}""", """{"cpu":"400m","memory":"48Mi"}""");
        var restarted = await _kubelet.UntilAsync("resized", pod => pod.Container().RestartCount == 1 && pod.IsReady());
        Assert.Equal(48L << 20, Memory($"{Group(pod, "burstable/")}/{Id(restarted)}"));

        await ResizeAsync("""{"cpu":"300","memory":"16Mi"}""", """{"cpu":"400","memory":"48Mi"}""");
        var refused = await _kubelet.UntilAsync("resized", pod => pod.Status.Conditions.Any(condition => condition.Type == "PodResizePending"));
        Assert.Equal("Infeasible", refused.Condition("PodResizePending").Reason);
        Assert.Equal("Node didn't have enough capacity: cpu, requested: 300000, capacity: 4000", refused.Condition("PodResizePending").Message);
        await ResizeAsync("""{"cpu":"200m","memory":"16Mi"}""", """{"cpu":"400m","memory":"48Mi"}""");
        await _kubelet.UntilAsync("resized", pod => pod.Status.Conditions.All(condition => condition.Type != "PodResizePending"));
        await _kubelet.DeleteAsync("resized");
    }

    private Task ResizeAsync(string requests, string limits)
    {
        var patch = $$$"""{"spec":{"containers":[{"name":"c","resources":{"requests":{{{requests}}},"limits":{{{limits}}} } }]}}""";
        return _kubelet.Pods.PatchAsync("resized", PatchBody.Strategic(System.Text.Encoding.UTF8.GetBytes(patch)), subresource: "resize");
    }

    private string Group(Pod pod, string kind) => $"{_kubelet.CgroupRoot}/kubepods/{kind}pod{pod.Metadata.Uid}";

    private static string Id(Pod pod) => pod.Container().ContainerID.Split("//")[1];

    private string Mount(string controller) => _mounts.Unified ?? _mounts.Hierarchies[controller];

    private long Cpu(string group, string first, string second) => Number(File.ReadAllText($"{Mount("cpu")}/{group}/{(_mounts.Unified is null ? first : second)}"));

    private long Quota(string group) =>
        _mounts.Unified is { } unified ? Number(File.ReadAllText($"{unified}/{group}/cpu.max").Split(' ')[0]) : Number(File.ReadAllText($"{Mount("cpu")}/{group}/cpu.cfs_quota_us"));

    private long Memory(string group) => Number(File.ReadAllText($"{Mount("memory")}/{group}/{(_mounts.Unified is null ? "memory.limit_in_bytes" : "memory.max")}"));

    private long Shares(long shares) => _mounts.Unified is null ? shares : 1 + ((shares - 2) * 9999 / 262142);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
