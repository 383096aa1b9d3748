using Keelson.Api.Authentication.V1;

namespace Keelson.Server.Tests.Access.Nodes;

public sealed class NodeAuthorizerTests : IAsyncDisposable
{
    private const string Core = "/api/v1/namespaces/default";

    private readonly List<HttpClient> _clients = [];
    private TestServer? _server;

    [Fact]
    public async Task A_secret_is_read_by_the_node_whose_pod_needs_it_and_as_long_as_it_does()
    {
        var server = await StartAsync();
        var (one, two) = (Kubelet("one"), Kubelet("two"));
        await server.PostAsync($"{Core}/secrets", """{"metadata":{"name":"s"}}""");
        Assert.EndsWith("no relationship found between node 'one' and this object", (await SendAsync(one, "GET", $"{Core}/secrets/s")).Message, StringComparison.Ordinal);
        await PodAsync(server, "p", "one", ""","volumes":[{"name":"v","secret":{"secretName":"s"}}]""");
        Assert.Equal(200, (await SendAsync(one, "GET", $"{Core}/secrets/s")).Code);
        Assert.Equal(200, (await SendAsync(one, "GET", $"{Core}/secrets?fieldSelector=metadata.name%3Ds")).Code);
        Assert.Equal(403, (await SendAsync(two, "GET", $"{Core}/secrets/s")).Code);
        Assert.Equal(403, (await SendAsync(one, "GET", $"{Core}/secrets")).Code);
        Assert.Equal(403, (await SendAsync(one, "GET", "/api/v1/secrets?fieldSelector=metadata.name%3Ds")).Code);
        Assert.Equal(403, (await SendAsync(one, "PATCH", $"{Core}/secrets/s", "{}")).Code);
        Assert.Equal(403, (await SendAsync(one, "GET", "/api/v1/namespaces/kube-system/secrets/s")).Code);
        await server.DeleteAsync($"{Core}/pods/p?gracePeriodSeconds=0");
        Assert.Equal(403, (await SendAsync(one, "GET", $"{Core}/secrets/s")).Code);
    }

    [Fact]
    public async Task Whatever_a_pod_refers_to_is_read_for_it()
    {
        var server = await StartAsync();
        var kubelet = Kubelet("one");
        await server.PostAsync("/api/v1/persistentvolumes", """
            {"metadata":{"name":"pv"},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"claimRef":{"namespace":"default","name":"claim"},
            "csi":{"driver":"d.example.com","volumeHandle":"h","nodePublishSecretRef":{"namespace":"kube-system","name":"mount"},"controllerExpandSecretRef":{"namespace":"kube-system","name":"expand"}}}}
            """);
        await server.PostAsync($"{Core}/persistentvolumeclaims", """{"metadata":{"name":"claim"},"spec":{"volumeName":"pv","accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}""");
        string[] allowed =
        [
            $"{Core}/secrets/pull", $"{Core}/secrets/key", $"{Core}/secrets/all", $"{Core}/secrets/part", $"{Core}/configmaps/key", $"{Core}/configmaps/all", $"{Core}/configmaps/vol", $"{Core}/configmaps/part",
            $"{Core}/persistentvolumeclaims/claim", $"{Core}/persistentvolumeclaims/p-scratch", "/api/v1/persistentvolumes/pv", "/api/v1/namespaces/kube-system/secrets/mount",
        ];
        foreach (var path in allowed) Assert.Equal(403, (await SendAsync(kubelet, "GET", path)).Code);
        await PodAsync(server, "p", "one", """
            ,"imagePullSecrets":[{"name":"pull"}],"volumes":[{"name":"a","configMap":{"name":"vol"}},{"name":"b","persistentVolumeClaim":{"claimName":"claim"}},
            {"name":"scratch","ephemeral":{"volumeClaimTemplate":{"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}}},
            {"name":"c","projected":{"sources":[{"secret":{"name":"part"}},{"configMap":{"name":"part"}}]}}]
            """, """
            ,"env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"key","key":"k"}}},{"name":"B","valueFrom":{"configMapKeyRef":{"name":"key","key":"k"}}}],
            "envFrom":[{"secretRef":{"name":"all"}},{"configMapRef":{"name":"all"}}]
            """);
        foreach (var path in allowed) Assert.True((await SendAsync(kubelet, "GET", path)).Code is 200 or 404, path);
        Assert.Equal(403, (await SendAsync(kubelet, "GET", "/api/v1/namespaces/kube-system/secrets/expand")).Code);
        Assert.Equal(403, (await SendAsync(kubelet, "GET", $"{Core}/persistentvolumeclaims")).Code);
    }

