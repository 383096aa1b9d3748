using System.Net.Sockets;
using System.Net;
using Keelson.Api.Authentication.V1;

namespace Keelson.Server.Tests.Nodes;

/// <summary>What is said of requests that lead to nodes, before any node is asked.</summary>
public sealed class NodeRequestTests
{
    private const string Pods = "/api/v1/namespaces/default/pods";

    [Theory]
    [InlineData("GET", "/web/log?container=c", 400, "container c is not valid for pod web")]
    [InlineData("GET", "/web/log", 400, "a container name must be specified for pod web, choose one of: [a b] or one of the init containers: [i]")]
    [InlineData("GET", "/none/log", 404, "pods \"none\" not found")]
    [InlineData("GET", "/web/log?container=a&tailLines=-1", 422, "PodLogOptions \"web\" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("GET", "/web/log?container=a&sinceSeconds=0&limitBytes=0", 422, "PodLogOptions \"web\" is invalid: [limitBytes: Invalid value: 0: must be greater than 0, sinceSeconds: Invalid value: 0: must be greater than 0]")]
    [InlineData("GET", "/web/log?container=a&tailLines=x", 400, "strconv.ParseInt: parsing \"x\": invalid syntax")]
    [InlineData("POST", "/web/exec?container=a&command=id&stdout=true", 400, "pod web does not have a host assigned")]
    [InlineData("GET", "/web/attach?container=i&stdout=true", 400, "pod web does not have a host assigned")]
    [InlineData("POST", "/web/portforward", 400, "pod web does not have a host assigned")]
    [InlineData("GET", "/ftp:web:21/proxy/", 400, "invalid pod request \"ftp:web:21\"")]
    [InlineData("GET", "/web/proxy/", 400, "address not allowed")]
    [InlineData("GET", "/lost/log", 404, "nodes \"nowhere\" not found")]
    [InlineData("GET", "/silent/log", 500, "Internal error occurred: error dialing backend: node \"silent\" announces no port of a kubelet")]
    [InlineData("PUT", "/web/log", 405, "the server does not allow this method on the requested resource")]
    public async Task A_request_that_cannot_work_says_why(string method, string path, int code, string message)
    {
        await using var server = await StartAsync();
        var answer = await server.SendAsync(method, Pods + path);
        Assert.Equal((code, message), (answer.Code, answer.Message));
    }

    [Fact]
    public async Task A_pod_that_runs_nowhere_has_an_empty_log()
    {
        await using var server = await StartAsync();
        Assert.Equal(204, (await server.GetAsync($"{Pods}/web/log?container=a")).Code);
    }

    [Fact]
    public async Task A_kubelet_that_is_not_there_is_named()
    {
        await using var server = await StartAsync();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        await server.PostAsync("/api/v1/nodes", $$"""{"metadata":{"name":"down"},"status":{"addresses":[{"type":"Hostname","address":"x.invalid"},{"type":"InternalIP","address":"127.0.0.1"}],"daemonEndpoints":{"kubeletEndpoint":{"Port":{{port}} } } } }""");
        await PodAsync(server, "gone", """ "nodeName":"down", "containers":[{"name":"a","image":"i"}] """);
        var answer = await server.GetAsync($"{Pods}/gone/log");
        Assert.Equal((500, $"Internal error occurred: error dialing backend: dial tcp 127.0.0.1:{port}: connect: connection refused"), (answer.Code, answer.Message));
        var proxied = await server.GetAsync("/api/v1/nodes/down/proxy/healthz");
        Assert.Equal((503, $"error trying to reach service: dial tcp 127.0.0.1:{port}: connect: connection refused"), (proxied.Code, proxied.Message));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("localhost")]
    public async Task What_listens_for_this_machine_alone_is_no_backend(string address)
    {
        await using var server = await StartAsync();
        await server.PostAsync("/api/v1/nodes", $$$"""{"metadata":{"name":"near"},"status":{"addresses":[{"type":"InternalIP","address":"{{{address}}}"}]}}""");
        Assert.Equal("address not allowed", (await server.GetAsync("/api/v1/nodes/near:80/proxy/")).Message);
    }

    [Fact]
    public async Task A_service_without_endpoints_is_unavailable()
    {
        await using var server = await StartAsync();
        await server.PostAsync("/api/v1/namespaces/default/services", """{"metadata":{"name":"web"},"spec":{"ports":[{"port":80}]}}""");
        Assert.Equal((503, "no endpoints available for service \"web\""), Told(await server.GetAsync("/api/v1/namespaces/default/services/web/proxy/")));
        Assert.Equal((503, "no service port 81 found for service \"web\""), Told(await server.GetAsync("/api/v1/namespaces/default/services/web:81/proxy/")));
        Assert.Equal((404, "services \"none\" not found"), Told(await server.GetAsync("/api/v1/namespaces/default/services/none/proxy/")));
    }

    [Fact]
    public async Task Whoever_may_only_get_runs_no_command_by_websocket()
    {
        await using var server = await StartAsync();
        await server.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles", """{"metadata":{"name":"looks"},"rules":[{"apiGroups":[""],"resources":["pods/exec"],"verbs":["get"]}]}""");
        await server.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """{"metadata":{"name":"looks"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"looks"},"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"eve"}]}""");
        using var handler = server.Server.CreateHandler(new UserInfo { Username = "eve", Groups = ["system:authenticated"] });
        using var client = new HttpMessageInvoker(handler, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://localhost{Pods}/web/exec?container=a&command=id&stdout=true");
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("cannot create resource \\\"pods/exec\\\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static (int, string) Told(Answer answer) => (answer.Code, answer.Message);

    private static async Task<TestServer> StartAsync()
    {
        var server = await TestServer.StartAsync();
        await server.PostAsync("/api/v1/nodes", """{"metadata":{"name":"silent"},"status":{"addresses":[{"type":"InternalIP","address":"127.0.0.1"}]}}""");
        await PodAsync(server, "web", """ "containers":[{"name":"a","image":"i"},{"name":"b","image":"i"}], "initContainers":[{"name":"i","image":"i"}] """);
        await PodAsync(server, "lost", """ "nodeName":"nowhere", "containers":[{"name":"a","image":"i"}] """);
        await PodAsync(server, "silent", """ "nodeName":"silent", "containers":[{"name":"a","image":"i"}] """);
        return server;
    }

    private static async Task PodAsync(TestServer server, string name, string spec)
    {
        var made = await server.PostAsync(Pods, $$"""{"metadata":{"name":"{{name}}"},"spec":{ {{spec}} } }""");
        Assert.True(made.Code == 201, made.Text);
    }
}
