using System.Net;

namespace Keelson.EndToEnd.ApiServer;

/// <summary>What people do with kubectl, done with every kubectl that this machine has.</summary>
public sealed class KubectlTests
{
    private const string Web = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, labels: {app: web}, annotations: {note: edited-before}}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}
        """;

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task Objects_are_created_shown_changed_and_deleted(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        Assert.Contains("v1.36.0+keelson", await kubectl.DoAsync("version"), StringComparison.Ordinal);
        Assert.Equal(["default", "kube-node-lease", "kube-public", "kube-system"], Words(await kubectl.DoAsync("get ns -o jsonpath={.items[*].metadata.name}")));
        await kubectl.DoAsync("create configmap a --from-literal=k=v");
        Assert.Equal("v", await kubectl.DoAsync("get cm a -o jsonpath={.data.k}"));
        Assert.Matches("(?m)^a +1 ", await kubectl.DoAsync("get cm"));
        await kubectl.DoAsync("label cm a x=y");
        Assert.Contains("configmap/a", await kubectl.DoAsync("get cm -l x=y -o name"), StringComparison.Ordinal);
        await kubectl.DoAsync("annotate cm a n=m");
        await kubectl.DoAsync("patch cm a --type=merge -p {\"data\":{\"k\":\"w\"}}");
        await kubectl.DoAsync("patch cm a --type=json -p [{\"op\":\"add\",\"path\":\"/data/l\",\"value\":\"x\"}]");
        Assert.Equal("{\"k\":\"w\",\"l\":\"x\"}", await kubectl.DoAsync("get cm a -o jsonpath={.data}"));
        Assert.Contains("NotFound", (await kubectl.RunAsync("get cm none")).Error, StringComparison.Ordinal);
        Assert.Contains("configmaps \"a\" already exists", (await kubectl.RunAsync("create configmap a")).Error, StringComparison.Ordinal);
        await kubectl.DoAsync("create namespace n");
        await kubectl.DoAsync("create configmap b -n n");
        Assert.Equal(2, (await kubectl.DoAsync("get cm -A --chunk-size=1 --no-headers --field-selector metadata.namespace!=kube-system")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        await kubectl.DoAsync("delete cm a");
        Assert.Equal("", await kubectl.DoAsync("get cm -o name"));
        await kubectl.DoAsync("delete cm --all -n n");
    }

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task Manifests_are_applied_compared_edited_and_replaced(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        Assert.Contains("created", await kubectl.DoAsync("apply -f -", Web), StringComparison.Ordinal);
        Assert.Contains("unchanged", await kubectl.DoAsync("apply -f -", Web), StringComparison.Ordinal);
        var three = Web.Replace("replicas: 2", "replicas: 3", StringComparison.Ordinal);
        Assert.Contains("+  replicas: 3", (await kubectl.RunAsync("diff -f -", three)).Output, StringComparison.Ordinal);
        Assert.Contains("configured", await kubectl.DoAsync("apply -f -", three), StringComparison.Ordinal);
        Assert.Contains("2", await kubectl.DoAsync("get deploy web -o jsonpath={.metadata.generation}"), StringComparison.Ordinal);
        await kubectl.DoAsync("edit deploy web");
        Assert.Equal("edited-after", await kubectl.DoAsync("get deploy web -o jsonpath={.metadata.annotations.note}"));
        await kubectl.DoAsync("scale deploy web --replicas=5");
        var conflict = await kubectl.RunAsync("apply --server-side -f -", three);
        Assert.Contains(".spec.replicas", conflict.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, conflict.Code);
        await kubectl.DoAsync("apply --server-side --force-conflicts -f -", three);
        await kubectl.DoAsync("set image deploy/web c=nginx:2");
        await kubectl.DoAsync("wait --for=jsonpath={.spec.replicas}=3 deploy/web --timeout=10s");
        Assert.Matches("web +0/3 .* c +nginx:2 +app=web", await kubectl.DoAsync("get deploy -o wide"));
        await kubectl.DoAsync("replace -f -", Web);
        Assert.Contains("created (server dry run)", await kubectl.DoAsync("create deployment z --image=i --dry-run=server"), StringComparison.Ordinal);
        Assert.Contains("unknown field \"spec.replicaz\"", (await kubectl.RunAsync("apply --validate=strict -f -", Web.Replace("replicas", "replicaz", StringComparison.Ordinal))).Error, StringComparison.Ordinal);
        await kubectl.DoAsync("delete -f -", Web);
    }

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task What_there_is_can_be_discovered_and_explained(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        Assert.Matches("(?m)^deployments +deploy +apps/v1 +true +Deployment", await kubectl.DoAsync("api-resources"));
        Assert.Contains("\nbatch/v1\n", await kubectl.DoAsync("api-versions"), StringComparison.Ordinal);
        Assert.Contains("nodeName", await kubectl.DoAsync("explain pod.spec.nodeName"), StringComparison.Ordinal);
        Assert.Contains("terminationGracePeriodSeconds", await kubectl.DoAsync("explain pod --recursive"), StringComparison.Ordinal);
        Assert.Contains("readyz check passed", await kubectl.DoAsync("get --raw /readyz?verbose"), StringComparison.Ordinal);
        Assert.Contains("apiserver_request_total{", await kubectl.DoAsync("get --raw /metrics"), StringComparison.Ordinal);

        // The oldest asks for versions of the review that no server has had for years.
        if (!program.EndsWith(".1.27", StringComparison.Ordinal)) Assert.Contains("kubernetes-admin", await kubectl.DoAsync("auth whoami"), StringComparison.Ordinal);
        Assert.Equal("yes", (await kubectl.DoAsync("auth can-i create pods")).Trim());
    }

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task Changes_are_watched(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        await kubectl.DoAsync("create configmap a");
        await kubectl.DoAsync("patch cm a --type=merge -p {\"metadata\":{\"finalizers\":[\"example.com/hold\"]}}");
        var watching = kubectl.RunAsync("get cm a -w --output-watch-events --request-timeout=5s");
        await WaitForWatchAsync(kubectl);
        var waiting = kubectl.RunAsync("delete cm a --timeout=30s");
        await kubectl.DoAsync("wait --for=jsonpath={.metadata.deletionGracePeriodSeconds}=0 cm/a --timeout=20s");
        await kubectl.DoAsync("patch cm a --type=merge -p {\"metadata\":{\"finalizers\":null}}");
        Assert.Equal(0, (await waiting).Code);
        Assert.Matches("(?s)ADDED +a .*MODIFIED +a .*DELETED +a ", (await watching).Output);
    }

    [Fact]
    public async Task Nobody_gets_in_without_proof()
    {
        await using var server = await RunningApiServer.StartAsync();
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        using var client = new HttpClient(handler) { BaseAddress = server.Address, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var refused = await client.GetAsync(new Uri("/api/v1/namespaces", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("User \\\"system:anonymous\\\" cannot list resource \\\"namespaces\\\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var version = await client.GetAsync(new Uri("/version", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, version.StatusCode);
        using var guess = new HttpRequestMessage(HttpMethod.Get, "/version") { Headers = { { "Authorization", "Bearer guess" } }, Version = HttpVersion.Version20 };
        using var unknown = await client.SendAsync(guess);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
    }

    private static async Task WaitForWatchAsync(Kubectl kubectl)
    {
        for (var tries = 0; !(await kubectl.DoAsync("get --raw /metrics")).Contains("apiserver_longrunning_requests{verb=\"WATCH\"} 1", StringComparison.Ordinal); tries++)
        {
            Assert.True(tries < 100, "kubectl does not begin to watch");
        }
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
