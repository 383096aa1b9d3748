using Keelson.Api.Values;

namespace Keelson.Server.Tests.Verbs;

/// <summary>What the server writes into a new pod.</summary>
public sealed class PodCreationTests
{
    private static async Task<Value> CreateAsync(string spec, string metadata = "")
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync("/api/v1/namespaces/default/serviceaccounts", """{"metadata":{"name":"default"}}""");
        var answer = await server.PostAsync("/api/v1/namespaces/default/pods", $$"""{"metadata":{"name":"p","labels":{"app":"a","hash":"h"}{{metadata}}},"spec":{{spec}}}""");
        Assert.True(answer.Code == 201, answer.Text);
        return answer.Json;
    }

    [Fact]
    public async Task A_pod_with_gates_says_that_it_waits_for_them()
    {
        var pod = await CreateAsync("""{"schedulingGates":[{"name":"example.com/g"}],"containers":[{"name":"c","image":"x"}]}""");
        var condition = Assert.Single(pod["status", "conditions"]!.AsList()!);
        Assert.Equal(("PodScheduled", "False", "SchedulingGated"), (condition["type"]?.AsText(), condition["status"]?.AsText(), condition["reason"]?.AsText()));
        Assert.Equal("Scheduling is blocked due to non-empty scheduling gates", condition["message"]?.AsText());
    }

    [Fact]
    public async Task Keys_of_labels_become_expressions_with_the_pods_own_values()
    {
        var pod = await CreateAsync("""
            {"containers":[{"name":"c","image":"x"}],
             "affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
               {"topologyKey":"zone","labelSelector":{"matchLabels":{"app":"a"}},"matchLabelKeys":["hash","absent"],"mismatchLabelKeys":["app"]}]}},
             "topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"DoNotSchedule","labelSelector":{"matchLabels":{"app":"a"}},"matchLabelKeys":["hash"]}]}
            """);
        var apart = pod["spec", "affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution"]!.AsList()![0]["labelSelector", "matchExpressions"]!.AsList()!;
        Assert.Equal(["hash In h", "app NotIn a"], apart.Select(Show));
        var spread = pod["spec", "topologySpreadConstraints"]!.AsList()![0]["labelSelector", "matchExpressions"]!.AsList()!;
        Assert.Equal(["hash In h"], spread.Select(Show));

        static string Show(Value one) => $"{one["key"]?.AsText()} {one["operator"]?.AsText()} {one["values"]!.AsList()![0].AsText()}";
    }

    [Fact]
    public async Task A_profile_that_is_named_in_one_form_is_named_in_both()
    {
        const string Prefix = "container.apparmor.security.beta.kubernetes.io/";
        var pod = await CreateAsync(
            """{"containers":[{"name":"c","image":"x"},{"name":"d","image":"x","securityContext":{"appArmorProfile":{"type":"RuntimeDefault"}}},{"name":"e","image":"x"}]}""",
            $$""","annotations":{"{{Prefix}}c":"localhost/mine"}""");
        var profile = pod["spec", "containers"]!.AsList()![0]["securityContext", "appArmorProfile"]!;
        Assert.Equal(("Localhost", "mine"), (profile["type"]?.AsText(), profile["localhostProfile"]?.AsText()));
        Assert.Equal("runtime/default", pod["metadata", "annotations", Prefix + "d"]?.AsText());
        Assert.Null(pod["metadata", "annotations", Prefix + "e"]);
    }

    [Fact]
    public async Task A_pod_that_never_ran_is_evicted_with_the_reason_in_its_conditions()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync("/api/v1/namespaces/default/serviceaccounts", """{"metadata":{"name":"default"}}""");
        const string Pod = "/api/v1/namespaces/default/pods/p";
        await server.PostAsync("/api/v1/namespaces/default/pods", """{"metadata":{"name":"p"},"spec":{"nodeName":"n","containers":[{"name":"c","image":"x"}]}}""");
        Assert.Equal(201, (await server.PostAsync(Pod + "/eviction", """{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"p"}}""")).Code);
        var pod = (await server.GetAsync(Pod)).Json;
        Assert.NotNull(pod["metadata", "deletionTimestamp"]);
        var condition = pod["status", "conditions"]!.AsList()!.Single(known => known["type"]?.AsText() == "DisruptionTarget");
        Assert.Equal(("EvictionByEvictionAPI", "Eviction API: evicting"), (condition["reason"]?.AsText(), condition["message"]?.AsText()));
    }

    [Fact]
    public async Task A_review_has_no_table()
    {
        await using var server = await TestServer.StartAsync();
        const string Reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        const string Review = """{"spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}""";
        const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io";
        Assert.Equal(406, (await server.SendAsync("POST", Reviews, Review, "application/json", Table)).Code);
        Assert.Equal("SelfSubjectAccessReview", (await server.SendAsync("POST", Reviews, Review, "application/json", Table + ",application/json")).Json["kind"]?.AsText());
    }
}
