namespace Keelson.Server.Tests.CustomResources;

/// <summary>Requests for custom objects as clients get them wrong, and what they are told.</summary>
public sealed class CustomRequestTests
{
    private const string Small = """{"apiVersion":"cache.example.com/v1","kind":"Cache","metadata":{"name":"a"},"spec":{"size":3}}""";
    private const string Table = "application/json;as=Table;g=meta.k8s.io;v=v1";

    [Fact]
    public async Task An_object_of_another_kind_is_invalid_and_one_of_another_version_a_bad_request()
    {
        await using var server = await StartAsync();
        var kind = await server.PostAsync(Definitions.Caches, Small.Replace("\"Cache\"", "\"Other\"", StringComparison.Ordinal));
        Assert.Equal((422, "Cache.cache.example.com \"a\" is invalid: kind: Invalid value: \"Other\": must be Cache"), (kind.Code, kind.Message));
        var version = await server.PostAsync(Definitions.Caches, Small.Replace("/v1\"", "/v2\"", StringComparison.Ordinal));
        Assert.Equal((400, "the API version in the data (cache.example.com/v2) does not match the expected API version (cache.example.com/v1)"), (version.Code, version.Message));
    }

    [Fact]
    public async Task A_custom_object_has_to_say_what_it_is_and_a_built_in_one_has_not()
    {
        await using var server = await StartAsync();
        var noKind = await server.PostAsync(Definitions.Caches, Small.Replace("\"kind\":\"Cache\",", "", StringComparison.Ordinal));
        Assert.Equal((400, "Object 'Kind' is missing in 'object has no kind field '"), (noKind.Code, noKind.Message));
        var noVersion = await server.PostAsync(Definitions.Caches, Small.Replace("\"apiVersion\":\"cache.example.com/v1\",", "", StringComparison.Ordinal));
        Assert.Equal((400, "the API version in the data () does not match the expected API version (cache.example.com/v1)"), (noVersion.Code, noVersion.Message));
        Assert.Equal(201, (await server.PostAsync(Definitions.Caches, Small)).Code);
        var replacement = await server.PutAsync(Definitions.Caches + "/a", """{"metadata":{"name":"a"},"spec":{"size":4}}""");
        Assert.Equal((400, noKind.Message), (replacement.Code, replacement.Message));
        Assert.Equal(400, (await server.PutAsync(Definitions.Caches + "/a/status", """{"metadata":{"name":"a"},"status":{"ready":1}}""")).Code);
        Assert.Equal(201, (await server.CreateMapAsync("a")).Code);
    }

    [Fact]
    public async Task A_namespaced_object_can_not_be_made_outside_of_namespaces()
    {
        await using var server = await StartAsync();
        Assert.Equal(404, (await server.PostAsync("/apis/cache.example.com/v1/caches", Small)).Code);
        Assert.Equal(404, (await server.DeleteAsync("/apis/cache.example.com/v1/caches")).Code);
        Assert.Equal(200, (await server.GetAsync("/apis/cache.example.com/v1/caches")).Code);
    }

    [Fact]
    public async Task A_scale_may_be_replaced_without_a_version_and_not_under_another_name()
    {
        await using var server = await StartAsync();
        await server.PostAsync(Definitions.Caches, Small);
        var replaced = await server.PutAsync(Definitions.Caches + "/a/scale", """{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"a"},"spec":{"replicas":4}}""");
        Assert.True(replaced.Code == 200, replaced.Text);
        Assert.Equal(4, (await server.GetAsync(Definitions.Caches + "/a")).Json["spec", "size"]!.AsInteger());
        var stale = await server.PutAsync(Definitions.Caches + "/a/scale", """{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"a","resourceVersion":"1"},"spec":{"replicas":5}}""");
        Assert.Equal(409, stale.Code);
        var misnamed = await server.PutAsync(Definitions.Caches + "/a/scale", """{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"b"},"spec":{"replicas":5}}""");
        Assert.Equal((400, "the name of the object (b) does not match the name on the URL (a)"), (misnamed.Code, misnamed.Message));
    }

