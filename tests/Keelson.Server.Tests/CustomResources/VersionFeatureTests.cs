namespace Keelson.Server.Tests.CustomResources;

/// <summary>Several versions of one resource: what is stored, what is shown, and how a definition moves from one to the next.</summary>
public sealed class VersionFeatureTests
{
    private const string First = "/apis/example.com/v1/things";
    private const string Second = "/apis/example.com/v2/things";
    private const string Name = Definitions.Path + "/things.example.com";

    private static string Define(string stored, string text = "\"type\":\"string\"") => $$$$$$$"""
        {"metadata":{"name":"things.example.com"},"spec":{"group":"example.com","scope":"Cluster","names":{"plural":"things","kind":"Thing"},"versions":[{{{{{{{string.Join(',', new[] { "v1", "v2" }.Select(version => Version(version, stored, text)))}}}}}}}]}}
        """;

    private static string Version(string name, string stored, string text) => $$$$$$$"""
        {"name":"{{{{{{{name}}}}}}}","served":true,"storage":{{{{{{{(name == stored ? "true" : "false")}}}}}}},"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"text":{{{{{{{"{" + text + "}"}}}}}}}}}}}}}
        """;

    [Fact]
    public async Task Objects_move_to_another_storage_version_when_they_are_written_again()
    {
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync(Define("v1"));
        await server.PostAsync(First, "Thing", """{"metadata":{"name":"a"},"spec":{"text":"x"}}""");
        await ReplaceAsync(server, Define("v2"));
        var definition = await server.GetAsync(Name);
        Assert.Equal("""["v1","v2"]""", definition.Json["status", "storedVersions"]!.ToString());
        Assert.Contains("\"apiVersion\":\"example.com/v1\"", await StoredAsync(server), StringComparison.Ordinal);

        // A version can't go while objects may be stored in it.
        var early = await server.PatchAsync(Name, """[{"op":"remove","path":"/spec/versions/0"}]""", "application/json-patch+json");
        Assert.Equal(422, early.Code);
        Assert.Contains("status.storedVersions[0]: Invalid value: \"v1\": missing from spec.versions; v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions", early.Message, StringComparison.Ordinal);

        // Migration is to write what is there, unchanged.
        var read = await server.GetAsync(Second + "/a");
        var written = await server.PutAsync(Second + "/a", read.Text);
        Assert.True(written.Code == 200, written.Text);
        Assert.NotEqual(read.Version, written.Version);
        Assert.Contains("\"apiVersion\":\"example.com/v2\"", await StoredAsync(server), StringComparison.Ordinal);
        var again = await server.PutAsync(Second + "/a", written.Text);
        Assert.Equal(written.Version, again.Version);
        Assert.Equal(200, (await server.PatchAsync(Name + "/status", """{"status":{"storedVersions":["v2"]}}""", "application/merge-patch+json")).Code);
        var late = await server.PatchAsync(Name, """[{"op":"remove","path":"/spec/versions/0"}]""", "application/json-patch+json");
        Assert.True(late.Code == 200, late.Text);
        Assert.Equal("x", (await server.GetAsync(Second + "/a")).Json["spec", "text"]!.AsText());
    }

    [Fact]
    public async Task A_version_that_is_no_longer_served_is_not_found_and_the_others_go_on()
    {
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync(Define("v2"));
        await server.PostAsync(First, "Thing", """{"metadata":{"name":"a"},"spec":{"text":"x"}}""");
        await using var watch = await server.WatchAsync(First + "?watch=1");
        await watch.NextAsync();
        Assert.Equal(200, (await server.PatchAsync(Name, """[{"op":"replace","path":"/spec/versions/0/served","value":false}]""", "application/json-patch+json")).Code);
        Assert.Null(await watch.NextAsync());
        Assert.Equal(404, (await server.GetAsync(First + "/a")).Code);
        Assert.Equal(200, (await server.GetAsync(Second + "/a")).Code);
        Assert.Equal(404, (await server.GetAsync("/apis/example.com/v1")).Code);
        Assert.Equal(["v2"], (await server.GetAsync("/apis/example.com")).Json["versions"]!.AsList()!.Select(version => version["version"]!.AsText()));
    }

