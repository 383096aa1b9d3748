using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Node.Tests.Kubelet.Real;

[Collection(nameof(RealKubelet))]
public sealed class RealContainerTests
{
    private readonly RealKubelet _kubelet;

    public RealContainerTests(RealKubelet kubelet)
    {
        kubelet.Require();
        _kubelet = kubelet;
    }

    [Fact]
    public async Task Variables_come_from_everywhere_they_can()
    {
        await _kubelet.Client.Resource<ConfigMap>().In("default").CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "vars" }, Data = new Dictionary<string, string> { ["color"] = "blue" } });
        await _kubelet.Client.Resource<Secret>().In("default").CreateAsync(new Secret { Metadata = new ObjectMeta { Name = "vars" }, Data = new Dictionary<string, Keelson.Api.Bytes> { ["word"] = Keelson.Api.Bytes.FromUtf8("hush") } });
        var output = await _kubelet.OutputAsync("vars", "env; echo args $0 $1; pwd", """
            ,"args":["$(PLAIN)","$$(PLAIN)"],"workingDir":"/tmp","resources":{"requests":{"cpu":"250m"},"limits":{"memory":"32Mi"}},
             "envFrom":[{"prefix":"CM_","configMapRef":{"name":"vars"}},{"secretRef":{"name":"vars"}},{"configMapRef":{"name":"absent","optional":true}}],
             "env":[{"name":"PLAIN","value":"x-$(CM_color)"},
                    {"name":"KEY","valueFrom":{"configMapKeyRef":{"name":"vars","key":"color"}}},
                    {"name":"SECRET","valueFrom":{"secretKeyRef":{"name":"vars","key":"word"}}},
                    {"name":"POD_IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}},
                    {"name":"NODE","valueFrom":{"fieldRef":{"fieldPath":"spec.nodeName"}}},
                    {"name":"CPU","valueFrom":{"resourceFieldRef":{"resource":"requests.cpu","divisor":"1m"}}},
                    {"name":"MEMORY","valueFrom":{"resourceFieldRef":{"resource":"limits.memory","divisor":"1Mi"}}}]
            """);
        var lines = output.Split('\n');
        foreach (var line in new[] { "CM_color=blue", "word=hush", "PLAIN=x-blue", "KEY=blue", "SECRET=hush", "NODE=real", "CPU=250", "MEMORY=32", "args x-blue $(PLAIN)", "/tmp" }) Assert.Contains(line, lines);
        Assert.Contains(lines, line => line.StartsWith("POD_IP=10.99.0.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_container_runs_as_whom_its_pod_says()
    {
        var output = await _kubelet.OutputAsync("user", "id -u; id -g; id -G; grep NoNewPrivs /proc/self/status; grep CapEff /proc/self/status; touch /tmp/x || echo read only", """
            ,"securityContext":{"runAsGroup":4000,"allowPrivilegeEscalation":false,"readOnlyRootFilesystem":true,"capabilities":{"drop":["ALL"]}}
            """, ""","securityContext":{"runAsUser":1000,"runAsGroup":3000,"supplementalGroups":[5000],"fsGroup":6000} """);
        var lines = output.Split('\n');
        Assert.Equal(["1000", "4000"], lines[..2]);
        Assert.Contains("5000", lines[2], StringComparison.Ordinal);
        Assert.Contains("6000", lines[2], StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1", lines);
        Assert.Contains("CapEff:\t0000000000000000", lines);
        Assert.Contains("read only", lines);
    }

    [Fact]
    public async Task Capabilities_are_added_and_privileged_containers_have_all()
    {
        // 12 is the right to administer networks, which containers do not have by default.
        const ulong NetworkAdministration = 1UL << 12;
        static ulong Effective(string output) => Convert.ToUInt64(output.Split("CapEff:\t")[1].Split('\n')[0], 16);
        Assert.Equal(0UL, Effective(await _kubelet.OutputAsync("cap-none", "grep CapEff /proc/self/status")) & NetworkAdministration);
        Assert.Equal(NetworkAdministration, Effective(await _kubelet.OutputAsync("cap-add", "grep CapEff /proc/self/status", ""","securityContext":{"capabilities":{"add":["NET_ADMIN"]}}""")) & NetworkAdministration);
        var privileged = await _kubelet.OutputAsync("cap-all", "grep CapEff /proc/self/status; ls /dev | grep -c .; mount -t tmpfs none /tmp && echo mounted", ""","securityContext":{"privileged":true}""");
        Assert.NotEqual(0UL, Effective(privileged) & (1UL << 21));
        Assert.EndsWith("mounted", privileged, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unconfined", "", "0")]
    [InlineData("default", ""","securityContext":{"seccompProfile":{"type":"RuntimeDefault"}}""", "2")]
    [InlineData("local", ""","securityContext":{"seccompProfile":{"type":"Localhost","localhostProfile":"no-mkdir.json"}}""", "2")]
    public async Task System_calls_are_filtered_as_the_profile_says(string name, string context, string mode)
    {
        Directory.CreateDirectory(Path.Combine(_kubelet.RootDirectory, "seccomp"));
        await File.WriteAllTextAsync(Path.Combine(_kubelet.RootDirectory, "seccomp", "no-mkdir.json"), """{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}""");
        var output = await _kubelet.OutputAsync($"seccomp-{name}", "grep '^Seccomp:' /proc/self/status; mkdir /tmp/made 2>/dev/null || echo refused", context);
        Assert.StartsWith($"Seccomp:\t{mode}", output, StringComparison.Ordinal);
        Assert.Equal(name == "local", output.EndsWith("refused", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("asked", "IMAGE", ""","securityContext":{"runAsUser":0,"runAsNonRoot":true}""", "container's runAsUser breaks non-root policy (pod: ")]
    [InlineData("image", "IMAGE", ""","securityContext":{"runAsNonRoot":true}""", "container has runAsNonRoot and image will run as root (pod: ")]
    [InlineData("named", RealKubelet.NamedUserImage, ""","securityContext":{"runAsNonRoot":true}""", "container has runAsNonRoot and image has non-numeric user (nobody), cannot verify user is non-root (pod: ")]
    public async Task Root_is_refused_where_the_pod_forbids_it(string name, string image, string context, string message)
    {
        await _kubelet.CreateAsync($"nonroot-{name}", $$""" "containers":[{"name":"c","image":"{{image}}"{{context}} }] """);
        var pod = await _kubelet.UntilAsync($"nonroot-{name}", pod => pod.Container().State.Waiting?.Reason == "CreateContainerConfigError");
        Assert.StartsWith(message, pod.Container().State.Waiting!.Message, StringComparison.Ordinal);
        await _kubelet.DeleteAsync($"nonroot-{name}");
    }

    [Fact]
    public async Task An_image_with_a_user_runs_as_that_one()
    {
        await _kubelet.CreateAsync("imageuser", $$""" "restartPolicy":"Never","securityContext":{"runAsNonRoot":true},"containers":[{"name":"c","image":"{{RealKubelet.UserImage}}","command":["/bin/id","-u"]}] """);
        Assert.Equal("65534", _kubelet.Log(await _kubelet.UntilSucceededAsync("imageuser")));
    }

    [Fact]
    public async Task A_pod_can_share_the_process_namespace_and_set_sysctls()
    {
        await _kubelet.CreateAsync("shared", """
            "shareProcessNamespace":true,"securityContext":{"sysctls":[{"name":"net.ipv4.ip_local_port_range","value":"2000 3000"}]},
            "containers":[{"name":"c","image":"IMAGE","command":["/bin/sleep","1000"]},{"name":"d","image":"IMAGE","command":["/bin/sleep","2000"]}]
            """);
        var pod = await _kubelet.UntilReadyAsync("shared");
        Assert.Contains("/bin/sleep 2000", await _kubelet.ExecAsync(pod, "ps"), StringComparison.Ordinal);
        Assert.Equal("2000\t3000", await _kubelet.ExecAsync(pod, "cat /proc/sys/net/ipv4/ip_local_port_range"));
        await _kubelet.DeleteAsync("shared");
    }

    [Fact]
    public async Task A_pod_can_be_in_the_namespaces_of_the_node()
    {
        var output = await _kubelet.OutputAsync("host", "ip -o link; readlink /proc/self/ns/ipc; ps | grep -c .; cat /etc/hosts", spec: ""","hostNetwork":true,"hostPID":true,"hostIPC":true,"hostAliases":[{"ip":"192.0.2.9","hostnames":["other.example"]}] """);
        Assert.Contains("cni0", output, StringComparison.Ordinal);
        Assert.Contains(File.ResolveLinkTarget("/proc/self/ns/ipc", false)!.Name, output, StringComparison.Ordinal);
        Assert.Contains("192.0.2.9\tother.example", output, StringComparison.Ordinal);
        var pod = await _kubelet.Pods.GetAsync("host");
        Assert.Equal("10.99.0.1", pod.Status.PodIP);
    }

    [Fact]
    public async Task Names_and_resolvers_are_those_of_the_pod()
    {
        var output = await _kubelet.OutputAsync("names", "hostname; cat /etc/hosts; cat /etc/resolv.conf", spec: """
            ,"hostname":"web","subdomain":"shop","hostAliases":[{"ip":"192.0.2.7","hostnames":["a.example","b.example"]}],
             "dnsConfig":{"nameservers":["192.0.2.53"],"searches":["example.com"],"options":[{"name":"ndots","value":"2"}]}
            """);
        var lines = output.Split('\n');
        Assert.Equal("web", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("10.99.0.", StringComparison.Ordinal) && line.EndsWith("\tweb.shop.default.svc.cluster.local\tweb", StringComparison.Ordinal));
        Assert.Contains("192.0.2.7\ta.example\tb.example", lines);
        Assert.Contains("nameserver 10.96.0.10", lines);
        Assert.Contains("nameserver 192.0.2.53", lines);
        Assert.Contains("search default.svc.cluster.local svc.cluster.local cluster.local example.com", lines);
        Assert.Contains("options ndots:2", lines);
        Assert.Equal("w.s.default.svc.cluster.local", await _kubelet.OutputAsync("fqdn", "hostname", spec: ""","hostname":"w","subdomain":"s","setHostnameAsFQDN":true """));
        var own = await _kubelet.OutputAsync("dnsnone", "cat /etc/resolv.conf", spec: ""","dnsPolicy":"None","dnsConfig":{"nameservers":["192.0.2.54"]} """);
        Assert.DoesNotContain("10.96.0.10", own, StringComparison.Ordinal);
        Assert.Contains("nameserver 192.0.2.54", own, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ephemeral_container_sees_the_processes_of_its_target()
    {
        await _kubelet.RunAsync("debugged", "exec sleep 4321");
        var pod = await _kubelet.UntilReadyAsync("debugged");
        var patch = $$$"""{"spec":{"ephemeralContainers":[{"name":"look","image":"{{{RealKubelet.Image}}}","command":["/bin/sh","-c","ps"],"targetContainerName":"c","terminationMessagePolicy":"File"}]}}""";
        await _kubelet.Pods.PatchAsync("debugged", Keelson.Client.Resources.PatchBody.Strategic(System.Text.Encoding.UTF8.GetBytes(patch)), subresource: "ephemeralcontainers");
        pod = await _kubelet.UntilAsync("debugged", pod => pod.Status.EphemeralContainerStatuses is [{ State.Terminated: not null }]);
        Assert.Equal(0, pod.Status.EphemeralContainerStatuses[0].State.Terminated!.ExitCode);
        Assert.Contains("sleep 4321", _kubelet.Log(pod, "look"), StringComparison.Ordinal);
        Assert.True(pod.IsReady());
        await _kubelet.DeleteAsync("debugged");
    }
}
