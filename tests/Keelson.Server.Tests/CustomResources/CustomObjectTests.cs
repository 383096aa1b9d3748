namespace Keelson.Server.Tests.CustomResources;

public sealed class CustomObjectTests
{
    private const string Small = """{"apiVersion":"cache.example.com/v1","kind":"Cache","metadata":{"name":"a"},"spec":{"size":3,"image":"i"}}""";

    [Fact]
    public async Task Defaults_are_filled_in_and_unknown_fields_dropped_with_a_warning()
    {
        await using var server = await StartAsync();
        var created = await server.PostAsync(Definitions.Caches, "Cache", """{"metadata":{"name":"a"},"spec":{"size":3,"sise":4}}""");
        Assert.Equal(201, created.Code);
        Assert.Equal("""{"size":3,"engine":"small"}""", created.Json["spec"]!.ToString());
        Assert.Equal(1, created.Json["metadata", "generation"]!.AsInteger());
        Assert.Contains("unknown field \\\"spec.sise\\\"", Assert.Single(created.Warnings), StringComparison.Ordinal);
        Assert.Equal(created.Text, (await server.GetAsync(Definitions.Caches + "/a")).Text);
    }

    [Fact]
    public async Task Strict_validation_refuses_unknown_fields_and_ignoring_says_nothing()
    {
        await using var server = await StartAsync();
        const string Wrong = """{"metadata":{"name":"a"},"spec":{"size":3,"sise":4}}""";
        var strict = await server.PostAsync(Definitions.Caches + "?fieldValidation=Strict", "Cache", Wrong);
        Assert.Equal(400, strict.Code);
        Assert.Contains("unknown field \"spec.sise\"", strict.Message, StringComparison.Ordinal);
        Assert.Empty((await server.PostAsync(Definitions.Caches + "?fieldValidation=Ignore", "Cache", Wrong)).Warnings);
    }

