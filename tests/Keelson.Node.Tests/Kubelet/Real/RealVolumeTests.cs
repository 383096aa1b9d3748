using System.Text;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client.Resources;

namespace Keelson.Node.Tests.Kubelet.Real;

[Collection(nameof(RealKubelet))]
public sealed class RealVolumeTests
{
    private readonly RealKubelet _kubelet;

    public RealVolumeTests(RealKubelet kubelet)
    {
        kubelet.Require();
        _kubelet = kubelet;
    }

    [Fact]
    public async Task Empty_directories_are_on_disk_or_in_memory()
    {
        var output = await _kubelet.OutputAsync("empty", "stat -c %a /disk /mem; grep ' /mem ' /proc/mounts; dd if=/dev/zero of=/mem/big bs=1M count=8 2>/dev/null || echo full", """
            ,"volumeMounts":[{"name":"d","mountPath":"/disk"},{"name":"m","mountPath":"/mem"}]
            """, ""","volumes":[{"name":"d","emptyDir":{}},{"name":"m","emptyDir":{"medium":"Memory","sizeLimit":"4Mi"}}] """);
        var lines = output.Split('\n');
        Assert.Equal(["777", "777"], lines[..2]);
        Assert.StartsWith("tmpfs /mem tmpfs", lines[2], StringComparison.Ordinal);
        Assert.Contains("size=4096k", lines[2], StringComparison.Ordinal);
        Assert.Equal("full", lines[3]);
        var pod = await _kubelet.Pods.GetAsync("empty");
        await _kubelet.DeleteAsync("empty");
        await _kubelet.UntilAsync(() => Task.FromResult(!Directory.Exists(Path.Combine(_kubelet.RootDirectory, "pods", pod.Metadata.Uid))));
    }

    [Fact]
    public async Task A_group_of_the_pod_owns_its_volumes()
    {
        await MakeSecretAsync("grouped", "inside");
        var output = await _kubelet.OutputAsync("fsgroup", "stat -c '%g %a' /disk; stat -Lc '%g %a' /secret/key; id -G; echo x >/disk/new && stat -c %g /disk/new; cat /secret/key", """
            ,"volumeMounts":[{"name":"d","mountPath":"/disk"},{"name":"s","mountPath":"/secret"}]
            """, ""","securityContext":{"runAsUser":1000,"fsGroup":2345},"volumes":[{"name":"d","emptyDir":{}},{"name":"s","secret":{"secretName":"grouped","defaultMode":256}}] """);
        var lines = output.Split('\n');
        Assert.Equal("2345 2777", lines[0]);
        Assert.Equal("2345 440", lines[1]);
        Assert.Contains("2345", lines[2], StringComparison.Ordinal);
        Assert.Equal(["2345", "inside"], lines[3..5]);
    }

    [Fact]
    public async Task Secrets_lie_in_memory_and_config_maps_show_chosen_keys()
    {
        await MakeSecretAsync("kept", "hidden");
        await MakeMapAsync("chosen", ("a", "1"), ("b", "2"));
        var output = await _kubelet.OutputAsync("files", "grep ' /secret ' /proc/mounts; cat /secret/key; echo; ls /map; cat /map/sub/renamed; echo; stat -Lc %a /map/sub/renamed; ls -a /none | grep -vc '^\\.'; echo x >/map/y || echo read only", """
            ,"volumeMounts":[{"name":"s","mountPath":"/secret","readOnly":true},{"name":"m","mountPath":"/map"},{"name":"n","mountPath":"/none"}]
            """, """
            ,"volumes":[{"name":"s","secret":{"secretName":"kept"}},{"name":"n","configMap":{"name":"absent","optional":true}},
                        {"name":"m","configMap":{"name":"chosen","items":[{"key":"b","path":"sub/renamed","mode":288}]}}]
            """);
        var lines = output.Split('\n');
        Assert.StartsWith("tmpfs /secret tmpfs ro", lines[0], StringComparison.Ordinal);
        Assert.Equal(["hidden", "sub", "2", "440", "0"], lines[1..6]);
        Assert.Contains("read only", lines);
    }