    [Fact]
    public async Task Fields_to_select_by_are_those_of_the_version_that_is_asked()
    {
        var selectable = Define("v1").Replace("\"name\":\"v2\",", "\"name\":\"v2\",\"selectableFields\":[{\"jsonPath\":\".spec.text\"}],", StringComparison.Ordinal);
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync(selectable);
        foreach (var name in new[] { "a", "b" }) await server.PostAsync(First, "Thing", $$$$$"""{"metadata":{"name":"{{{{{name}}}}}"},"spec":{"text":"{{{{{name}}}}}"}}""");
        Assert.Equal(["b"], (await server.GetAsync(Second + "?fieldSelector=spec.text%3Db")).Names);
        var refused = await server.GetAsync(First + "?fieldSelector=spec.text%3Db");
        Assert.Equal(400, refused.Code);
        Assert.Contains("field label not supported: spec.text", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_something_else_is_not_refused_for_rules_that_an_older_server_took()
    {
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync(Define("v1"));

        // What a server of another version stored: a rule that this one would not take.
        const string Wrong = "\"type\":\"string\",\"x-kubernetes-validations\":[{\"rule\":\"self.nothing() == 1\"}]";
        await PlantAsync(server, Wrong);
        var labeled = await server.PatchAsync(Name, """{"metadata":{"labels":{"a":"b"}}}""", "application/merge-patch+json");
        Assert.True(labeled.Code == 200, labeled.Text);
        var wider = await server.PatchAsync(Name, """[{"op":"add","path":"/spec/versions/0/schema/openAPIV3Schema/properties/more","value":{"type":"string"}}]""", "application/json-patch+json");
        Assert.True(wider.Code == 200, wider.Text);
        var worse = await server.PatchAsync(
            Name, """[{"op":"add","path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/text/x-kubernetes-validations/-","value":{"rule":"self.other() == 1"}}]""", "application/json-patch+json");
        Assert.Equal(422, worse.Code);
        Assert.Contains("x-kubernetes-validations[1].rule", worse.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("x-kubernetes-validations[0].rule", worse.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_format_that_nothing_knows_is_warned_of_and_rules_in_combinations_are_refused()
    {
        await using var server = await TestServer.StartAsync();
        var created = await server.PostAsync(Definitions.Path, Define("v1", "\"type\":\"string\",\"format\":\"datetimee\""));
        Assert.Equal(201, created.Code);
        Assert.Contains("unrecognized format \\\"datetimee\\\"", Assert.Single(created.Warnings), StringComparison.Ordinal);
        await using var other = await TestServer.StartAsync();
        var refused = await other.PostAsync(Definitions.Path, Define("v1", "\"type\":\"string\",\"allOf\":[{\"x-kubernetes-validations\":[{\"rule\":\"self == 'a'\"}]}]"));
        Assert.Equal(422, refused.Code);
        Assert.Contains("allOf[0].x-kubernetes-validations: Forbidden: must be empty to be structural", refused.Message, StringComparison.Ordinal);
    }

    private static async Task ReplaceAsync(TestServer server, string definition)
    {
        await using var watch = await server.WatchAsync(First + "?watch=1&resourceVersion=" + (await server.GetAsync(First)).Version);
        var replaced = await server.ReplaceAsync(Name, definition);
        Assert.True(replaced.Code == 200, replaced.Text);
        Assert.Null(await watch.NextAsync());
    }

    private static async Task<string> StoredAsync(TestServer server)
    {
        var item = await server.Store.GetAsync("/registry/example.com/things/a"u8.ToArray(), 0, CancellationToken.None);
        return System.Text.Encoding.UTF8.GetString(item!.Value.Span);
    }

    /// <summary>Changes what the store has, past the server's checks.</summary>
    private static async Task PlantAsync(TestServer server, string text)
    {
        var key = "/registry/apiextensions.k8s.io/customresourcedefinitions/things.example.com"u8.ToArray();
        var item = (await server.Store.GetAsync(key, 0, CancellationToken.None))!;
        var json = System.Text.Encoding.UTF8.GetString(item.Value.Span[5..]);
        var at = json.IndexOf("\"text\":{\"type\":\"string\"}", StringComparison.Ordinal);
        Assert.True(at > 0, json);
        var planted = json.Replace("\"text\":{\"type\":\"string\"}", "\"text\":{" + text + "}", StringComparison.Ordinal);
        byte[] value = [.. item.Value.Span[..5], .. System.Text.Encoding.UTF8.GetBytes(planted)];
        await server.Store.CommitAsync(new Storage.Transaction([], [new Storage.Operation.Put(key, value)], []), CancellationToken.None);
        for (var version = ""; !(await server.GetAsync(Name)).Text.Contains("nothing()", StringComparison.Ordinal); version = (await server.GetAsync(Name)).Version) await Task.Yield();
    }
}
