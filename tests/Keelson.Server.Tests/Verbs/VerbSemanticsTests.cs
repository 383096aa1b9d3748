using Keelson.Api.Values;

namespace Keelson.Server.Tests.Verbs;

/// <summary>What upstream says of verbs and their options, sentence by sentence.</summary>
public sealed class VerbSemanticsTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
    private const string Merge = "application/merge-patch+json";
    private const string Deployment = """{"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""";

    [Theory]
    [InlineData("POST", Maps, """{"metadata":{"name":"new"}}""")]
    [InlineData("PUT", Maps + "/a", """{"metadata":{"name":"a"},"data":{"x":"y"}}""")]
    [InlineData("PATCH", Maps + "/a", """{"data":{"x":"y"}}""")]
    [InlineData("DELETE", Maps + "/a", null)]
    [InlineData("DELETE", Maps, null)]
    public async Task A_dry_run_of_any_verb_answers_and_leaves_everything_as_it_is(string method, string path, string? body)
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateMapAsync("a");
        var before = (await server.GetAsync(Maps)).Text;
        var revision = (await server.Store.StatusAsync()).Revision;
        var answer = await server.SendAsync(method, path + "?dryRun=All", body, method == "PATCH" ? Merge : "application/json");
        Assert.True(answer.Code is 200 or 201, answer.Text);
        Assert.Equal(before, (await server.GetAsync(Maps)).Text);
        Assert.Equal(revision, (await server.Store.StatusAsync()).Revision);
        Assert.Equal(422, (await server.SendAsync(method, path + "?dryRun=Some", body, method == "PATCH" ? Merge : "application/json")).Code);
    }

    [Theory]
    [InlineData("true", "orphan")]
    [InlineData("false", null)]
    public async Task Whether_dependents_stay_can_be_said_in_the_old_way(string orphan, string? finalizer)
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(Deployments, Deployment);
        Assert.Equal(200, (await server.DeleteAsync($"{Deployments}/d?orphanDependents={orphan}")).Code);
        var left = await server.GetAsync(Deployments + "/d");
        if (finalizer is null) Assert.Equal(404, left.Code);
        else Assert.Equal([finalizer], left.Json["metadata", "finalizers"]!.AsList()!.Select(name => name.AsText()!));
        Assert.Equal(422, (await server.DeleteAsync(Deployments + "/d", """{"orphanDependents":true,"propagationPolicy":"Orphan"}""")).Code);
    }

    [Theory]
    [InlineData("resourceVersionMatch=Exact", "resourceVersionMatch is forbidden unless resourceVersion is provided")]
    [InlineData("resourceVersionMatch=NotOlderThan", "resourceVersionMatch is forbidden unless resourceVersion is provided")]
    [InlineData("resourceVersion=0&resourceVersionMatch=Exact", "resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\"")]
    [InlineData("resourceVersion=1&resourceVersionMatch=Newest", "supported values: \"Exact\", \"NotOlderThan\", \"\"")]
    [InlineData("continue=x&resourceVersionMatch=Exact", "resourceVersionMatch is forbidden when continue is provided")]
    [InlineData("watch=1&resourceVersion=1&resourceVersionMatch=NotOlderThan", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")]
    [InlineData("watch=1&sendInitialEvents=true", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")]
    [InlineData("watch=1&sendInitialEvents=true&resourceVersionMatch=Exact", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")]
    public async Task Ways_to_match_a_version_that_make_no_sense_are_refused(string query, string message)
    {
        await using var server = await TestServer.StartAsync();
        var refused = await server.GetAsync($"{Maps}?{query}");
        Assert.Equal((422, "Invalid"), (refused.Code, refused.Reason));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Owners_are_forgotten_by_an_empty_entry_and_kept_by_an_empty_list()
    {
        await using var server = await TestServer.StartAsync();
        var created = await server.CreateMapAsync("a", data: """{"x":"y"}""");
        Assert.NotNull(created.Json["metadata", "managedFields"]);
        var untouched = await server.PatchAsync(Maps + "/a", """{"metadata":{"managedFields":[]}}""", Merge);
        Assert.NotNull(untouched.Json["metadata", "managedFields"]);
        var reset = await server.PatchAsync(Maps + "/a", """{"metadata":{"managedFields":[{}]}}""", Merge);
        Assert.True(reset.Code == 200, reset.Text);
        Assert.Null(reset.Json["metadata", "managedFields"]);
    }

    [Fact]
    public async Task The_time_of_an_owner_moves_only_with_what_it_owns()
    {
        await using var server = await TestServer.StartAsync();
        var first = TimeOf(await server.CreateMapAsync("a", data: """{"x":"1"}"""));
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        var same = await server.PatchAsync(Maps + "/a", """{"data":{"x":"1"}}""", Merge);
        Assert.Equal(first, TimeOf(same));
        var version = same.Version;
        Assert.Equal(version, (await server.PatchAsync(Maps + "/a", "{}", Merge)).Version);
        Assert.NotEqual(first, TimeOf(await server.PatchAsync(Maps + "/a", """{"data":{"z":"2"}}""", Merge)));

        static string TimeOf(Answer answer) => answer.Json["metadata", "managedFields"]!.AsList()![0]["time"]!.AsText()!;
    }

    [Fact]
    public async Task A_generation_counts_what_is_wanted_and_nothing_else()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(Deployments, Deployment);
        Assert.Equal(1L, await AfterAsync("""{"metadata":{"labels":{"x":"y"}}}""", ""));
        Assert.Equal(1L, await AfterAsync("""{"status":{"replicas":3}}""", "/status"));
        Assert.Equal(2L, await AfterAsync("""{"spec":{"replicas":3}}""", ""));
        Assert.Equal(2L, await AfterAsync("""{"metadata":{"generation":9}}""", ""));
        Assert.Equal(3L, await AfterAsync("""{"spec":{"replicas":4}}""", "/scale"));

        async Task<long?> AfterAsync(string patch, string subresource)
        {
            var patched = await server.PatchAsync(Deployments + "/d" + subresource, patch, Merge);
            Assert.True(patched.Code == 200, patched.Text);
            return (await server.GetAsync(Deployments + "/d")).Json["metadata", "generation"]!.AsInteger();
        }
    }

    [Theory]
    [InlineData("uid", "\"other\"", 409)]
    [InlineData("creationTimestamp", "\"2020-01-01T00:00:00Z\"", 200)]
    [InlineData("deletionTimestamp", "\"2020-01-01T00:00:00Z\"", 200)]
    [InlineData("name", "\"b\"", 400)]
    [InlineData("namespace", "\"kube-system\"", 400)]
    [InlineData("resourceVersion", "\"1\"", 409)]
    [InlineData("resourceVersion", "\"x\"", 422)]
    public async Task What_identifies_an_object_does_not_change(string field, string value, int code)
    {
        await using var server = await TestServer.StartAsync();
        var created = await server.CreateMapAsync("a");
        var updated = created.Json.With(["metadata", field], ValueReader.Read(value));
        var answer = await server.PutAsync(Maps + "/a", ValueWriter.WriteText(updated));
        Assert.True(answer.Code == code, answer.Text);
        var found = await server.GetAsync(Maps + "/a");
        Assert.Equal(created.Json["metadata", field]?.ToString(), found.Json["metadata", field]?.ToString());
    }

    [Fact]
    public async Task The_owner_of_a_deletion_is_asked_for_and_named()
    {
        await using var server = await TestServer.StartAsync();
        var created = await server.CreateMapAsync("a");
        var wrong = await server.DeleteAsync(Maps + "/a", """{"preconditions":{"uid":"other"}}""");
        Assert.Equal(409, wrong.Code);
        Assert.Contains("Precondition failed: UID in precondition: other, UID in object meta: ", wrong.Message, StringComparison.Ordinal);
        var late = await server.DeleteAsync(Maps + "/a", """{"preconditions":{"resourceVersion":"1"}}""");
        Assert.Contains("Precondition failed: ResourceVersion in precondition: 1, ResourceVersion in object meta: ", late.Message, StringComparison.Ordinal);
        var right = $$$"""{"preconditions":{"uid":"{{{created.Json["metadata", "uid"]!.AsText()}}}","resourceVersion":"{{{created.Version}}}"} }""";
        Assert.Equal(200, (await server.DeleteAsync(Maps + "/a", right)).Code);
    }

    [Theory]
    [InlineData("pods", "spec.nodeName spec.restartPolicy spec.schedulerName spec.serviceAccountName spec.hostNetwork status.phase status.podIP status.nominatedNodeName")]
    [InlineData("nodes", "spec.unschedulable")]
    [InlineData("namespaces", "status.phase")]
    [InlineData("secrets", "type")]
    [InlineData("services", "spec.clusterIP spec.type")]
    [InlineData("replicationcontrollers", "status.replicas")]
    [InlineData("events", "involvedObject.kind involvedObject.namespace involvedObject.name involvedObject.uid involvedObject.apiVersion involvedObject.resourceVersion involvedObject.fieldPath reason reportingComponent source type")]
    [InlineData("apps/v1/replicasets", "status.replicas")]
    [InlineData("batch/v1/jobs", "status.successful")]
    [InlineData("certificates.k8s.io/v1/certificatesigningrequests", "spec.signerName")]
    [InlineData("resource.k8s.io/v1/resourceslices", "spec.nodeName spec.driver")]
    public async Task A_kind_is_selected_by_the_fields_that_it_is_selected_by_upstream(string resource, string fields)
    {
        await using var server = await TestServer.StartAsync();
        var path = resource.Contains('/', StringComparison.Ordinal) ? "/apis/" + resource : "/api/v1/" + resource;
        foreach (var field in fields.Split(' ').Append("metadata.name"))
        {
            var answer = await server.GetAsync($"{path}?fieldSelector={field}=x,{field}!=y");
            Assert.True(answer.Code == 200, answer.Text);
            Assert.Empty(answer.Names);
        }

        Assert.Equal(400, (await server.GetAsync($"{path}?fieldSelector=spec.other=x")).Code);
    }
}
