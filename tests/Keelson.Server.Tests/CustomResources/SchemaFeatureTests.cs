using Keelson.Api.Values;

namespace Keelson.Server.Tests.CustomResources;

/// <summary>What a schema says of objects, from the request to what is read back.</summary>
public sealed class SchemaFeatureTests
{
    private const string Things = "/apis/example.com/v1/things";

    private static string Define(string spec, string more = "") => $$$$$$$"""
        {"metadata":{"name":"things.example.com"},"spec":{"group":"example.com","scope":"Cluster","names":{"plural":"things","kind":"Thing"},
         "versions":[{"name":"v1","served":true,"storage":true{{{{{{{more}}}}}}},"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{{{{{{{spec}}}}}}},"status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}]}}
        """;

    private static async Task<TestServer> StartAsync(string spec, string more = "")
    {
        var server = await TestServer.StartAsync();
        await server.EstablishAsync(Define(spec, more));
        return server;
    }

    private static Task<Answer> CreateAsync(TestServer server, string spec, string name = "a") =>
        server.PostAsync(Things, $$"""{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"{{name}}"},"spec":{{spec}}}""");

    private static async Task<string> SpecOf(TestServer server, string spec)
    {
        var created = await CreateAsync(server, spec);
        Assert.True(created.Code == 201, created.Text);
        Assert.Equal(created.Json["spec"]!.ToString(), (await server.GetAsync(Things + "/a")).Json["spec"]!.ToString());
        return created.Json["spec"]!.ToString();
    }

    [Fact]
    public async Task Unknown_fields_stay_below_the_level_that_preserves_them_and_go_elsewhere()
    {
        await using var server = await StartAsync("""
            {"type":"object","properties":{"free":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{"strict":{"type":"object","properties":{"known":{"type":"string"}}}}}}}
            """);
        AssertSame(
            """{"free":{"any":{"deep":[1]},"strict":{"known":"a"}}}""",
            await SpecOf(server, """{"other":1,"free":{"any":{"deep":[1]},"strict":{"known":"a","unknown":1}}}"""));
    }

