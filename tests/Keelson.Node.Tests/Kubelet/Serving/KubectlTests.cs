using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using Keelson.EndToEnd.ApiServer;
using Keelson.Node.Tests.Runtime.Containerd;

namespace Keelson.Node.Tests.Kubelet.Serving;

/// <summary>From real kubectl, the oldest and the newest at hand, to real containers.</summary>
[Collection(nameof(RealContainerd))]
public sealed class KubectlTests(ServedNode node) : IClassFixture<ServedNode>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Versions { get; } = [.. Kubectl.Installed.Count == 0 ? ["none"] : new[] { Kubectl.Installed[0], Kubectl.Installed[^1] }.Distinct()];

    [Theory, MemberData(nameof(Versions))]
    public async Task Logs_are_shown(string program)
    {
        var kubectl = Start(program);
        Assert.Equal("started\noops\n", await kubectl.DoAsync("logs web"));
        Assert.Equal("oops\n", await kubectl.DoAsync("logs web --tail=1"));
        Assert.Equal("star", await kubectl.DoAsync("logs web --limit-bytes=4"));
        Assert.Matches("^[0-9-]{10}T[0-9:.]+Z started\n", await kubectl.DoAsync("logs web --timestamps"));
        Assert.Equal("", await kubectl.DoAsync("logs web --since-time=2100-01-01T00:00:00Z"));
        var missing = await kubectl.RunAsync("logs web -c other");
        Assert.Contains("container other is not valid for pod web", missing.Error, StringComparison.Ordinal);
        var previous = await kubectl.RunAsync("logs web --previous");
        Assert.Contains("previous terminated container \"main\" in pod \"web\" not found", previous.Error, StringComparison.Ordinal);
        Assert.Contains("(BadRequest)", previous.Error, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_log_is_followed_until_the_container_ends(string program)
    {
        var kubectl = Start(program);
        var name = $"counter-{Short(program)}";

        // At its end containerd 1.6 loses what a container has written but containerd has not read yet, so the container waits a little.
        await node.ApplyAsync(Pod(name, "for i in 0 1 2 3 4 5 6 7 8 9; do echo line $i; sleep 0.5; done; seq 100 20000; sleep 2"), name);
        var output = await kubectl.DoAsync($"logs -f --tail=2 {name}");
        Assert.EndsWith("line 9\n" + string.Concat(Enumerable.Range(100, 19901).Select(number => $"{number}\n")), output, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Commands_run_with_input_and_say_how_they_end(string program)
    {
        var kubectl = Start(program);
        Assert.Equal("hello\n", await kubectl.DoAsync("exec web -- echo hello"));
        Assert.Equal("HELLO\n", await kubectl.DoAsync("exec -i web -- tr a-z A-Z", "hello\n"));
        var failed = await kubectl.RunAsync("exec web -- sh -c 'echo out; echo err >&2; exit 7'");
        Assert.Equal((7, "out\n"), (failed.Code, failed.Output));
        Assert.Contains("err\n", failed.Error, StringComparison.Ordinal);
        var big = new string('x', 3_000_000);
        Assert.Equal("3000000\n", await kubectl.DoAsync("exec -i web -- wc -c", big));
        Assert.Equal(2_000_000, (await kubectl.DoAsync("exec web -- head -c 2000000 /www/big")).Length);
        var missing = await kubectl.RunAsync("exec web -c other -- true");
        Assert.Contains("container other is not valid for pod web", missing.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, (await kubectl.RunAsync("exec web -- no-such-program")).Code);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_terminal_is_a_terminal(string program)
    {
        Start(program);
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "The program script, which makes a terminal, is not installed.");
        var run = await node.With("/usr/bin/script").RunAsync($"-qec '{program} exec -it web -- sh' /dev/null", "stty -echo; tty; echo sum $((40+2))\nexit 3\n");
        Assert.Equal(3, run.Code);
        Assert.Contains("/dev/pts/", run.Output, StringComparison.Ordinal);
        Assert.Contains("sum 42", run.Output, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_pod_is_run_with_a_terminal_and_leaves_with_it(string program)
    {
        var kubectl = Start(program);
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "The program script, which makes a terminal, is not installed.");
        var (name, file) = ($"shell-{Short(program)}", node[$"run-{Short(program)}.sh"]);
        await File.WriteAllTextAsync(
            file,
            $$"""exec {{program}} run {{name}} --image=docker.io/library/busybox:served --restart=Never --rm -it --overrides='{"spec":{"nodeName":"node-1","terminationGracePeriodSeconds":0} }' -- sh -c 'read line; tty; echo got $line; sleep 1; exit 4'""",
            TestContext.Current.CancellationToken);
        var run = await node.With("/usr/bin/script").RunAsync($"-qec 'sh {file}' /dev/null", "words\n");
        Assert.Contains("got words", run.Output, StringComparison.Ordinal);
        Assert.Contains("/dev/pts/", run.Output, StringComparison.Ordinal);
        Assert.Equal(4, run.Code);
        await kubectl.DoAsync($"wait --for=delete pod/{name} --timeout=30s");
    }

    [Fact]
    public async Task A_log_is_followed_no_longer_than_somebody_listens()
    {
        Start("");
        var before = await LongRunningAsync();
        var start = new ProcessStartInfo(Kubectl.Installed[^1], ["logs", "-f", "web"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = node.Kubeconfig;
        using var process = Process.Start(start)!;
        Assert.Equal("started", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await WaitForLongRunningAsync(count => count > before);
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        await WaitForLongRunningAsync(count => count <= before);
    }

    private async Task<int> LongRunningAsync()
    {
        var metrics = await node.Newest.DoAsync("get --raw /metrics");
        var line = metrics.Split('\n').Single(candidate => candidate.StartsWith("apiserver_longrunning_requests{", StringComparison.Ordinal));
        return int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task WaitForLongRunningAsync(Func<int, bool> condition)
    {
        var count = -1;
        for (var i = 0; i < 300 && !condition(count = await LongRunningAsync()); i++) await Task.Delay(TimeSpan.FromMilliseconds(100));
        Assert.True(condition(count), $"{count} requests are still open");
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Files_are_copied_both_ways(string program)
    {
        var kubectl = Start(program);
        var (there, back) = (node[$"there-{Short(program)}"], node[$"back-{Short(program)}"]);
        var bytes = RandomNumberGenerator.GetBytes(3_000_000);
        await File.WriteAllBytesAsync(there, bytes, TestContext.Current.CancellationToken);
        await kubectl.DoAsync($"cp {there} web:/tmp/copied");
        await kubectl.DoAsync($"cp web:/tmp/copied {back}");
        Assert.Equal(bytes, await File.ReadAllBytesAsync(back, TestContext.Current.CancellationToken));
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task One_attaches_to_what_runs(string program)
    {
        var kubectl = Start(program);
        var name = $"echo-{Short(program)}";
        await node.ApplyAsync(Pod(name, "cat; sleep 1", "stdin: true, stdinOnce: true, "), name);
        var run = await kubectl.RunAsync($"attach -i {name}", "hello\nthere\n");
        Assert.True(run.Code == 0, run.ToString());
        Assert.Contains("hello\nthere\n", run.Output, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Ports_are_forwarded_both_ways(string program)
    {
        Start(program);
        var start = new ProcessStartInfo(program, ["port-forward", "pod/web", ":9000", ":8080"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = node.Kubeconfig;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            var (echo, web) = (await ReadPortAsync(process, 9000, limit.Token), await ReadPortAsync(process, 8080, limit.Token));
            for (var round = 0; round < 2; round++)
            {
                var bytes = RandomNumberGenerator.GetBytes(4_000_000);
                Assert.Equal(bytes, await EchoAsync(echo, bytes, limit.Token));
            }

            using var client = new HttpClient();
            Assert.Equal(8 * 1024 * 1024, (await client.GetByteArrayAsync(new Uri($"http://127.0.0.1:{web}/big"), limit.Token)).Length);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task The_kubelet_pods_and_services_are_reached_through_the_api_server(string program)
    {
        var kubectl = Start(program);
        Assert.Equal("ok", await kubectl.DoAsync("get --raw /api/v1/nodes/node-1/proxy/healthz"));
        Assert.Contains("\"name\":\"web\"", await kubectl.DoAsync("get --raw /api/v1/nodes/node-1/proxy/pods"), StringComparison.Ordinal);
        Assert.Contains("\"podRef\":{\"name\":\"web\"", await kubectl.DoAsync("get --raw /api/v1/nodes/node-1/proxy/stats/summary"), StringComparison.Ordinal);
        Assert.Contains("container_memory_working_set_bytes{container=\"main\",namespace=\"default\",pod=\"web\"} ", await kubectl.DoAsync("get --raw /api/v1/nodes/node-1/proxy/metrics/resource"), StringComparison.Ordinal);
        Assert.Equal("hello\n", await kubectl.DoAsync("get --raw /api/v1/namespaces/default/pods/web/proxy/"));
        Assert.Equal("hello\n", await kubectl.DoAsync("get --raw /api/v1/namespaces/default/pods/http:web:8080/proxy/index.html"));
        var none = await kubectl.RunAsync("get --raw /api/v1/namespaces/default/services/web:http/proxy/");
        Assert.Contains("no endpoints available for service \"web:http\"", none.Error, StringComparison.Ordinal);
        var ip = await kubectl.DoAsync("get pod web -o jsonpath={.status.podIP}");
        await kubectl.DoAsync("apply -f -", $$"""
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-1, labels: {kubernetes.io/service-name: web} }
            addressType: IPv4
            ports: [{name: http, port: 8080, protocol: TCP}]
            endpoints: [{addresses: ["{{ip}}"], conditions: {ready: true} }]
            """);
        Assert.Equal("hello\n", await kubectl.DoAsync("get --raw /api/v1/namespaces/default/services/web:80/proxy/"));
        Assert.Equal("hello\n", await kubectl.DoAsync("get --raw /api/v1/namespaces/default/services/web:http/proxy/index.html"));
        await kubectl.DoAsync("delete endpointslice web-1");
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Pages_of_a_pod_are_seen_through_kubectl_proxy(string program)
    {
        Start(program);
        var start = new ProcessStartInfo(program, ["proxy", "--port=0"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = node.Kubeconfig;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(limit.Token);
            var port = line!.Split(':')[^1].Trim();
            using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            const string Proxy = "/api/v1/namespaces/default/pods/web/proxy";
            using (var redirected = await client.GetAsync(new Uri($"{Proxy}?a=b", UriKind.Relative), limit.Token)) Assert.Equal($"301 {Proxy}/?a=b", $"{(int)redirected.StatusCode} {redirected.Headers.Location}");
            Assert.Equal("hello\n", await client.GetStringAsync(new Uri($"{Proxy}/index.html", UriKind.Relative), limit.Token));
            Assert.Equal(8 * 1024 * 1024, (await client.GetByteArrayAsync(new Uri($"{Proxy}/big", UriKind.Relative), limit.Token)).Length);
            using (var missing = await client.GetAsync(new Uri($"{Proxy}/no%20such%20page", UriKind.Relative), limit.Token)) Assert.Equal(404, (int)missing.StatusCode);

            // The page /folder is a folder, and the server in the pod sends the client on to /folder/.
            using (var folder = await client.GetAsync(new Uri($"{Proxy}/folder", UriKind.Relative), limit.Token)) Assert.Equal($"{Proxy}/folder/", folder.Headers.Location?.ToString());
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private Kubectl Start(string program)
    {
        Assert.SkipWhen(node.Missing is not null, node.Missing ?? "");
        return node.With(program);
    }

    private static string Short(string program) => Path.GetFileName(program).Replace("kubectl.", "", StringComparison.Ordinal).Replace('.', '-');

    private static string Pod(string name, string script, string more = "") => $$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: {{name}} }
        spec:
          nodeName: node-1
          restartPolicy: Never
          terminationGracePeriodSeconds: 0
          containers:
          - {name: main, image: "docker.io/library/busybox:served", {{more}}command: [sh, -c, "{{script}}"]}
        """;

    private static async Task<int> ReadPortAsync(Process process, int target, CancellationToken cancel)
    {
        while (await process.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            if (line.StartsWith("Forwarding from 127.0.0.1:", StringComparison.Ordinal) && line.EndsWith($"-> {target}", StringComparison.Ordinal)) return int.Parse(line.Split(':')[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        }

        throw new InvalidOperationException($"no port is forwarded: {await process.StandardError.ReadToEndAsync(cancel)}");
    }

    private static async Task<byte[]> EchoAsync(int port, byte[] bytes, CancellationToken cancel)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(System.Net.IPAddress.Loopback, port, cancel);
        var stream = new NetworkStream(socket);
        await using (stream.ConfigureAwait(false))
        {
            var sending = stream.WriteAsync(bytes, cancel).AsTask();
            var back = new byte[bytes.Length];
            await stream.ReadExactlyAsync(back, cancel);
            await sending;
            return back;
        }
    }
}
