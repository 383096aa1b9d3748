namespace Keelson.Server.Tests.Verbs;

public sealed class CreateTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task A_new_object_gets_what_only_the_server_knows()
    {
        await using var server = await TestServer.StartAsync();
        var created = await server.PostAsync(Maps, """{"metadata":{"name":"a","uid":"mine","creationTimestamp":"2001-01-01T00:00:00Z","deletionTimestamp":"2001-01-01T00:00:00Z"},"data":{"k":"v"}}""");
        Assert.Equal(201, created.Code);
        var metadata = created.Json["metadata"]!.AsMap()!;
        Assert.Equal(36, metadata["uid"]!.AsText()!.Length);
        Assert.Equal("default", metadata["namespace"]!.AsText());
        Assert.Equal(server.Clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture), metadata["creationTimestamp"]!.AsText());
        Assert.False(metadata.ContainsKey("deletionTimestamp"));
        Assert.Equal("ConfigMap", created.Json["kind"]!.AsText());
        Assert.Equal(created.Text, (await server.GetAsync(Maps + "/a")).Text);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateMapAsync("a");
        var second = await server.CreateMapAsync("a");
        Assert.Equal(409, second.Code);
        Assert.Equal("AlreadyExists", second.Reason);
        Assert.Equal("configmaps \"a\" already exists", second.Message);
    }

    [Fact]
    public async Task A_prefix_becomes_a_name()
    {
        await using var server = await TestServer.StartAsync();
        var names = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            var created = await server.PostAsync(Maps, """{"metadata":{"generateName":"job-"}}""");
            names.Add(created.Json["metadata", "name"]!.AsText()!);
        }

        Assert.Equal(20, names.Count);
        Assert.All(names, name => Assert.Matches("^job-[a-z0-9]{5}$", name));
    }

    [Fact]
    public async Task A_dry_run_stores_nothing()
    {
        await using var server = await TestServer.StartAsync();
        var dry = await server.PostAsync(Maps + "?dryRun=All", """{"metadata":{"name":"a"}}""");
        Assert.Equal(201, dry.Code);
        Assert.Equal("", dry.Version);
        Assert.Equal(404, (await server.GetAsync(Maps + "/a")).Code);
        Assert.Equal(422, (await server.PostAsync(Maps + "?dryRun=Some", """{"metadata":{"name":"a"}}""")).Code);
    }

    [Fact]
    public async Task Unknown_and_repeated_fields_are_told_refused_or_ignored_as_asked()
    {
        await using var server = await TestServer.StartAsync();
        const string Body = """{"metadata":{"name":"a"},"data":{},"data":{},"dota":{}}""";
        var strict = await server.PostAsync(Maps + "?fieldValidation=Strict", Body);
        Assert.Equal(400, strict.Code);
        Assert.Contains("strict decoding error: duplicate field \"data\", unknown field \"dota\"", strict.Message, StringComparison.Ordinal);
        var warned = await server.PostAsync(Maps + "?fieldValidation=Warn", Body);
        Assert.Equal(201, warned.Code);
        Assert.Equal(["299 - \"duplicate field \\\"data\\\"\"", "299 - \"unknown field \\\"dota\\\"\""], warned.Warnings);
        await server.DeleteAsync(Maps + "/a");
        Assert.Empty((await server.PostAsync(Maps + "?fieldValidation=Ignore", Body)).Warnings);
    }

    [Fact]
    public async Task What_is_wrong_is_told_with_its_place()
    {
        await using var server = await TestServer.StartAsync();
        var nameless = await server.PostAsync(Maps, "{}");
        Assert.Equal(422, nameless.Code);
        Assert.Equal("ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required", nameless.Message);
        var badly = await server.PostAsync(Maps, """{"metadata":{"name":"A_b"}}""");
        Assert.StartsWith("ConfigMap \"A_b\" is invalid: metadata.name: Invalid value: \"A_b\": a lowercase RFC 1123 subdomain", badly.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"kind":"Secret","apiVersion":"v1","metadata":{"name":"a"}}""", "Secret in version \"v1\" cannot be handled as a ConfigMap")]
    [InlineData("""{"kind":"ConfigMap","apiVersion":"v2","metadata":{"name":"a"}}""", "the API version in the data (v2) does not match the expected API version (v1)")]
    [InlineData("""{"metadata":{"name":"a","namespace":"other"}}""", "the namespace of the provided object does not match the namespace sent on the request")]
    [InlineData("""{"metadata":{"name":"a","resourceVersion":"1"}}""", "resourceVersion should not be set on objects to be created")]
    [InlineData("""{"metadata":{"name":3}}""", "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string")]
    [InlineData("""{"data":"x"}""", "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal string into Go struct field ConfigMap.data of type map[string]string")]
    [InlineData("""{"metadata":""", "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input ({\"metadata\":)")]
    [InlineData("metadata: {}", "json parse error: invalid character 'm' looking for beginning of value (6d657461646174613a207b7d)")]
    [InlineData("", "json parse error: unexpected end of JSON input (<empty>)")]
    public async Task A_document_that_makes_no_sense_is_a_bad_request(string body, string message)
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.PostAsync(Maps, body);
        Assert.Equal(400, answer.Code);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_created_where_there_is_no_namespace_or_one_that_ends()
    {
        await using var server = await TestServer.StartAsync();
        var nowhere = await server.PostAsync("/api/v1/namespaces/nope/configmaps", """{"metadata":{"name":"a"}}""");
        Assert.Equal((404, "namespaces \"nope\" not found"), (nowhere.Code, nowhere.Message));
        await server.PostAsync("/api/v1/namespaces", """{"metadata":{"name":"gone"}}""");
        await server.DeleteAsync("/api/v1/namespaces/gone");
        var ending = await server.PostAsync("/api/v1/namespaces/gone/configmaps", """{"metadata":{"name":"a"}}""");
        Assert.Equal(403, ending.Code);
        Assert.Equal("configmaps \"a\" is forbidden: unable to create new content in namespace gone because it is being terminated", ending.Message);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_too_large()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.PostAsync(Maps, new string(' ', (3 * 1024 * 1024) + 1));
        Assert.Equal((413, "RequestEntityTooLarge"), (answer.Code, answer.Reason));
    }

    [Fact]
    public async Task Yaml_and_protobuf_are_spoken_too()
    {
        await using var server = await TestServer.StartAsync();
        var yaml = await server.SendAsync("POST", Maps, "metadata:\n  name: map\ndata:\n  k: v\n", "application/yaml", "application/yaml");
        Assert.True(yaml.Code == 201, yaml.Text);
        Assert.Equal("application/yaml", yaml.ContentType);
        Assert.Contains("\ndata:\n  k: v\n", "\n" + yaml.Text, StringComparison.Ordinal);

        var encoded = await server.GetAsync(Maps + "/map", "application/vnd.kubernetes.protobuf");
        var map = Api.ApiProtobuf.Decode<Api.Core.V1.ConfigMap>(encoded.Content);
        Assert.Equal("v", map.Data["k"]);
        using var content = new ByteArrayContent(Api.ApiProtobuf.Encode(map with { Metadata = new() { Name = "p" } }));
        content.Headers.ContentType = new("application/vnd.kubernetes.protobuf");
        using var created = await server.Client.PostAsync(new Uri(Maps, UriKind.Relative), content);
        Assert.Equal(201, (int)created.StatusCode);
        var list = await server.GetAsync(Maps, "application/vnd.kubernetes.protobuf");
        var decoded = Assert.IsType<Api.ResourceList<Api.Core.V1.ConfigMap>>(Api.ApiProtobuf.Decode(list.Content));
        Assert.Equal(["map", "p"], decoded.Items.Select(item => item.Metadata.Name));
    }

    [Fact]
    public async Task An_unknown_content_type_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(415, (await server.SendAsync("POST", Maps, "<a/>", "application/xml")).Code);
        Assert.Equal(406, (await server.GetAsync(Maps, "application/xml")).Code);
    }
}