    [Fact]
    public async Task A_node_reads_its_own_pods_and_its_own_node_only()
    {
        var server = await StartAsync();
        var kubelet = Kubelet("one");
        await PodAsync(server, "mine", "one");
        await PodAsync(server, "other", "two");
        Assert.Equal(["mine"], (await SendAsync(kubelet, "GET", "/api/v1/pods?fieldSelector=spec.nodeName%3Done")).Names);
        Assert.Equal(403, (await SendAsync(kubelet, "GET", "/api/v1/pods?fieldSelector=spec.nodeName%3Dtwo")).Code);
        Assert.EndsWith("can only list/watch pods with spec.nodeName field selector", (await SendAsync(kubelet, "GET", "/api/v1/pods")).Message, StringComparison.Ordinal);
        Assert.Equal(403, (await SendAsync(kubelet, "GET", "/api/v1/pods?fieldSelector=spec.nodeName%21%3Dtwo")).Code);
        Assert.Equal(200, (await SendAsync(kubelet, "GET", $"{Core}/pods/mine")).Code);
        Assert.Equal(403, (await SendAsync(kubelet, "GET", $"{Core}/pods/other")).Code);
        Assert.Equal(403, (await SendAsync(kubelet, "GET", $"{Core}/pods/mine/log")).Code);
        Assert.Equal(201, (await SendAsync(kubelet, "POST", "/api/v1/nodes", """{"metadata":{"name":"one"}}""")).Code);
        Assert.Equal(200, (await SendAsync(kubelet, "GET", "/api/v1/nodes/one")).Code);
        Assert.Equal(200, (await SendAsync(kubelet, "GET", "/api/v1/nodes?fieldSelector=metadata.name%3Done")).Code);
        Assert.EndsWith("node 'one' cannot read all nodes, only its own Node object", (await SendAsync(kubelet, "GET", "/api/v1/nodes")).Message, StringComparison.Ordinal);
        Assert.EndsWith("node 'one' cannot read 'two', only its own Node object", (await SendAsync(kubelet, "GET", "/api/v1/nodes/two")).Message, StringComparison.Ordinal);
        Assert.Equal(403, (await SendAsync(kubelet, "DELETE", "/api/v1/nodes/one")).Code);
    }