    [Fact]
    public async Task A_missing_secret_holds_the_pod_back_and_is_told()
    {
        await _kubelet.RunAsync("waits", "exec sleep 1000", ""","volumeMounts":[{"name":"s","mountPath":"/s"}]""", ""","volumes":[{"name":"s","secret":{"secretName":"later"}}] """);
        await _kubelet.UntilEventAsync("waits", "Warning FailedMount MountVolume.SetUp failed for volume \"s\" : secret \"later\" not found");
        Assert.Equal("ContainerCreating", (await _kubelet.Pods.GetAsync("waits")).Container().State.Waiting!.Reason);
        await MakeSecretAsync("later", "here");
        var pod = await _kubelet.UntilReadyAsync("waits");
        Assert.Equal("here", await _kubelet.ExecAsync(pod, "cat /s/key"));
        await _kubelet.DeleteAsync("waits");
    }

    [Fact]
    public async Task A_changed_config_map_is_seen_in_the_container_all_at_once()
    {
        await MakeMapAsync("live", ("a", "one"), ("b", "one"));
        await _kubelet.RunAsync("live", "exec sleep 1000", ""","volumeMounts":[{"name":"m","mountPath":"/m"},{"name":"m","mountPath":"/fixed","subPath":"a"}]""", ""","volumes":[{"name":"m","configMap":{"name":"live"}}] """);
        var pod = await _kubelet.UntilReadyAsync("live");
        Assert.Equal("oneone", await _kubelet.ExecAsync(pod, "cat /m/a /m/b"));
        var before = await _kubelet.ExecAsync(pod, "readlink /m/..data");
        await _kubelet.Client.Resource<ConfigMap>().In("default").PatchAsync("live", PatchBody.Merge("""{"data":{"a":"two","b":"two","c":"new"}}"""u8.ToArray()));
        await _kubelet.UntilAsync(async () => await _kubelet.ExecAsync(pod, "cat /m/a /m/b") == "twotwo");
        Assert.NotEqual(before, await _kubelet.ExecAsync(pod, "readlink /m/..data"));
        Assert.Equal("new", await _kubelet.ExecAsync(pod, "cat /m/c"));
        Assert.Equal("one", await _kubelet.ExecAsync(pod, "cat /fixed"));
        await _kubelet.DeleteAsync("live");
    }

