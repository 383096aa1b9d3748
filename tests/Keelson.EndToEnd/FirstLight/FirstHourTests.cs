using System.Net;
using System.Net.Sockets;
using Keelson.EndToEnd.ApiServer;

namespace Keelson.EndToEnd.FirstLight;

/// <summary>What a person does with a new cluster in the first hour, as everyone types it.</summary>
[Collection(nameof(FirstLightCluster))]
public sealed class FirstHourTests(FirstLightCluster cluster) : IAsyncLifetime
{
    private readonly string _space = $"hour-{Guid.NewGuid():n}"[..13];

    private Kubectl Kubectl => cluster.Kubectl;

    public async ValueTask InitializeAsync()
    {
        await cluster.StartAsync();
        await Kubectl.DoAsync($"create namespace {_space}");
    }

    public async ValueTask DisposeAsync()
    {
        if (FirstLightCluster.WhyNot is null) await Kubectl.RunAsync($"delete namespace {_space} --wait=false");
    }

    [Fact]
    public async Task A_deployment_is_created_exposed_scaled_updated_and_rolled_back()
    {
        await DoAsync("create deployment web --image=nginx");
        await DoAsync("rollout status deployment/web --timeout=50s");
        await DoAsync("expose deployment web --port=80 --type=NodePort");
        await DoAsync("scale deployment web --replicas=3");
        await DoAsync("rollout status deployment/web --timeout=50s");
        var port = await DoAsync("get service web -o jsonpath={.spec.ports[0].nodePort}");
        Assert.Contains("Welcome to nginx!", await WaitForPageAsync(port, "Welcome"), StringComparison.Ordinal);

        await DoAsync("set image deployment/web nginx=nginx:second");
        await DoAsync("rollout status deployment/web --timeout=50s");
        Assert.Contains("the second version", await WaitForPageAsync(port, "second"), StringComparison.Ordinal);

        await DoAsync("rollout undo deployment/web");
        await DoAsync("rollout status deployment/web --timeout=50s");
        Assert.Contains("Welcome to nginx!", await WaitForPageAsync(port, "Welcome"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_is_reached_by_its_name_from_another_pod_on_another_node()
    {
        await DoAsync("create deployment web --image=nginx");
        await DoAsync("rollout status deployment/web --timeout=50s");
        await DoAsync("expose deployment web --port=80");
        var node = await DoAsync("get pods -l app=web -o jsonpath={.items[0].spec.nodeName}");
        var other = node == "node-1" ? "node-2" : "node-1";
        await DoAsync($$$"""run client --image=busybox --restart=Never --overrides={"spec":{"nodeName":"{{{other}}}"}} -- sleep 3600""");
        await DoAsync("wait --for=condition=Ready pod/client --timeout=50s");

        Assert.Contains("Welcome to nginx!", await DoAsync($"exec client -- wget -qO- http://web.{_space}.svc.cluster.local"), StringComparison.Ordinal);
        Assert.Contains("Welcome to nginx!", await DoAsync("exec client -- wget -qO- http://web"), StringComparison.Ordinal);
        Assert.Contains("10.96.0.1", await DoAsync("exec client -- nslookup kubernetes.default.svc.cluster.local"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_are_shown_and_followed()
    {
        await DoAsync("run teller --image=busybox --restart=Never -- sh -c 'for i in 1 2 3 4 5; do echo line $i; sleep 0.3; done'");
        await DoAsync("wait --for=jsonpath={.status.phase}=Succeeded pod/teller --timeout=50s");
        foreach (var kubectl in cluster.OldAndNew)
        {
            Assert.Equal("line 1\nline 2\nline 3\nline 4\nline 5\n", await kubectl.DoAsync($"-n {_space} logs -f teller"));
            Assert.Equal("line 5\n", await kubectl.DoAsync($"-n {_space} logs --tail=1 teller"));
        }

        // Following begins while the container still writes, and ends when it does.
        await DoAsync("run again --image=busybox --restart=Never -- sh -c 'for i in 1 2 3 4 5 6; do echo line $i; sleep 0.5; done'");
        await cluster.UntilAsync($"-n {_space} get pod again -o jsonpath={{.status.phase}}", phase => phase == "Running");
        Assert.EndsWith("line 6\n", await DoAsync("logs -f again"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_run_in_a_container_with_input_terminal_and_exit_code()
    {
        await StartSleeperAsync();
        foreach (var kubectl in cluster.OldAndNew)
        {
            Assert.Equal("hello\n", await kubectl.DoAsync($"-n {_space} exec -i sleeper -- cat", "hello\n"));
            var failed = await kubectl.RunAsync($"-n {_space} exec sleeper -- sh -c 'exit 3'");
            Assert.Equal(3, failed.Code);
            Assert.Contains("exit code 3", failed.Error, StringComparison.Ordinal);
            var seen = await kubectl.RunOnTerminalAsync($"-n {_space} exec -it sleeper -- sh", "tty\nstty size\nexit\n");
            // Which number it has depends on when the terminal before it was given back.
            Assert.Contains("/dev/pts/", seen.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Files_are_copied_in_and_out()
    {
        await StartSleeperAsync();
        var content = string.Concat(Enumerable.Range(0, 50_000).Select(number => $"{number}\n"));
        foreach (var kubectl in cluster.OldAndNew)
        {
            kubectl.WriteFile("given", content);
            await kubectl.DoAsync($"-n {_space} cp given sleeper:/tmp/given");
            await kubectl.DoAsync($"-n {_space} cp sleeper:/tmp/given taken");
            Assert.Equal(content, kubectl.ReadFile("taken"));
        }
    }

    [Fact]
    public async Task A_port_of_a_pod_is_forwarded()
    {
        await DoAsync("run web --image=nginx");
        await DoAsync("wait --for=condition=Ready pod/web --timeout=50s");
        foreach (var kubectl in cluster.OldAndNew)
        {
            await using var forward = kubectl.Start($"-n {_space} port-forward pod/web :80");
            var port = forward.WaitForLine("Forwarding from 127.0.0.1:").Split(':')[1].Split(' ')[0];
            for (var time = 0; time < 3; time++) Assert.Contains("Welcome to nginx!", await WaitForPageAsync(port, "Welcome"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_pod_is_run_attached_and_removed_afterwards()
    {
        foreach (var kubectl in cluster.OldAndNew)
        {
            var seen = await kubectl.RunOnTerminalAsync($"-n {_space} run visitor --image=busybox --rm -it --restart=Never -- sh", "echo it is $((40 + 2))\nexit\n");
            Assert.Contains("it is 42", seen.Output, StringComparison.Ordinal);
            await cluster.UntilAsync($"-n {_space} get pods -o name", names => !names.Contains("visitor", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_job_completes_and_a_daemon_set_is_on_every_node()
    {
        await DoAsync("create job sum --image=busybox -- sh -c 'echo $((1 + 2))'");
        await DoAsync("wait --for=condition=Complete job/sum --timeout=50s");
        Assert.Equal("3\n", await DoAsync("logs job/sum"));

        await DoAsync("apply -f -", """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: everywhere}
            spec:
              selector: {matchLabels: {app: everywhere}}
              template:
                metadata: {labels: {app: everywhere}}
                spec: {containers: [{name: main, image: busybox, command: [sleep, "3600"]}], terminationGracePeriodSeconds: 0}
            """);
        await DoAsync("rollout status daemonset/everywhere --timeout=50s");
        var nodes = await DoAsync("get pods -l app=everywhere -o jsonpath={.items[*].spec.nodeName}");
        Assert.Equal(["node-1", "node-2", "node-3"], nodes.Split(' ').Order());
    }

    [Fact]
    public async Task A_changed_config_map_is_seen_in_the_mounted_file()
    {
        await DoAsync("create configmap settings --from-literal=color=red");
        await DoAsync("apply -f -", """
            apiVersion: v1
            kind: Pod
            metadata: {name: reader}
            spec:
              terminationGracePeriodSeconds: 0
              containers: [{name: main, image: busybox, command: [sleep, "3600"], volumeMounts: [{name: settings, mountPath: /settings}]}]
              volumes: [{name: settings, configMap: {name: settings}}]
            """);
        await DoAsync("wait --for=condition=Ready pod/reader --timeout=50s");
        Assert.Equal("red", await DoAsync("exec reader -- cat /settings/color"));

        await DoAsync("""patch configmap settings --type=merge -p {"data":{"color":"blue"}}""");

        Assert.Equal("blue", await cluster.UntilAsync($"-n {_space} exec reader -- cat /settings/color", color => color == "blue"));
    }

    [Fact]
    public async Task A_pod_that_is_not_ready_leaves_the_endpoints_and_comes_back()
    {
        await DoAsync("apply -f -", """
            apiVersion: v1
            kind: Pod
            metadata: {name: web, labels: {app: web}}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - name: main
                image: busybox
                command: [sh, -c, "touch /tmp/well; exec httpd -f -p 80 -h /tmp"]
                readinessProbe: {exec: {command: [cat, /tmp/well]}, periodSeconds: 1, failureThreshold: 1}
            """);
        await DoAsync("wait --for=condition=Ready pod/web --timeout=50s");
        await DoAsync("expose pod web --port=80");
        await cluster.UntilAsync($"-n {_space} get endpoints web -o jsonpath={{.subsets[*].addresses[*].ip}}", addresses => addresses.Length > 0);

        await DoAsync("exec web -- rm /tmp/well");
        await cluster.UntilAsync($"-n {_space} get endpoints web -o jsonpath={{.subsets[*].addresses[*].ip}}", addresses => addresses.Length == 0);

        await DoAsync("exec web -- touch /tmp/well");
        await cluster.UntilAsync($"-n {_space} get endpoints web -o jsonpath={{.subsets[*].addresses[*].ip}}", addresses => addresses.Length > 0);
    }

    [Fact]
    public async Task A_killed_container_is_restarted_and_a_deleted_pod_replaced()
    {
        await DoAsync("create deployment web --image=nginx");
        await DoAsync("rollout status deployment/web --timeout=50s");
        var pod = await DoAsync("get pods -l app=web -o jsonpath={.items[0].metadata.name}");

        await Kubectl.RunAsync($"-n {_space} exec {pod} -- kill 1");
        await cluster.UntilAsync($"-n {_space} get pod {pod} -o jsonpath={{.status.containerStatuses[0].restartCount}}:{{.status.containerStatuses[0].ready}}", text => text == "1:true");

        await DoAsync($"delete pod {pod}");
        await DoAsync("rollout status deployment/web --timeout=50s");
        Assert.NotEqual(pod, await cluster.UntilAsync($"-n {_space} get pods -l app=web -o jsonpath={{.items[*].metadata.name}}", names => names.Length > 0 && !names.Contains(' ', StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_pod_that_asks_for_too_much_waits_and_an_event_says_why()
    {
        await DoAsync("""run huge --image=busybox --overrides={"spec":{"containers":[{"name":"huge","image":"busybox","resources":{"requests":{"cpu":"1000"}}}]}}""");
        var events = await cluster.UntilAsync($"-n {_space} get events --field-selector reason=FailedScheduling -o jsonpath={{.items[*].message}}", text => text.Length > 0);
        Assert.StartsWith("0/3 nodes are available: 3 Insufficient cpu.", events, StringComparison.Ordinal);
        Assert.Equal("Pending", await DoAsync("get pod huge -o jsonpath={.status.phase}"));
    }

    private async Task StartSleeperAsync()
    {
        await DoAsync("run sleeper --image=busybox --restart=Never -- sleep 3600");
        await DoAsync("wait --for=condition=Ready pod/sleeper --timeout=50s");
    }

    private Task<string> DoAsync(string commandLine, string? input = null) => Kubectl.DoAsync($"-n {_space} {commandLine}", input);

    // A port opens some time after the service has it, and until an update is through old pods answer, too.
    private static async Task<string> WaitForPageAsync(string port, string wanted)
    {
        using var client = new HttpClient();
        var last = "";
        for (var attempt = 0; attempt < 100 && !last.Contains(wanted, StringComparison.Ordinal); attempt++)
        {
            try
            {
                last = await client.GetStringAsync(new Uri($"http://{IPAddress.Loopback}:{port}/"));
            }
            catch (Exception failure) when (failure is HttpRequestException or SocketException)
            {
                last = failure.Message;
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }

        return last;
    }
}
