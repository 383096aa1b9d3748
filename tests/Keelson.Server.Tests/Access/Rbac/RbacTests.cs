using Keelson.Api.Authentication.V1;

namespace Keelson.Server.Tests.Access.Rbac;

public sealed class RbacTests : IAsyncDisposable
{
    private const string Rbac = "/apis/rbac.authorization.k8s.io/v1";
    private const string ReadsPods = """[{"apiGroups":[""],"resources":["pods"],"verbs":["get","list"]}]""";

    private readonly List<HttpClient> _clients = [];
    private TestServer? _server;

    [Fact]
    public async Task A_role_and_its_binding_allow_in_their_namespace_only_and_at_once()
    {
        var server = await StartAsync();
        var bob = Client("bob");
        Assert.Equal(403, (await TestServer.SendAsync(bob, "GET", "/api/v1/namespaces/default/pods")).Code);
        await CreateAsync(server, "roles", "reader", $$""","rules":{{ReadsPods}}""", "default");
        await BindAsync(server, "rolebindings", "bob-reads", "Role", "reader", """{"kind":"User","name":"bob"}""", "default");
        Assert.Equal(200, (await TestServer.SendAsync(bob, "GET", "/api/v1/namespaces/default/pods")).Code);
        Assert.Equal(403, (await TestServer.SendAsync(bob, "GET", "/api/v1/namespaces/kube-system/pods")).Code);
        Assert.Equal(403, (await TestServer.SendAsync(bob, "GET", "/api/v1/namespaces/default/pods/a/log")).Code);

        await server.DeleteAsync($"{Rbac}/namespaces/default/rolebindings/bob-reads");
        var refused = await TestServer.SendAsync(bob, "GET", "/api/v1/namespaces/default/pods");
        Assert.Equal("pods is forbidden: User \"bob\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\"", refused.Message);
    }

    [Fact]
    public async Task A_binding_to_a_role_that_is_not_there_says_so()
    {
        var server = await StartAsync();
        await BindAsync(server, "clusterrolebindings", "empty", "ClusterRole", "x", """{"kind":"Group","name":"devs"}""");
        var refused = await TestServer.SendAsync(Client("bob", "devs"), "GET", "/api/v1/pods");
        Assert.Equal("pods is forbidden: User \"bob\" cannot list resource \"pods\" in API group \"\" at the cluster scope: RBAC: clusterrole.rbac.authorization.k8s.io \"x\" not found", refused.Message);
    }

    [Fact]
    public async Task A_service_account_of_a_binding_is_one_of_its_namespace()
    {
        var server = await StartAsync();
        await BindAsync(server, "rolebindings", "robot", "ClusterRole", "view", """{"kind":"ServiceAccount","name":"robot","namespace":"default"}""", "default");
        var robot = Client("system:serviceaccount:default:robot", "system:serviceaccounts");
        Assert.Equal(200, (await TestServer.SendAsync(robot, "GET", "/api/v1/namespaces/default/pods")).Code);
        Assert.Equal(403, (await TestServer.SendAsync(robot, "GET", "/api/v1/namespaces/default/secrets")).Code);
        Assert.Equal(403, (await TestServer.SendAsync(Client("system:serviceaccount:kube-system:robot"), "GET", "/api/v1/namespaces/default/pods")).Code);
    }

    [Fact]
    public async Task A_sum_follows_the_roles_that_are_added_to_it()
    {
        var server = await StartAsync();
        await BindAsync(server, "rolebindings", "carol", "ClusterRole", "admin", """{"kind":"User","name":"carol"}""", "default");
        var carol = Client("carol");
        Assert.Equal(200, (await TestServer.SendAsync(carol, "GET", "/api/v1/namespaces/default/pods")).Code);
        Assert.Equal(403, (await TestServer.SendAsync(carol, "GET", "/apis/networking.k8s.io/v1/ipaddresses")).Code);
        Assert.Equal(403, (await TestServer.SendAsync(carol, "GET", "/apis/storage.k8s.io/v1/namespaces/default/csistoragecapacities")).Code);
        var more = await server.PostAsync($"{Rbac}/clusterroles", """
            {"metadata":{"name":"more","labels":{"rbac.authorization.k8s.io/aggregate-to-view":"true"}},"rules":[{"apiGroups":["storage.k8s.io"],"resources":["csistoragecapacities"],"verbs":["list"]}]}
            """);
        Assert.Equal(201, more.Code);
        Assert.Equal(200, (await TestServer.SendAsync(carol, "GET", "/apis/storage.k8s.io/v1/namespaces/default/csistoragecapacities")).Code);
    }