    [Fact]
    public async Task A_node_writes_to_itself_to_its_lease_and_to_its_pods_only()
    {
        var server = await StartAsync();
        var kubelet = Kubelet("one");
        await PodAsync(server, "mine", "one");
        await PodAsync(server, "other", "two");
        await server.PostAsync("/api/v1/nodes", """{"metadata":{"name":"two"}}""");
        var own = (await server.PostAsync("/api/v1/nodes", """{"metadata":{"name":"one"}}""")).Json["metadata", "uid"]!.AsText()!;
        const string Merge = "application/merge-patch+json";
        Assert.Equal(200, (await SendAsync(kubelet, "PATCH", "/api/v1/nodes/one/status", """{"status":{"phase":"Running"}}""", Merge)).Code);
        Assert.Equal("nodes \"two\" is forbidden: node \"one\" is not allowed to modify node \"two\"", (await SendAsync(kubelet, "PATCH", "/api/v1/nodes/two/status", """{"status":{"phase":"Running"}}""", Merge)).Message);
        Assert.Equal("nodes \"one\" is forbidden: node \"one\" is not allowed to modify taints", (await SendAsync(kubelet, "PATCH", "/api/v1/nodes/one", """{"spec":{"taints":[{"key":"a","effect":"NoSchedule"}]}}""", Merge)).Message);
        Assert.Equal("nodes \"one\" is forbidden: is not allowed to modify labels: node-restriction.kubernetes.io/a", (await SendAsync(kubelet, "PATCH", "/api/v1/nodes/one", """{"metadata":{"labels":{"node-restriction.kubernetes.io/a":"b"}}}""", Merge)).Message);
        Assert.Equal(200, (await SendAsync(kubelet, "PATCH", $"{Core}/pods/mine/status", """{"status":{"phase":"Running"}}""", Merge)).Code);
        Assert.Equal(403, (await SendAsync(kubelet, "PATCH", $"{Core}/pods/other/status", """{"status":{"phase":"Running"}}""", Merge)).Code);
        Assert.Equal(403, (await SendAsync(kubelet, "PATCH", $"{Core}/pods/mine", """{"metadata":{"labels":{"a":"b"}}}""", Merge)).Code);
        Assert.Equal("pods \"other\" is forbidden: node \"one\" can only delete pods with spec.nodeName set to itself", (await SendAsync(kubelet, "DELETE", $"{Core}/pods/other")).Message);
        Assert.Equal(403, (await SendAsync(kubelet, "DELETE", $"{Core}/pods?fieldSelector=spec.nodeName%3Done")).Code);
        Assert.Equal(403, (await SendAsync(kubelet, "POST", $"{Core}/pods", """{"metadata":{"name":"new"},"spec":{"nodeName":"one","containers":[{"name":"c","image":"i"}]}}""")).Code);
        Assert.Equal(201, (await SendAsync(kubelet, "POST", $"{Core}/pods", """{"metadata":{"name":"static","annotations":{"kubernetes.io/config.mirror":"x"},"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"one","uid":"UID","controller":true}]},"spec":{"nodeName":"one","containers":[{"name":"c","image":"i"}]}}""".Replace("UID", own, StringComparison.Ordinal))).Code);
        Assert.Equal(201, (await SendAsync(kubelet, "POST", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", """{"metadata":{"name":"one"}}""")).Code);
        Assert.Equal(403, (await SendAsync(kubelet, "POST", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", """{"metadata":{"name":"two"}}""")).Code);
        Assert.Equal(403, (await SendAsync(kubelet, "POST", "/apis/coordination.k8s.io/v1/namespaces/default/leases", """{"metadata":{"name":"one"}}""")).Code);
    }

    [Fact]
    public async Task Tokens_are_made_for_the_accounts_of_the_nodes_pods_and_bound_to_these()
    {
        var server = await StartAsync();
        var kubelet = Kubelet("one");
        await server.PostAsync($"{Core}/serviceaccounts", """{"metadata":{"name":"robot"}}""");
        const string Tokens = $"{Core}/serviceaccounts/robot/token";
        Assert.Equal(403, (await SendAsync(kubelet, "POST", Tokens, Bound("p", ""))).Code);
        await PodAsync(server, "p", "one", ""","serviceAccountName":"robot","volumes":[{"name":"t","projected":{"sources":[{"serviceAccountToken":{"path":"t"}}]}}]""");
        await PodAsync(server, "q", "two", ""","serviceAccountName":"robot" """);
        var uid = (await server.GetAsync($"{Core}/pods/p")).Json["metadata", "uid"]!.AsText()!;
        Assert.Equal(201, (await SendAsync(kubelet, "POST", Tokens, Bound("p", uid))).Code);
        Assert.EndsWith("node requested token not bound to a pod", (await SendAsync(kubelet, "POST", Tokens, """{"spec":{}}""")).Message, StringComparison.Ordinal);
        Assert.EndsWith("node requested token with a pod binding without a uid", (await SendAsync(kubelet, "POST", Tokens, Bound("p", ""))).Message, StringComparison.Ordinal);
        Assert.EndsWith("node requested token bound to a pod scheduled on a different node", (await SendAsync(kubelet, "POST", Tokens, Bound("q", (await server.GetAsync($"{Core}/pods/q")).Json["metadata", "uid"]!.AsText()!))).Message, StringComparison.Ordinal);

        static string Bound(string pod, string uid) => $$"""{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"{{pod}}","uid":"{{uid}}"} } }""";
    }

    [Fact]
    public async Task Evictions_are_of_the_nodes_own_pods()
    {
        var server = await StartAsync();
        var kubelet = Kubelet("one");
        await PodAsync(server, "mine", "one");
        await PodAsync(server, "other", "two");
        Assert.Equal("pods \"other\" is forbidden: node one can only evict pods with spec.nodeName set to itself", (await SendAsync(kubelet, "POST", $"{Core}/pods/other/eviction", Eviction("other"))).Message);
        Assert.Equal(201, (await SendAsync(kubelet, "POST", $"{Core}/pods/mine/eviction", Eviction("mine"))).Code);

        static string Eviction(string name) => $$"""{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"{{name}}"} }""";
    }

    [Fact]
    public async Task A_mirror_pod_brings_no_rights()
    {
        var server = await StartAsync();
        await server.PostAsync("/api/v1/nodes", """{"metadata":{"name":"one"}}""");
        Assert.Equal(201, (await server.PostAsync($"{Core}/pods", """{"metadata":{"name":"static","annotations":{"kubernetes.io/config.mirror":"x"}},"spec":{"nodeName":"one","containers":[{"name":"c","image":"i"}],"imagePullSecrets":[{"name":"s"}]}}""")).Code);
        Assert.Equal(403, (await SendAsync(Kubelet("one"), "GET", $"{Core}/secrets/s")).Code);
    }

    [Fact]
    public async Task What_all_nodes_need_all_nodes_have_and_others_have_nothing_of_it()
    {
        await StartAsync();
        var kubelet = Kubelet("one");
        Assert.Equal(200, (await SendAsync(kubelet, "GET", "/api/v1/services")).Code);
        Assert.Equal(200, (await SendAsync(kubelet, "GET", "/apis/node.k8s.io/v1/runtimeclasses")).Code);
        Assert.Equal(201, (await SendAsync(kubelet, "POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", """{"spec":{"user":"bob","nonResourceAttributes":{"path":"/","verb":"get"}}}""")).Code);
        Assert.Equal(403, (await SendAsync(kubelet, "GET", "/apis/apps/v1/deployments")).Code);
        Assert.EndsWith("unknown node for user \"system:node:\"", (await SendAsync(Client("system:node:", "system:nodes"), "GET", "/api/v1/services")).Message, StringComparison.Ordinal);
        Assert.Equal(403, (await SendAsync(Client("system:node:one"), "GET", "/api/v1/services")).Code);
        Assert.Equal(403, (await SendAsync(Client("bob", "system:nodes"), "GET", "/api/v1/services")).Code);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    private async Task<TestServer> StartAsync() => _server = await TestServer.StartAsync();

    private HttpClient Kubelet(string node) => Client($"system:node:{node}", "system:nodes", "system:authenticated");

    private HttpClient Client(string user, params string[] groups)
    {
        var client = new HttpClient(_server!.Server.CreateHandler(new UserInfo { Username = user, Groups = [.. groups] })) { BaseAddress = new Uri("https://localhost") };
        _clients.Add(client);
        return client;
    }

    private static Task<Answer> SendAsync(HttpClient client, string method, string path, string? body = null, string type = "application/json") =>
        TestServer.SendAsync(client, method, path, body, method == "PATCH" && type == "application/json" ? "application/merge-patch+json" : type);

    private static async Task PodAsync(TestServer server, string name, string node, string more = "", string container = "")
    {
        var created = await server.PostAsync($"{Core}/pods", $$"""{"metadata":{"name":"{{name}}"},"spec":{"nodeName":"{{node}}","containers":[{"name":"c","image":"i"{{container}} }]{{more}} } }""");
        Assert.True(created.Code == 201, created.Text);
    }
}
