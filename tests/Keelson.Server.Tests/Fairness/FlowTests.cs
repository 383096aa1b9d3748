using Keelson.Api.Authentication.V1;
using Keelson.Server.Http;

namespace Keelson.Server.Tests.Fairness;

/// <summary>Flow schemas and priority levels as clients of a server meet them.</summary>
public sealed class FlowTests
{
    private const string Flows = "/apis/flowcontrol.apiserver.k8s.io/v1";

    [Theory]
    [InlineData("boss", "system:masters", "/api/v1/pods", "exempt")]
    [InlineData("system:kube-scheduler", "", "/api/v1/pods", "kube-scheduler")]
    [InlineData("system:node:a", "system:nodes", "/api/v1/nodes/a", "system-node-high")]
    [InlineData("system:node:a", "system:nodes", "/api/v1/pods", "system-nodes")]
    [InlineData("system:serviceaccount:kube-system:dns", "system:serviceaccounts", "/api/v1/pods", "kube-system-service-accounts")]
    [InlineData("system:serviceaccount:default:app", "system:serviceaccounts", "/api/v1/pods", "service-accounts")]
    [InlineData("alice", "", "/healthz", "probes")]
    [InlineData("alice", "", "/version", "global-default")]
    public async Task A_request_is_in_the_flow_of_who_asks_what(string user, string group, string path, string schema)
    {
        await using var server = await TestServer.StartAsync();
        using var client = Connect(server, user, group);

        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(await UidAsync(server, "flowschemas", schema), Assert.Single(response.Headers.GetValues("X-Kubernetes-PF-FlowSchema-UID")));
    }

    [Fact]
    public async Task A_schema_of_ones_own_decides_before_those_that_come_after_it()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(Flows + "/prioritylevelconfigurations", """{"metadata":{"name":"slow"},"spec":{"type":"Limited","limited":{"nominalConcurrencyShares":1,"limitResponse":{"type":"Reject"}}}}""");
        await server.PostAsync(Flows + "/flowschemas", """
            {"metadata":{"name":"alice"},"spec":{"priorityLevelConfiguration":{"name":"slow"},"matchingPrecedence":500,"distinguisherMethod":{"type":"ByUser"},
             "rules":[{"subjects":[{"kind":"User","user":{"name":"alice"}}],"resourceRules":[{"verbs":["*"],"apiGroups":["*"],"resources":["configmaps","pods/log"],"namespaces":["*"]}]}]}}
            """);
        using var client = Connect(server, "alice");

        await EventuallyAsync(async () => await SchemaOfAsync(server, client, "/api/v1/namespaces/default/configmaps") == "alice");
        Assert.Equal("global-default", await SchemaOfAsync(server, client, "/api/v1/configmaps"));
        Assert.Equal("global-default", await SchemaOfAsync(server, client, "/api/v1/namespaces/default/pods"));
    }

    [Fact]
    public async Task A_schema_says_whether_its_level_is_there()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(Flows + "/flowschemas", """{"metadata":{"name":"lost"},"spec":{"priorityLevelConfiguration":{"name":"nowhere"},"matchingPrecedence":1000}}""");

        await UntilAsync(server, "lost", "True");
        await UntilAsync(server, "exempt", "False");
        await server.PostAsync(Flows + "/prioritylevelconfigurations", """{"metadata":{"name":"nowhere"},"spec":{"type":"Limited","limited":{"nominalConcurrencyShares":1,"limitResponse":{"type":"Reject"}}}}""");

        await UntilAsync(server, "lost", "False");
    }

    [Fact]
    public async Task What_every_cluster_has_comes_back()
    {
        await using var server = await TestServer.StartAsync();
        var before = await UidAsync(server, "prioritylevelconfigurations", "catch-all");

        await server.DeleteAsync(Flows + "/prioritylevelconfigurations/catch-all");

        await EventuallyAsync(async () => await server.GetAsync(Flows + "/prioritylevelconfigurations/catch-all") is { Code: 200 } found && found.Json["metadata", "uid"]?.AsText() is { } uid && uid != before);
    }

    [Fact]
    public async Task Watches_that_wait_for_changes_keep_nobody_out()
    {
        await using var server = await TestServer.StartAsync(configure: options => options with { Limits = new RequestLimits { Reading = 20, Writing = 20 } });
        using var client = Connect(server, "alice");
        var watches = new List<HttpResponseMessage>();
        await GrantAsync(server);
        for (var i = 0; i < 60; i++) watches.Add(await client.GetAsync(new Uri("/api/v1/configmaps?watch=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));

        var answer = await TestServer.SendAsync(client, "GET", "/api/v1/configmaps");

        Assert.Equal(200, answer.Code);
        watches.ForEach(watch => watch.Dispose());
    }

    [Fact]
    public async Task Without_it_requests_are_counted_alone()
    {
        await using var server = await TestServer.StartAsync(configure: options => options with { Limits = new RequestLimits { PriorityAndFairness = false, Reading = 0 } });
        using var client = Connect(server, "alice");

        var answer = await TestServer.SendAsync(client, "GET", "/version");

        Assert.Equal(429, answer.Code);
        Assert.Equal(200, (await server.GetAsync("/version")).Code);
    }

    [Fact]
    public async Task What_is_let_in_is_counted()
    {
        await using var server = await TestServer.StartAsync();
        using var client = Connect(server, "alice");
        await TestServer.SendAsync(client, "GET", "/version");

        var levels = (await server.GetAsync("/debug/api_priority_and_fairness/dump_priority_levels")).Text;
        var metrics = (await server.GetAsync("/metrics")).Text;

        Assert.Contains("apiserver_flowcontrol_dispatched_requests_total{flow_schema=\"global-default\",priority_level=\"global-default\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("workload-low, true, 0, 0, 245, 0, 220, <all>\n", levels, StringComparison.Ordinal);
        Assert.Contains("apiserver_flowcontrol_nominal_limit_seats{priority_level=\"workload-low\"} 245", metrics, StringComparison.Ordinal);
    }

    private static Task GrantAsync(TestServer server) => server.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """
        {"metadata":{"name":"alice"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"},"subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"alice"}]}
        """);

    private static HttpClient Connect(TestServer server, string user, string group = "") => new(server.Server.CreateHandler(new UserInfo
    {
        Username = user,
        Groups = group.Length == 0 ? ["system:authenticated"] : ["system:authenticated", group],
    }))
    {
        BaseAddress = new Uri("https://localhost"),
    };

    private static async Task<string?> SchemaOfAsync(TestServer server, HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        var uid = Assert.Single(response.Headers.GetValues("X-Kubernetes-PF-FlowSchema-UID"));
        return (await server.GetAsync(Flows + "/flowschemas")).Json["items"]!.AsList()!.Select(item => item["metadata"]!).Single(metadata => metadata["uid"]?.AsText() == uid)["name"]?.AsText();
    }

    private static async Task<string?> UidAsync(TestServer server, string plural, string name) => (await server.GetAsync($"{Flows}/{plural}/{name}")).Json["metadata", "uid"]?.AsText();

    private static Task UntilAsync(TestServer server, string schema, string status) => EventuallyAsync(async () =>
        (await server.GetAsync($"{Flows}/flowschemas/{schema}")).Json["status", "conditions"]?.AsList()?.Any(condition => condition["type"]?.AsText() == "Dangling" && condition["status"]?.AsText() == status) == true);

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