    [Fact]
    public async Task What_the_schema_forbids_is_refused_with_all_that_is_wrong()
    {
        await using var server = await StartAsync();
        var refused = await server.PostAsync(Definitions.Caches, "Cache", """{"metadata":{"name":"a"},"spec":{"size":30,"engine":"huge"}}""");
        Assert.Equal(422, refused.Code);
        Assert.Contains("spec.size: Invalid value: 30: spec.size in body should be less than or equal to 9", refused.Message, StringComparison.Ordinal);
        Assert.Contains("spec.engine: Unsupported value: \"huge\": supported values: \"fast\", \"small\"", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_and_the_rest_are_written_apart()
    {
        await using var server = await StartAsync();
        var created = await server.PostAsync(Definitions.Caches, Small.Replace("\"spec\"", "\"status\":{\"ready\":1},\"spec\"", StringComparison.Ordinal));
        Assert.Null(created.Json["status"]);
        var status = await server.PatchAsync(Definitions.Caches + "/a/status", """{"spec":{"size":5},"status":{"ready":2}}""", "application/merge-patch+json");
        Assert.Equal(2, status.Json["status", "ready"]!.AsInteger());
        Assert.Equal(3, status.Json["spec", "size"]!.AsInteger());
        Assert.Equal(1, status.Json["metadata", "generation"]!.AsInteger());
        var spec = await server.PatchAsync(Definitions.Caches + "/a", """[{"op":"replace","path":"/spec/size","value":5}]""", "application/json-patch+json");
        Assert.Equal(2, spec.Json["metadata", "generation"]!.AsInteger());
        Assert.Equal(2, spec.Json["status", "ready"]!.AsInteger());
    }

    [Fact]
    public async Task Without_a_status_path_the_status_is_a_field_like_others()
    {
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync(Definitions.Cache.Replace("\"status\":{},\"scale\"", "\"scale\"", StringComparison.Ordinal));
        await server.PostAsync(Definitions.Caches, Small);
        var changed = await server.PatchAsync(Definitions.Caches + "/a", """{"status":{"ready":2}}""", "application/merge-patch+json");
        Assert.Equal(2, changed.Json["status", "ready"]!.AsInteger());
        Assert.Equal(2, changed.Json["metadata", "generation"]!.AsInteger());
        var labelled = await server.PatchAsync(Definitions.Caches + "/a", """{"metadata":{"labels":{"a":"b"}}}""", "application/merge-patch+json");
        Assert.Equal(2, labelled.Json["metadata", "generation"]!.AsInteger());
        Assert.Equal(404, (await server.GetAsync(Definitions.Caches + "/a/status")).Code);
    }

    [Fact]
    public async Task The_scale_is_where_the_definition_says()
    {
        await using var server = await StartAsync();
        await server.PostAsync(Definitions.Caches, Small);
        await server.PatchAsync(Definitions.Caches + "/a/status", """{"status":{"ready":2,"selector":"a=b"}}""", "application/merge-patch+json");
        var scaled = await server.PatchAsync(Definitions.Caches + "/a/scale", """{"spec":{"replicas":4}}""", "application/merge-patch+json");
        Assert.Equal("Scale", scaled.Json["kind"]!.AsText());
        Assert.Equal("""{"replicas":2,"selector":"a=b"}""", scaled.Json["status"]!.ToString());
        Assert.Equal(4, (await server.GetAsync(Definitions.Caches + "/a")).Json["spec", "size"]!.AsInteger());
        Assert.Equal(422, (await server.PatchAsync(Definitions.Caches + "/a/scale", """{"spec":{"replicas":40}}""", "application/merge-patch+json")).Code);
    }

    [Fact]
    public async Task Every_version_shows_the_same_objects_under_its_own_name()
    {
        await using var server = await StartAsync();
        var old = await server.PostAsync(Definitions.OldCaches, """{"apiVersion":"cache.example.com/v1beta1","kind":"Cache","metadata":{"name":"a"},"spec":{"size":3}}""");
        Assert.Equal("cache.example.com/v1beta1", old.Json["apiVersion"]!.AsText());
        Assert.Contains("cache.example.com/v1beta1 Cache is deprecated", Assert.Single(old.Warnings), StringComparison.Ordinal);
        var now = await server.GetAsync(Definitions.Caches + "/a");
        Assert.Equal("cache.example.com/v1", now.Json["apiVersion"]!.AsText());
        Assert.Equal(old.Version, now.Version);
        Assert.Equal("cache.example.com/v1beta1", (await server.GetAsync(Definitions.OldCaches)).Json["items"]!.AsList()![0]["apiVersion"]!.AsText());
        await using var watch = await server.WatchAsync(Definitions.OldCaches + "?watch=1");
        Assert.Equal("cache.example.com/v1beta1", (await watch.NextAsync())!.Object["apiVersion"]!.AsText());
        var patched = await server.PatchAsync(Definitions.OldCaches + "/a", """{"spec":{"size":4}}""", "application/merge-patch+json");
        Assert.Equal("cache.example.com/v1beta1", patched.Json["apiVersion"]!.AsText());
        Assert.Equal("cache.example.com/v1beta1", (await watch.NextAsync())!.Object["apiVersion"]!.AsText());
    }

    [Fact]
    public async Task Columns_are_those_of_the_definition()
    {
        await using var server = await StartAsync();
        await server.PostAsync(Definitions.Caches, Small);
        await server.PatchAsync(Definitions.Caches + "/a/status", """{"status":{"conditions":[{"type":"Other","status":"No"},{"type":"Ready","status":"True"}]}}""", "application/merge-patch+json");
        server.Clock.Advance(TimeSpan.FromSeconds(90));
        var table = (await server.GetAsync(Definitions.Caches, "application/json;as=Table;g=meta.k8s.io;v=v1")).Json;
        Assert.Equal(["Name", "Size", "Ready", "Image", "Age"], table["columnDefinitions"]!.AsList()!.Select(column => column["name"]!.AsText()));
        Assert.Equal("""["a",3,"True","i","90s"]""", table["rows"]!.AsList()![0]["cells"]!.ToString());
        Assert.Equal(1, table["columnDefinitions"]!.AsList()![3]["priority"]!.AsInteger());
    }

    [Fact]
    public async Task Fields_that_the_definition_names_can_be_selected_by()
    {
        await using var server = await StartAsync();
        await server.PostAsync(Definitions.Caches, Small);
        await server.PostAsync(Definitions.Caches, "Cache", """{"metadata":{"name":"b"},"spec":{"size":3,"engine":"fast"}}""");
        Assert.Equal(["b"], (await server.GetAsync(Definitions.Caches + "?fieldSelector=spec.engine%3Dfast")).Names);
        Assert.Equal(400, (await server.GetAsync(Definitions.Caches + "?fieldSelector=spec.image%3Di")).Code);
    }

    [Fact]
    public async Task Appliers_own_their_fields()
    {
        await using var server = await StartAsync();
        const string Apply = "application/apply-patch+yaml";
        Assert.Equal(201, (await server.PatchAsync(Definitions.Caches + "/a?fieldManager=one", Small, Apply)).Code);
        var other = Small.Replace("\"size\":3", "\"size\":4", StringComparison.Ordinal);
        var conflict = await server.PatchAsync(Definitions.Caches + "/a?fieldManager=two", other, Apply);
        Assert.Equal(409, conflict.Code);
        Assert.Contains(".spec.size", conflict.Message, StringComparison.Ordinal);
        Assert.Equal(200, (await server.PatchAsync(Definitions.Caches + "/a?fieldManager=two&force=true", other, Apply)).Code);
    }

    [Fact]
    public async Task Strategic_patches_and_protobuf_are_refused()
    {
        await using var server = await StartAsync();
        await server.PostAsync(Definitions.Caches, Small);
        var strategic = await server.PatchAsync(Definitions.Caches + "/a", "{}", "application/strategic-merge-patch+json");
        Assert.Equal(415, strategic.Code);
        Assert.Equal(
            "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
            strategic.Message);
        Assert.Equal(406, (await server.GetAsync(Definitions.Caches, "application/vnd.kubernetes.protobuf")).Code);
        Assert.Equal(415, (await server.SendAsync("POST", Definitions.Caches, "k8s", "application/vnd.kubernetes.protobuf")).Code);
    }

    [Fact]
    public async Task A_change_of_the_schema_counts_for_what_is_stored()
    {
        await using var server = await StartAsync();
        await server.PostAsync(Definitions.Caches, Small);
        var changed = Definitions.Cache.Replace("\"image\":{\"type\":\"string\"}", "\"image\":{\"type\":\"string\"},\"level\":{\"type\":\"integer\",\"default\":7}", StringComparison.Ordinal);
        var current = await server.GetAsync(Definitions.Path + "/caches.cache.example.com");
        var updated = await server.PutAsync(Definitions.Path + "/caches.cache.example.com", changed.Replace("\"metadata\":{", $"\"metadata\":{{\"resourceVersion\":\"{current.Version}\",", StringComparison.Ordinal));
        Assert.True(updated.Code == 200, updated.Text);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Answer shown;
        do
        {
            shown = await server.GetAsync(Definitions.Caches + "/a");
            deadline.Token.ThrowIfCancellationRequested();
        }
        while (shown.Json["spec", "level"] is null);

        Assert.Equal(7, shown.Json["spec", "level"]!.AsInteger());
        Assert.Equal(["a"], (await server.DeleteAsync(Definitions.Caches)).Names);
        Assert.Empty((await server.GetAsync(Definitions.Caches)).Names);
    }

    private static async Task<TestServer> StartAsync()
    {
        var server = await TestServer.StartAsync();
        await server.EstablishAsync(Definitions.Cache);
        return server;
    }
}