    [Fact]
    public async Task An_object_inside_another_keeps_its_type_and_metadata_and_loses_what_metadata_can_not_have()
    {
        await using var server = await StartAsync("""
            {"type":"object","properties":{"template":{"type":"object","x-kubernetes-embedded-resource":true,"properties":{"data":{"type":"string"}}}}}
            """);
        AssertSame(
            """{"template":{"apiVersion":"v1","data":"x","kind":"Secret","metadata":{"labels":{"a":"b"},"name":"n"}}}""",
            await SpecOf(server, """{"template":{"apiVersion":"v1","kind":"Secret","metadata":{"name":"n","labels":{"a":"b"},"nothing":1},"data":"x","more":1}}"""));
        var untyped = await CreateAsync(server, """{"template":{"data":"x"}}""", "b");
        Assert.Equal(422, untyped.Code);
        Assert.True(untyped.Message.Contains("spec.template.apiVersion: Required value", StringComparison.Ordinal), untyped.Message);
        Assert.Contains("spec.template.kind: Required value", untyped.Message, StringComparison.Ordinal);
        var misnamed = await CreateAsync(server, """{"template":{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a/b"}}}""", "c");
        Assert.Contains("spec.template.metadata.name: Invalid value: \"a/b\"", misnamed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Defaults_reach_into_lists_and_maps_and_count_for_what_was_stored_before()
    {
        const string Old = """{"type":"object","properties":{"ports":{"type":"array","items":{"type":"object","properties":{"port":{"type":"integer"}}}},"named":{"type":"object","additionalProperties":{"type":"object","properties":{"a":{"type":"string"}}}}}}""";
        await using var server = await StartAsync(Old);
        await CreateAsync(server, """{"ports":[{"port":1},{"port":2}],"named":{"x":{}}}""");
        var definition = Define(Old.Replace("\"port\":{\"type\":\"integer\"}", "\"port\":{\"type\":\"integer\"},\"protocol\":{\"type\":\"string\",\"default\":\"TCP\"}", StringComparison.Ordinal)
            .Replace("\"a\":{\"type\":\"string\"}", "\"a\":{\"type\":\"string\",\"default\":\"z\"}", StringComparison.Ordinal));
        await ReplaceDefinitionAsync(server, definition);
        const string Wanted = """{"named":{"x":{"a":"z"}},"ports":[{"port":1,"protocol":"TCP"},{"port":2,"protocol":"TCP"}]}""";
        AssertSame(Wanted, (await server.GetAsync(Things + "/a")).Json["spec"]!.ToString());
        AssertSame(Wanted, ((ListValue)(await server.GetAsync(Things)).Json["items"]!)[0]["spec"]!.ToString());
        await using var watch = await server.WatchAsync(Things + "?watch=1");
        AssertSame(Wanted, (await watch.NextAsync())!.Object["spec"]!.ToString());
    }

    [Fact]
    public async Task A_null_stays_where_it_is_allowed_gives_way_to_a_default_and_is_dropped_elsewhere()
    {
        await using var server = await StartAsync("""
            {"type":"object","properties":{"may":{"type":"string","nullable":true},"filled":{"type":"string","default":"d"},"both":{"type":"string","nullable":true,"default":"d"},"must":{"type":"string"}}}
            """);
        AssertSame("""{"both":null,"filled":"d","may":null}""", await SpecOf(server, """{"may":null,"filled":null,"both":null}"""));
        var dropped = await CreateAsync(server, """{"must":null}""", "b");
        AssertSame("""{"filled":"d","both":"d"}""", dropped.Json["spec"]!.ToString());
    }

    [Fact]
    public async Task A_number_or_a_text_is_taken_where_both_are_allowed_and_nothing_else()
    {
        await using var server = await StartAsync("""{"type":"object","properties":{"port":{"x-kubernetes-int-or-string":true},"pair":{"anyOf":[{"type":"integer"},{"type":"string"}],"x-kubernetes-int-or-string":true}}}""");
        AssertSame("""{"pair":"50%","port":80}""", await SpecOf(server, """{"port":80,"pair":"50%"}"""));
        var refused = await CreateAsync(server, """{"port":1.5}""", "b");
        Assert.Equal(422, refused.Code);
        Assert.Contains("spec.port", refused.Message, StringComparison.Ordinal);
        Assert.Equal(422, (await CreateAsync(server, """{"port":true}""", "c")).Code);
    }

    [Fact]
    public async Task Appliers_share_sets_and_keyed_lists_and_own_atomic_ones_as_a_whole()
    {
        await using var server = await StartAsync("""
            {"type":"object","properties":{
              "set":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
              "keyed":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],"items":{"type":"object","required":["name"],"properties":{"name":{"type":"string"},"value":{"type":"string"}}}},
              "atomic":{"type":"array","items":{"type":"string"}},
              "whole":{"type":"object","x-kubernetes-map-type":"atomic","properties":{"a":{"type":"string"},"b":{"type":"string"}}}}}
            """);
        var first = await ApplyAsync(server, "one", """{"set":["a"],"keyed":[{"name":"x","value":"1"}],"atomic":["a"],"whole":{"a":"1"}}""");
        Assert.True(first.Code == 201, first.Text);
        var second = await ApplyAsync(server, "two", """{"set":["b"],"keyed":[{"name":"y","value":"2"}]}""");
        AssertSame("""{"atomic":["a"],"keyed":[{"name":"x","value":"1"},{"name":"y","value":"2"}],"set":["a","b"],"whole":{"a":"1"}}""", second.Json["spec"]!.ToString());
        Assert.Contains(".spec.atomic", (await ApplyAsync(server, "two", """{"atomic":["b"]}""")).Message, StringComparison.Ordinal);
        Assert.Contains(".spec.whole", (await ApplyAsync(server, "two", """{"whole":{"b":"2"}}""")).Message, StringComparison.Ordinal);
        Assert.Contains(".spec.keyed[name=\"x\"].value", (await ApplyAsync(server, "two", """{"keyed":[{"name":"x","value":"2"}]}""")).Message, StringComparison.Ordinal);
        var without = await ApplyAsync(server, "one", """{"set":[],"atomic":["a"]}""");
        AssertSame("""{"atomic":["a"],"keyed":[{"name":"y","value":"2"}],"set":["b"]}""", without.Json["spec"]!.ToString());
        var twice = await CreateAsync(server, """{"set":["a","a"]}""", "b");
        Assert.Contains("spec.set[1]: Duplicate value: \"a\"", twice.Message, StringComparison.Ordinal);
        var sameKey = await CreateAsync(server, """{"keyed":[{"name":"x"},{"name":"x"}]}""", "c");
        Assert.Contains("spec.keyed[1]: Duplicate value: {\"name\":\"x\"}", sameKey.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_status_and_the_scale_can_be_applied_by_others_than_the_rest()
    {
        await using var server = await StartAsync(
            """{"type":"object","properties":{"size":{"type":"integer"}}}""",
            ",\"subresources\":{\"status\":{},\"scale\":{\"specReplicasPath\":\".spec.size\",\"statusReplicasPath\":\".status.size\"}}");
        Assert.Equal(201, (await ApplyAsync(server, "one", """{"size":1}""")).Code);
        var status = await server.PatchAsync(Things + "/a/status?fieldManager=controller", """{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"a"},"spec":{"size":9},"status":{"size":1}}""", "application/apply-patch+yaml");
        Assert.True(status.Code == 200, status.Text);
        AssertSame("""{"size":1}""", status.Json["spec"]!.ToString());
        AssertSame("""{"size":1}""", status.Json["status"]!.ToString());
        var scale = await server.PatchAsync(Things + "/a/scale?fieldManager=scaler&force=true", """{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"a"},"spec":{"replicas":4}}""", "application/apply-patch+yaml");
        Assert.True(scale.Code == 200, scale.Text);
        AssertSame("""{"replicas":4}""", scale.Json["spec"]!.ToString());
        Assert.Equal("4", (await server.GetAsync(Things + "/a")).Json["spec", "size"]!.ToString());
        Assert.Contains(".spec.size", (await ApplyAsync(server, "one", """{"size":2}""")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_wrong_before_a_stricter_schema_may_stay_as_long_as_it_is_not_touched()
    {
        const string Loose = """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}}}""";
        await using var server = await StartAsync(Loose);
        await CreateAsync(server, """{"a":"long text","b":"x"}""");
        await ReplaceDefinitionAsync(server, Define(Loose.Replace("\"a\":{\"type\":\"string\"}", "\"a\":{\"type\":\"string\",\"maxLength\":3}", StringComparison.Ordinal)));
        Assert.Equal(200, (await server.PatchAsync(Things + "/a", """{"spec":{"b":"y"}}""", "application/merge-patch+json")).Code);
        var refused = await server.PatchAsync(Things + "/a", """{"spec":{"a":"other text"}}""", "application/merge-patch+json");
        Assert.Equal(422, refused.Code);
        Assert.Contains("spec.a: Too long: may not be more than 3 bytes", refused.Message, StringComparison.Ordinal);
        Assert.Equal(422, (await CreateAsync(server, """{"a":"long text"}""", "new")).Code);
    }

    private static void AssertSame(string expected, string actual) =>
        Assert.True(ValueReader.Read(expected).SemanticEquals(ValueReader.Read(actual)), $"{expected}\nis wanted, and there is\n{actual}");

    private static async Task ReplaceDefinitionAsync(TestServer server, string definition)
    {
        await using var watch = await server.WatchAsync(Things + "?watch=1&resourceVersion=" + (await server.GetAsync(Things)).Version);
        var replaced = await server.ReplaceAsync(Definitions.Path + "/things.example.com", definition);
        Assert.True(replaced.Code == 200, replaced.Text);

        // The watch ends with what is served: from here on the new schema counts.
        Assert.Null(await watch.NextAsync());
    }

    private static Task<Answer> ApplyAsync(TestServer server, string manager, string spec) => server.PatchAsync(
        $"{Things}/a?fieldManager={manager}", $$"""{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"a"},"spec":{{spec}}}""", "application/apply-patch+yaml");
}
