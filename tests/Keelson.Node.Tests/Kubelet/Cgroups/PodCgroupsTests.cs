using System.Text;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Node.Kubelet.Cgroups;

namespace Keelson.Node.Tests.Kubelet.Cgroups;

/// <summary>Groups of version 2 in a folder that has the kernel's files; version 1 is proved with the kernel itself, beside real pods.</summary>
public sealed class PodCgroupsTests : IDisposable
{
    private static readonly string[] Files = ["cgroup.controllers", "cgroup.subtree_control", "cpu.weight", "cpu.max", "memory.max"];

    private readonly string _mount = Directory.CreateTempSubdirectory("keelson-groups-").FullName;

    public void Dispose() => Directory.Delete(_mount, recursive: true);

    [Fact]
    public void Version_2_is_found_alone_and_version_1_wins_beside_it()
    {
        const string Unified = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw";
        const string Memory = "31 23 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory";
        const string Cpu = "32 23 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct";
        Assert.Equal("/sys/fs/cgroup", CgroupMounts.Parse([Unified]).Unified);
        var both = CgroupMounts.Parse([Unified, Memory, Cpu, "nonsense", "1 2 3 - cgroup"]);
        Assert.Null(both.Unified);
        Assert.Equal("/sys/fs/cgroup/cpu,cpuacct", both.Hierarchies["cpu"]);
        Assert.Equal(3, both.All.Count);
    }

    [Fact]
    public void Version_2_has_weights_and_maxima_and_hands_controllers_down()
    {
        foreach (var group in new[] { "", "k", "k/kubepods", "k/kubepods/burstable", "k/kubepods/besteffort", "k/kubepods/burstable/podu" }) MakeFiles(group);
        var groups = new PodCgroups(new CgroupMounts(new Dictionary<string, string>(), [_mount], _mount), "k");
        groups.Prepare(4000, 1L << 30);
        var pod = ApiJson.Decode<Pod>(Encoding.UTF8.GetBytes("""
            {"metadata":{"name":"p","namespace":"n","uid":"u"},"status":{"qosClass":"Burstable"},
             "spec":{"containers":[{"name":"c","image":"x","resources":{"requests":{"cpu":"500m"},"limits":{"cpu":"1","memory":"64Mi"}}}]}}
            """));
        Assert.Equal("/k/kubepods/burstable/podu", groups.Apply(pod));
        Assert.Equal("20", Read("k/kubepods/burstable/podu/cpu.weight"));
        Assert.Equal("100000 100000", Read("k/kubepods/burstable/podu/cpu.max"));
        Assert.Equal("67108864", Read("k/kubepods/burstable/podu/memory.max"));
        Assert.Equal("1073741824", Read("k/kubepods/memory.max"));
        Assert.Equal("20", Read("k/kubepods/burstable/cpu.weight"));
        foreach (var group in new[] { "", "k", "k/kubepods", "k/kubepods/burstable" }) Assert.Equal("+cpu +memory +pids", Read($"{group}/cgroup.subtree_control"));
        Assert.Equal(["u"], groups.Uids());
    }

    private void MakeFiles(string group)
    {
        Directory.CreateDirectory(Path.Combine(_mount, group));
        foreach (var file in Files) File.WriteAllText(Path.Combine(_mount, group, file), file == "cgroup.controllers" ? "cpu memory pids rdma\n" : "");
    }

    private string Read(string file) => File.ReadAllText(Path.Combine(_mount, file.TrimStart('/')));
}
