namespace Keelson.Server.Tests.Verbs;

public sealed class UpdateTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";

    private const string Web = """
        {"metadata":{"name":"web"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"replicas":7}}
        """;

    [Fact]
    public async Task An_update_of_an_old_version_is_a_conflict()
    {
        await using var server = await TestServer.StartAsync();
        var first = (await server.CreateMapAsync("a")).Version;
        var second = await server.PutAsync(Maps + "/a", $$$"""{"metadata":{"name":"a","resourceVersion":"{{{first}}}"},"data":{"n":"1"}}""");
        Assert.Equal(200, second.Code);
        var third = await server.PutAsync(Maps + "/a", $$$"""{"metadata":{"name":"a","resourceVersion":"{{{first}}}"},"data":{"n":"2"}}""");
        Assert.Equal((409, "Conflict"), (third.Code, third.Reason));
        Assert.Equal("Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again", third.Message);
    }

    [Fact]
    public async Task An_update_without_version_wins_and_one_that_changes_nothing_is_none()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateMapAsync("a");
        var changed = await server.PutAsync(Maps + "/a", """{"metadata":{"name":"a"},"data":{"n":"1"}}""");
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        var same = await server.PutAsync(Maps + "/a", """{"metadata":{"name":"a"},"data":{"n":"1"}}""");
        Assert.Equal(changed.Text, same.Text);
    }

    [Fact]
    public async Task An_update_does_not_create()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(404, (await server.PutAsync(Maps + "/a", """{"metadata":{"name":"a"}}""")).Code);
        Assert.Equal(400, (await server.PutAsync(Maps + "/a", """{"metadata":{"name":"b"}}""")).Code);
        Assert.Equal(201, (await server.PutAsync("/apis/coordination.k8s.io/v1/namespaces/default/leases/l", """{"metadata":{"name":"l"}}""")).Code);
    }

    [Fact]
    public async Task Status_is_written_by_its_own_path_only()
    {
        await using var server = await TestServer.StartAsync();
        var created = await server.PostAsync(Deployments, Web);
        Assert.Null(created.Json["status", "replicas"]);
        var status = await server.PutAsync(Deployments + "/web/status", Web.Replace("\"replicas\":1", "\"replicas\":9", StringComparison.Ordinal));
        Assert.Equal(7, status.Json["status", "replicas"]!.AsInteger());
        Assert.Equal(1, status.Json["spec", "replicas"]!.AsInteger());
        Assert.Equal(1, status.Json["metadata", "generation"]!.AsInteger());
        var spec = await server.PutAsync(Deployments + "/web", Web.Replace("\"replicas\":1", "\"replicas\":9", StringComparison.Ordinal).Replace("\"replicas\":7", "\"replicas\":3", StringComparison.Ordinal));
        Assert.Equal(7, spec.Json["status", "replicas"]!.AsInteger());
        Assert.Equal(9, spec.Json["spec", "replicas"]!.AsInteger());
        Assert.Equal(2, spec.Json["metadata", "generation"]!.AsInteger());
    }

    [Fact]
    public async Task Every_form_of_patch_changes_the_object()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(Deployments, Web);
        var json = await server.PatchAsync(Deployments + "/web", """[{"op":"test","path":"/spec/replicas","value":1},{"op":"replace","path":"/spec/replicas","value":2}]""", "application/json-patch+json");
        Assert.Equal(2, json.Json["spec", "replicas"]!.AsInteger());
        var merge = await server.PatchAsync(Deployments + "/web", """{"spec":{"replicas":3},"metadata":{"labels":{"x":"y"}}}""", "application/merge-patch+json");
        Assert.Equal(3, merge.Json["spec", "replicas"]!.AsInteger());
        var strategic = await server.PatchAsync(Deployments + "/web", """{"spec":{"template":{"spec":{"containers":[{"name":"d","image":"j"}]}}}}""", "application/strategic-merge-patch+json");
        Assert.Equal(2, strategic.Json["spec", "template", "spec", "containers"]!.AsList()!.Count);
        var refused = await server.PatchAsync(Deployments + "/web", """[{"op":"test","path":"/spec/replicas","value":1}]""", "application/json-patch+json");
        Assert.Equal((422, "Invalid"), (refused.Code, refused.Reason));
        Assert.Equal(415, (await server.PatchAsync(Deployments + "/web", "{}", "application/json")).Code);
        Assert.Equal(404, (await server.PatchAsync(Deployments + "/none", "{}", "application/merge-patch+json")).Code);
    }

    [Fact]
    public async Task Patches_that_compete_all_take_effect()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateMapAsync("a");
        await Task.WhenAll(Enumerable.Range(0, 24).Select(i => server.PatchAsync(Maps + "/a", $$$"""{"data":{"k{{{i}}}":"v"}}""", "application/merge-patch+json")));
        Assert.Equal(24, (await server.GetAsync(Maps + "/a")).Json["data"]!.AsMap()!.Count);
    }

    [Fact]
    public async Task Applying_creates_owns_and_conflicts()
    {
        await using var server = await TestServer.StartAsync();
        const string Apply = "application/apply-patch+yaml";
        const string Mine = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: mine\n";
        Assert.Equal(422, (await server.PatchAsync(Maps + "/a", Mine, Apply)).Code);
        var created = await server.PatchAsync(Maps + "/a?fieldManager=me", Mine, Apply);
        Assert.Equal(201, created.Code);
        Assert.Equal("me", created.Json["metadata", "managedFields"]!.AsList()![0]["manager"]!.AsText());
        Assert.Equal(created.Text, (await server.PatchAsync(Maps + "/a?fieldManager=me", Mine, Apply)).Text);
        var theirs = Mine.Replace("mine", "theirs", StringComparison.Ordinal);
        var conflict = await server.PatchAsync(Maps + "/a?fieldManager=them", theirs, Apply);
        Assert.Equal((409, "Conflict"), (conflict.Code, conflict.Reason));
        Assert.Equal("Apply failed with 1 conflict: conflict with \"me\": .data.k", conflict.Message);
        Assert.Equal("FieldManagerConflict", conflict.Json["details", "causes"]!.AsList()![0]["reason"]!.AsText());
        var forced = await server.PatchAsync(Maps + "/a?fieldManager=them&force=true", theirs, Apply);
        Assert.Equal("theirs", forced.Json["data", "k"]!.AsText());
    }

    [Fact]
    public async Task A_scale_is_read_and_written()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(Deployments, Web);
        var scale = await server.GetAsync(Deployments + "/web/scale");
        Assert.Equal(("Scale", "a=b"), (scale.Json["kind"]!.AsText(), scale.Json["status", "selector"]!.AsText()));
        await server.PutAsync(Deployments + "/web/scale", """{"metadata":{"name":"web"},"spec":{"replicas":4}}""");
        var patched = await server.PatchAsync(Deployments + "/web/scale", """{"spec":{"replicas":5}}""", "application/merge-patch+json");
        Assert.Equal(5, patched.Json["spec", "replicas"]!.AsInteger());
        Assert.Equal(5, (await server.GetAsync(Deployments + "/web")).Json["spec", "replicas"]!.AsInteger());
    }

    [Fact]
    public async Task A_pod_is_bound_once()
    {
        await using var server = await TestServer.StartAsync();
        const string Pods = "/api/v1/namespaces/default/pods";
        await server.PostAsync(Pods, """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
        const string Binding = """{"metadata":{"name":"p"},"target":{"kind":"Node","name":"n1"}}""";
        Assert.Equal(201, (await server.PostAsync(Pods + "/p/binding", Binding)).Code);
        Assert.Equal(409, (await server.PostAsync(Pods + "/p/binding", Binding)).Code);
        var bound = await server.GetAsync(Pods + "?fieldSelector=spec.nodeName=n1");
        Assert.Equal(["p"], bound.Names);
    }

    [Theory]
    [InlineData("application/strategic-merge-patch+json", """{"metadata":{"labels":"x"}}""", " \"\" is invalid: patch: Invalid value: \"map[metadata:map[labels:x]]\": cannot restore map from string")]
    [InlineData("application/strategic-merge-patch+json", """{"immutable":"x"}""", " \"\" is invalid: patch: Invalid value: \"map[immutable:x]\": unrecognized type: bool")]
    [InlineData("application/strategic-merge-patch+json", """{"metadata":{"finalizers":{"a":1}}}""", " \"\" is invalid: patch: Invalid value: \"map[metadata:map[finalizers:map[a:1]]]\": cannot restore slice from map")]
    [InlineData("application/merge-patch+json", """{"data":[1]}""", "json: cannot unmarshal array into Go struct field ConfigMap.data of type map[string]string")]
    [InlineData("application/json-patch+json", """[{"op":"add","path":"/data","value":3}]""", "json: cannot unmarshal number 3 into Go struct field ConfigMap.data of type map[string]string")]
    public async Task A_patch_whose_result_is_no_object_of_its_kind_is_invalid(string type, string patch, string message)
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync("/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"a"}}""");
        var answer = await server.SendAsync("PATCH", "/api/v1/namespaces/default/configmaps/a", patch, type);
        Assert.Equal((422, "Invalid"), (answer.Code, answer.Reason));
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
        Assert.Equal("patch", answer.Json["details", "causes"]!.AsList()![0]["field"]!.AsText());
    }

    [Fact]
    public async Task A_daemon_sets_template_is_counted_and_nobody_else_writes_the_count()
    {
        await using var server = await TestServer.StartAsync();
        const string Sets = "/apis/apps/v1/namespaces/default/daemonsets";
        const string Set = """{"metadata":{"name":"a"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"x"}]}}}}""";
        Assert.Equal("1", Count(await server.PostAsync(Sets, Set)));
        Assert.Equal("1", Count(await server.PutAsync(Sets + "/a", Set)));
        Assert.Equal("1", Count(await server.PatchAsync(Sets + "/a", """{"metadata":{"annotations":{"deprecated.daemonset.template.generation":"7"}},"spec":{"minReadySeconds":3}}""", "application/merge-patch+json")));
        Assert.Equal("2", Count(await server.PatchAsync(Sets + "/a", """{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"y"}]}}}}""", "application/strategic-merge-patch+json")));

        static string? Count(Answer answer) => answer.Json["metadata", "annotations", "deprecated.daemonset.template.generation"]?.AsText();
    }
}