    [Fact]
    public async Task Nobody_grants_what_they_do_not_have()
    {
        var server = await StartAsync();
        await BindAsync(server, "rolebindings", "carol", "ClusterRole", "admin", """{"kind":"User","name":"carol"}""", "default");
        var carol = Client("carol");
        const string Path = $"{Rbac}/namespaces/default/roles";
        Assert.Equal(201, (await TestServer.SendAsync(carol, "POST", Path, $$"""{"metadata":{"name":"reader"},"rules":{{ReadsPods}}}""")).Code);
        var refused = await TestServer.SendAsync(carol, "POST", Path, """{"metadata":{"name":"b"},"rules":[{"apiGroups":[""],"resources":["nodes","pods"],"verbs":["get","approve"]}]}""");
        Assert.Equal((403, "Forbidden"), (refused.Code, refused.Reason));
        Assert.Equal(
            "roles.rbac.authorization.k8s.io \"b\" is forbidden: user \"carol\" (groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not currently held:\n"
                + "{APIGroups:[\"\"], Resources:[\"nodes\"], Verbs:[\"get\" \"approve\"]}\n{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"approve\"]}",
            refused.Message);

        const string Bind = """{"metadata":{"name":"up"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"},"subjects":[{"kind":"User","name":"carol"}]}""";
        Assert.Equal(403, (await TestServer.SendAsync(carol, "POST", $"{Rbac}/namespaces/default/rolebindings", Bind)).Code);
        await CreateAsync(server, "roles", "binder", ""","rules":[{"apiGroups":["rbac.authorization.k8s.io"],"resources":["clusterroles"],"resourceNames":["cluster-admin"],"verbs":["bind"]}]""", "default");
        await BindAsync(server, "rolebindings", "binder", "Role", "binder", """{"kind":"User","name":"carol"}""", "default");
        Assert.Equal(201, (await TestServer.SendAsync(carol, "POST", $"{Rbac}/namespaces/default/rolebindings", Bind)).Code);
    }

    [Fact]
    public async Task Anonymous_users_see_whether_the_server_lives_and_nothing_else()
    {
        await StartAsync();
        var nobody = new HttpClient(_server!.Server.CreateHandler(Keelson.Server.Access.KnownUsers.Anonymous)) { BaseAddress = new Uri("https://localhost") };
        _clients.Add(nobody);
        foreach (var open in new[] { "/healthz", "/livez", "/readyz", "/version" }) Assert.Equal(200, (await TestServer.SendAsync(nobody, "GET", open)).Code);
        var refused = await TestServer.SendAsync(nobody, "GET", "/apis");
        Assert.Equal((403, "forbidden: User \"system:anonymous\" cannot get path \"/apis\""), (refused.Code, refused.Message));
        Assert.Equal(403, (await TestServer.SendAsync(nobody, "GET", "/api/v1/pods")).Code);
        Assert.Equal(200, (await TestServer.SendAsync(Client("bob"), "GET", "/apis")).Code);
    }

    [Fact]
    public async Task What_one_may_do_is_listed()
    {
        var server = await StartAsync();
        await BindAsync(server, "rolebindings", "bob", "ClusterRole", "view", """{"kind":"User","name":"bob"}""", "default");
        var list = await TestServer.SendAsync(Client("bob"), "POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", """{"spec":{"namespace":"default"}}""");
        Assert.Equal(201, list.Code);
        Assert.Contains("\"pods/log\"", list.Text, StringComparison.Ordinal);
        Assert.Contains("\"/openapi/*\"", list.Text, StringComparison.Ordinal);
        Assert.False(list.Json["status", "incomplete"]!.AsBool());
    }

    [Fact]
    public async Task A_restart_adds_what_is_missing_and_keeps_what_was_added()
    {
        var server = await StartAsync();
        const string Path = $"{Rbac}/clusterroles/system:kube-dns";
        const string Merge = "application/merge-patch+json";
        await server.PatchAsync(Path, """{"metadata":{"labels":{"mine":"yes"}},"rules":[{"apiGroups":["mine"],"resources":["things"],"verbs":["get"]}]}""", Merge);
        await server.PatchAsync($"{Rbac}/clusterroles/system:discovery", """{"metadata":{"annotations":{"rbac.authorization.kubernetes.io/autoupdate":"false"}},"rules":[]}""", Merge);
        var untouched = (await server.GetAsync($"{Rbac}/clusterroles/edit")).Version;
        await using var again = await server.StartAnotherAsync();
        var role = await again.GetAsync(Path);
        Assert.Contains("\"things\"", role.Text, StringComparison.Ordinal);
        Assert.Contains("\"endpoints\"", role.Text, StringComparison.Ordinal);
        Assert.Equal("yes", role.Json["metadata", "labels", "mine"]!.AsText());
        Assert.DoesNotContain("/openapi", (await again.GetAsync($"{Rbac}/clusterroles/system:discovery")).Text, StringComparison.Ordinal);
        Assert.Equal(untouched, (await again.GetAsync($"{Rbac}/clusterroles/edit")).Version);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    private async Task<TestServer> StartAsync() => _server = await TestServer.StartAsync();

    private HttpClient Client(string name, params string[] groups)
    {
        var user = new UserInfo { Username = name, Groups = (string[])[.. groups, "system:authenticated"] };
        var client = new HttpClient(_server!.Server.CreateHandler(user)) { BaseAddress = new Uri("https://localhost") };
        _clients.Add(client);
        return client;
    }

    private static async Task CreateAsync(TestServer server, string plural, string name, string rest, string space = "")
    {
        var answer = await server.PostAsync(space.Length == 0 ? $"{Rbac}/{plural}" : $"{Rbac}/namespaces/{space}/{plural}", $$$"""{"metadata":{"name":"{{{name}}}"}{{{rest}}}}""");
        Assert.True(answer.Code == 201, answer.Text);
    }

    private static Task BindAsync(TestServer server, string plural, string name, string kind, string role, string subject, string space = "") => CreateAsync(
        server, plural, name, $$""","roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"{{kind}}","name":"{{role}}"},"subjects":[{{subject}}]""", space);
}