    [Fact]
    public async Task An_object_that_does_not_say_how_many_it_wants_has_no_scale_to_tell()
    {
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync(Definitions.Cache.Replace("\"specReplicasPath\":\".spec.size\"", "\"specReplicasPath\":\".spec.more\"", StringComparison.Ordinal)
            .Replace("\"image\":{\"type\":\"string\"}", "\"image\":{\"type\":\"string\"},\"more\":{\"type\":\"integer\"}", StringComparison.Ordinal));
        await server.PostAsync(Definitions.Caches, Small);
        var missing = await server.GetAsync(Definitions.Caches + "/a/scale");
        Assert.Equal((500, "Internal error occurred: the spec replicas field \".spec.more\" does not exist"), (missing.Code, missing.Message));
        Assert.Equal(200, (await server.PatchAsync(Definitions.Caches + "/a/scale", """{"spec":{"replicas":2}}""", "application/merge-patch+json")).Code);
        Assert.Equal("2", (await server.GetAsync(Definitions.Caches + "/a/scale")).Json["spec", "replicas"]!.ToString());
    }

    [Fact]
    public async Task Columns_show_lists_and_objects_as_json_and_the_first_of_several_values()
    {
        (string Type, string Path, string Cell)[] columns =
        [
            ("string", ".spec.list", """["x","y"]""".Replace("\"", "\\\"", StringComparison.Ordinal)),
            ("string", ".spec.list[-1:]", "y"),
            ("string", ".spec.list[*]", "x"),
            ("string", ".spec.map", """{"k":"v"}""".Replace("\"", "\\\"", StringComparison.Ordinal)),
            ("string", ".spec.flag", "true"),
            ("string", ".spec.number", "1.5"),
            ("date", ".spec.soon", "<invalid>"),
            ("string", ".metadata.labels.app\\\\.kubernetes\\\\.io/name", "n"),
        ];
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync($$$$"""
            {"metadata":{"name":"things.example.com"},"spec":{"group":"example.com","scope":"Cluster","names":{"plural":"things","kind":"Thing"},"versions":[{"name":"v1","served":true,"storage":true,
             "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true} },
             "additionalPrinterColumns":[{{{{string.Join(',', columns.Select((column, index) => $$"""{"name":"C{{index}}","type":"{{column.Type}}","jsonPath":"{{column.Path}}"}"""))}}}},{"name":"I","type":"integer","jsonPath":".spec.number"}]}]} }
            """);
        await server.PostAsync("/apis/example.com/v1/things", "Thing", """
            {"metadata":{"name":"a","labels":{"app.kubernetes.io/name":"n"}},"spec":{"list":["x","y"],"map":{"k":"v"},"flag":true,"number":1.5,"soon":"whenever"}}
            """);
        var table = (await server.GetAsync("/apis/example.com/v1/things", Table)).Json;
        Assert.Equal($"[\"a\",{string.Join(',', columns.Select(column => $"\"{column.Cell}\""))},1]", table["rows"]!.AsList()![0]["cells"]!.ToString());
        Assert.Equal("Custom resource definition column (in JSONPath format): .spec.list", table["columnDefinitions"]!.AsList()![1]["description"]!.AsText());
    }

    [Theory]
    [InlineData("{\"replicas\":-1}", ".spec.replicas: Invalid value: -1: should be a non-negative integer")]
    [InlineData("{\"replicas\":3000000000}", ".spec.replicas: Invalid value: 3000000000: should be less than or equal to 2147483647")]
    [InlineData("{\"replicas\":\"x\"}", ".spec.replicas: Invalid value: 0: .spec.replicas accessor error: x is of the type string, expected int64")]
    [InlineData("\"x\"", ".spec.replicas: Invalid value: 0: .spec accessor error: x is of the type string, expected map[string]interface {}")]
    public async Task What_no_scale_could_show_is_refused_whatever_the_schema_allows(string spec, string fault)
    {
        await using var server = await StartFreeAsync();
        var refused = await server.PostAsync(Things, "Thing", $$$"""{"metadata":{"name":"a"},"spec":{{{spec}}} }""");
        Assert.Equal((422, $"Thing.example.com \"a\" is invalid: {fault}"), (refused.Code, refused.Message));
    }

    [Fact]
    public async Task Who_writes_the_status_is_told_of_the_status_only()
    {
        await using var server = await StartFreeAsync();
        await server.PostAsync(Things, "Thing", """{"metadata":{"name":"a"},"spec":{"replicas":1}}""");
        var stricter = Free.Replace("\"type\":\"object\",\"properties\"", "\"type\":\"object\",\"required\":[\"more\"],\"properties\"", StringComparison.Ordinal);
        await using (var watch = await server.WatchAsync(Things + "?watch=1&resourceVersion=" + (await server.GetAsync(Things)).Version))
        {
            Assert.Equal(200, (await server.ReplaceAsync(Definitions.Path + "/things.example.com", stricter)).Code);
            Assert.Null(await watch.NextAsync());
        }

        var told = await server.PatchAsync(Things + "/a/status", """{"status":{"replicas":2,"selector":"a=b"}}""", "application/merge-patch+json");
        Assert.True(told.Code == 200, told.Text);
        var wrong = await server.PatchAsync(Things + "/a/status", """{"status":{"ready":"yes","selector":5}}""", "application/merge-patch+json");
        Assert.Equal(
            "Thing.example.com \"a\" is invalid: [status.ready: Invalid value: \"string\": ready in body must be of type integer: \"string\", "
            + ".status.selector: Invalid value: \"\": .status.selector accessor error: 5 is of the type int64, expected string]", wrong.Message);
        Assert.Equal(422, (await server.PatchAsync(Things + "/a", """{"spec":{"replicas":2}}""", "application/merge-patch+json")).Code);
    }

    [Fact]
    public async Task Objects_are_not_served_as_long_as_the_authority_of_their_webhook_is_none()
    {
        await using var server = await TestServer.StartAsync();
        var definition = Free.Replace("\"versions\"", """
            "conversion":{"strategy":"Webhook","webhook":{"conversionReviewVersions":["v1"],"clientConfig":{"url":"https://127.0.0.1:1/x","caBundle":"Cg=="}}},"versions"
            """, StringComparison.Ordinal);
        var created = await server.PostAsync(Definitions.Path, definition);

        var refused = await server.WaitAsync(created, "Established", "False");
        Assert.Equal("InvalidCABundle", refused["reason"]?.AsText());
        Assert.Equal(404, (await server.GetAsync(Things)).Code);

        var repaired = await server.PatchAsync(Definitions.Path + "/things.example.com", """{"spec":{"conversion":{"webhook":{"clientConfig":{"caBundle":null}}}}}""", "application/merge-patch+json");
        Assert.True(repaired.Code == 200, repaired.Text);
        await server.WaitAsync(created, "Established", "True");
    }

    private const string Things = "/apis/example.com/v1/things";

    private const string Free = """
        {"metadata":{"name":"things.example.com"},"spec":{"group":"example.com","scope":"Cluster","names":{"plural":"things","kind":"Thing"},"versions":[{"name":"v1","served":true,"storage":true,
         "subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas","labelSelectorPath":".status.selector"}},
         "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"x-kubernetes-preserve-unknown-fields":true},
          "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{"ready":{"type":"integer"}}}}}}}]}}
        """;

    private static async Task<TestServer> StartFreeAsync()
    {
        var server = await TestServer.StartAsync();
        await server.EstablishAsync(Free);
        return server;
    }

    private static async Task<TestServer> StartAsync()
    {
        var server = await TestServer.StartAsync();
        await server.EstablishAsync(Definitions.Cache);
        return server;
    }
}
