namespace Keelson.Server.Tests.CustomResources;

public sealed class RuleTests
{
    private const string Things = "/apis/example.com/v1/things";

    private static string Definition(string rules, string more = "") => $$$$$$$"""
        {"metadata":{"name":"things.example.com"},"spec":{"group":"example.com","scope":"Cluster","names":{"plural":"things","kind":"Thing"},
         "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},"schema":{"openAPIV3Schema":{"type":"object","properties":{
           "spec":{"type":"object","properties":{"size":{"type":"integer"},"text":{"type":"string","maxLength":20} {{{{{{{more}}}}}}} },"x-kubernetes-validations":[{{{{{{{rules}}}}}}}]},
           "status":{"type":"object","properties":{"ready":{"type":"integer"}},"x-kubernetes-validations":[{"rule":"self.ready >= 0","message":"ready must not be negative"}]}}}}}]}}
        """;

    private static string Thing(string spec) => $$"""{"metadata":{"name":"a"},"spec":{{spec}}}""";

    [Fact]
    public async Task A_rule_holds_on_every_write()
    {
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync(Definition("""{"rule":"self.size <= 5","message":"too large"},{"rule":"!has(oldSelf.text) || self.text == oldSelf.text","message":"text can't change"}"""));
        var refused = await server.PostAsync(Things, "Thing", Thing("""{"size":6}"""));
        Assert.Equal(422, refused.Code);
        Assert.Equal("Thing.example.com \"a\" is invalid: spec: Invalid value: \"object\": too large", refused.Message);
        Assert.Equal(201, (await server.PostAsync(Things, "Thing", Thing("""{"size":5,"text":"a"}"""))).Code);
        var changed = await server.PatchAsync(Things + "/a", """{"spec":{"text":"b"}}""", "application/merge-patch+json");
        Assert.Equal("Thing.example.com \"a\" is invalid: spec: Invalid value: \"object\": text can't change", changed.Message);
        var status = await server.PatchAsync(Things + "/a/status", """{"status":{"ready":-1}}""", "application/merge-patch+json");
        Assert.Equal("Thing.example.com \"a\" is invalid: status: Invalid value: \"object\": ready must not be negative", status.Message);
        Assert.Equal(200, (await server.PatchAsync(Things + "/a/status", """{"status":{"ready":1}}""", "application/merge-patch+json")).Code);
    }

    [Fact]
    public async Task Rules_are_not_tried_on_an_object_that_is_too_wrong()
    {
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync(Definition("""{"rule":"self.size <= 5"}"""));
        var refused = await server.PostAsync(Things, "Thing", Thing("""{"size":"many"}"""));
        Assert.Contains("some validation rules were not checked because the object was invalid; correct the existing errors to complete validation", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("self.size <", "compilation failed: ERROR: <input>:1:12: Syntax error: mismatched input '<EOF>'")]
    [InlineData("self.other == 1", "compilation failed: ERROR: <input>:1:5: undefined field 'other'")]
    [InlineData("self.size + 1", "cel expression must evaluate to a bool")]
    [InlineData("self.all.all(a, self.all.all(b, self.all.all(c, a + b == c)))", "estimated rule cost exceeds budget by factor of more than 100x (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)")]
    public async Task A_definition_with_a_wrong_rule_is_refused(string rule, string message)
    {
        await using var server = await TestServer.StartAsync();
        var refused = await server.PostAsync(Definitions.Path, Definition($$"""{"rule":"{{rule}}"}""", more: ""","all":{"type":"array","items":{"type":"string"}}"""));
        Assert.Equal(422, refused.Code);
        Assert.Contains("spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }
}