    [Fact]
    public async Task A_projected_volume_has_a_token_and_what_the_pod_is()
    {
        await MakeMapAsync("root", ("ca.crt", "certificate"));
        var output = await _kubelet.OutputAsync("projected", "cat /p/token; echo; cat /p/ca.crt; echo; cat /p/labels; echo; cat /p/cpu; echo; stat -Lc '%a' /p/token", """
            ,"resources":{"limits":{"cpu":"1500m"}},"volumeMounts":[{"name":"p","mountPath":"/p"}]
            """, """
            ,"serviceAccountName":"default","volumes":[{"name":"p","projected":{"sources":[
              {"serviceAccountToken":{"path":"token","audience":"tests","expirationSeconds":600}},
              {"configMap":{"name":"root"}},
              {"downwardAPI":{"items":[{"path":"labels","fieldRef":{"fieldPath":"metadata.name"}},{"path":"cpu","resourceFieldRef":{"containerName":"c","resource":"limits.cpu","divisor":"1m"}}]}}]}}]
            """);
        var lines = output.Split('\n');
        var claims = Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(lines[0].Split('.')[1]));
        Assert.Contains("system:serviceaccount:default:default", claims, StringComparison.Ordinal);
        Assert.Contains("\"tests\"", claims, StringComparison.Ordinal);
        Assert.Equal(["certificate", "projected", "1500", "644"], lines[1..5]);
    }

    [Fact]
    public async Task Paths_of_the_node_are_mounted_as_their_type_asks()
    {
        using var folder = new Node.Tests.Runtime.TemporaryDirectory();
        await File.WriteAllTextAsync(folder.File("file"), "from the node");
        var output = await _kubelet.OutputAsync("hostpath", "cat /file; echo; ls -d /made; ls -l /null | cut -c1; echo x >/made/y; (echo z >/ro/z) 2>/dev/null || echo read only", """
            ,"volumeMounts":[{"name":"f","mountPath":"/file"},{"name":"m","mountPath":"/made"},{"name":"n","mountPath":"/null"},{"name":"r","mountPath":"/ro","readOnly":true}]
            """, $$"""
            ,"volumes":[{"name":"f","hostPath":{"path":"{{folder.File("file")}}","type":"File"} },{"name":"m","hostPath":{"path":"{{folder.File("made")}}","type":"DirectoryOrCreate"} },
                        {"name":"n","hostPath":{"path":"/dev/null","type":"CharDevice"} },{"name":"r","hostPath":{"path":"{{folder.Path}}","type":"Directory"} }]
            """);
        Assert.StartsWith("from the node\n/made\n", output, StringComparison.Ordinal);
        Assert.EndsWith("read only", output, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.File("made/y")));
        await _kubelet.RunAsync("notasocket", "true", ""","volumeMounts":[{"name":"s","mountPath":"/s"}]""", $$""","volumes":[{"name":"s","hostPath":{"path":"{{folder.Path}}","type":"Socket"} }] """);
        await _kubelet.UntilEventAsync("notasocket", $"Warning FailedMount MountVolume.SetUp failed for volume \"s\" : hostPath type check failed: {folder.Path} is not a socket file");
        await _kubelet.DeleteAsync("notasocket");
        await _kubelet.DeleteAsync("hostpath");
        Assert.True(File.Exists(folder.File("file")), "what a pod only pointed to stays");
    }

    [Fact]
    public async Task A_pod_whose_directory_grows_beyond_its_limit_is_evicted()
    {
        await _kubelet.RunAsync("hoarder", "dd if=/dev/zero of=/v/big bs=1M count=3; exec sleep 1000", ""","volumeMounts":[{"name":"v","mountPath":"/v"}]""", ""","volumes":[{"name":"v","emptyDir":{"sizeLimit":"1Mi"}}] """);
        var pod = await _kubelet.UntilAsync("hoarder", pod => pod.Status.Phase == PodPhase.Failed);
        Assert.Equal("Evicted", pod.Status.Reason);
        Assert.Equal("Usage of EmptyDir volume \"v\" exceeds the limit \"1Mi\". ", pod.Status.Message);
        Assert.Equal("TerminationByKubelet", pod.Condition("DisruptionTarget").Reason);
        Assert.NotNull(pod.Container().State.Terminated);
    }

    [Fact]
    public async Task A_part_of_a_volume_can_be_named_by_a_variable()
    {
        await _kubelet.CreateAsync("parts", """
            "restartPolicy":"Never","volumes":[{"name":"v","emptyDir":{}}],
            "containers":[{"name":"c","image":"IMAGE","command":["/bin/sh","-c","echo here >/part/f; ls /whole; cat /whole/parts/f"],"env":[{"name":"ME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],
              "volumeMounts":[{"name":"v","mountPath":"/part","subPathExpr":"$(ME)"},{"name":"v","mountPath":"/whole"}]}]
            """);
        Assert.Equal("parts\nhere", _kubelet.Log(await _kubelet.UntilSucceededAsync("parts")));
    }

    [Fact]
    public async Task What_a_container_mounts_reaches_others_where_the_pod_says_so()
    {
        await _kubelet.CreateAsync("propagated", """
            "volumes":[{"name":"v","emptyDir":{}}],
            "containers":[
              {"name":"c","image":"IMAGE","command":["/bin/sh","-c","mkdir -p /v/m; mount -t tmpfs none /v/m; echo seen >/v/m/f; exec sleep 1000"],"securityContext":{"privileged":true},"volumeMounts":[{"name":"v","mountPath":"/v","mountPropagation":"Bidirectional"}]},
              {"name":"d","image":"IMAGE","command":["/bin/sleep","1000"],"volumeMounts":[{"name":"v","mountPath":"/v","mountPropagation":"HostToContainer"}]}]
            """);
        var pod = await _kubelet.UntilReadyAsync("propagated");
        await _kubelet.UntilAsync(async () => await _kubelet.ExecAsync(pod, "cat /v/m/f 2>/dev/null", "d") == "seen");
        await _kubelet.DeleteAsync("propagated");
        await _kubelet.UntilAsync(() => Task.FromResult(!Directory.Exists(Path.Combine(_kubelet.RootDirectory, "pods", pod.Metadata.Uid))));
    }

    private Task MakeSecretAsync(string name, string value) =>
        _kubelet.Client.Resource<Secret>().In("default").CreateAsync(new Secret { Metadata = new ObjectMeta { Name = name }, Data = new Dictionary<string, Bytes> { ["key"] = Bytes.FromUtf8(value) } });

    private Task MakeMapAsync(string name, params (string Key, string Value)[] data) =>
        _kubelet.Client.Resource<ConfigMap>().In("default").CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = name }, Data = data.ToDictionary(entry => entry.Key, entry => entry.Value) });
}
