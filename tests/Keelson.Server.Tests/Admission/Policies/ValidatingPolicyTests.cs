namespace Keelson.Server.Tests.Admission.Policies;

public sealed class ValidatingPolicyTests
{
    private const string Policies = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
    private const string Bindings = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings";
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    private static string Policy(string body, string name = "p") => $$$$"""
        {"metadata":{"name":"{{{{name}}}}"},"spec":{"matchConstraints":{"resourceRules":[
          {"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE","UPDATE","DELETE"],"resources":["configmaps"]}]}, {{{{body}}}} }}
        """;

    private static string Binding(string more = "", string actions = "\"Deny\"", string policy = "p") => $$$$"""
        {"metadata":{"name":"b-{{{{policy}}}}"},"spec":{"policyName":"{{{{policy}}}}","validationActions":[{{{{actions}}}}] {{{{more}}}} }}
        """;

    private static async Task<TestServer> StartAsync(string policy, string binding)
    {
        var server = await TestServer.StartAsync();
        var made = await server.PostAsync(Policies, policy);
        Assert.True(made.Code == 201, made.Text);
        made = await server.PostAsync(Bindings, binding);
        Assert.True(made.Code == 201, made.Text);
        return server;
    }

    private static Task<Answer> CreateAsync(TestServer server, string name, string data = "{}") =>
        server.PostAsync(Maps, $$"""{"metadata":{"name":"{{name}}"},"data":{{data}}}""");

    [Fact]
    public async Task A_write_that_does_not_hold_is_denied_in_upstreams_words()
    {
        await using var server = await StartAsync(Policy("""
            "validations":[{"expression":"object.metadata.name.startsWith('a')","message":"names begin with a"},{"expression":"size(object.data) < 2","reason":"Forbidden","messageExpression":"'there are ' + string(size(object.data))"}]
            """), Binding());
        Assert.Equal(201, (await CreateAsync(server, "a", """{"x":"1"}""")).Code);
        var refused = await CreateAsync(server, "x", """{"x":"1"}""");
        Assert.Equal(422, refused.Code);
        Assert.Equal("configmaps \"x\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b-p' denied request: names begin with a", refused.Message);
        Assert.Equal("Invalid", refused.Json["reason"]!.AsText());
        var full = await CreateAsync(server, "ab", """{"x":"1","y":"2"}""");
        Assert.Equal(403, full.Code);
        Assert.EndsWith("denied request: there are 2", full.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variables_conditions_and_the_request_are_there_for_expressions()
    {
        await using var server = await StartAsync(Policy("""
            "matchConditions":[{"name":"not-mine","expression":"request.operation != 'DELETE' && !object.metadata.name.startsWith('mine')"}],
            "variables":[{"name":"keys","expression":"object.data.map(k, k)"},{"name":"many","expression":"variables.keys.size() > 1"}],
            "validations":[{"expression":"!variables.many && namespaceObject.metadata.name == 'default' && request.userInfo.username != ''"}]
            """), Binding());
        Assert.Equal(201, (await CreateAsync(server, "a", """{"x":"1"}""")).Code);
        Assert.Equal(201, (await CreateAsync(server, "mine", """{"x":"1","y":"2"}""")).Code);
        var refused = await CreateAsync(server, "b", """{"x":"1","y":"2"}""");
        Assert.EndsWith("denied request: failed expression: !variables.many && namespaceObject.metadata.name == 'default' && request.userInfo.username != ''", refused.Message, StringComparison.Ordinal);
        Assert.Equal(200, (await server.DeleteAsync(Maps + "/a")).Code);
    }

    [Fact]
    public async Task What_changes_is_compared_with_what_was()
    {
        await using var server = await StartAsync(Policy("\"validations\":[{\"expression\":\"request.operation == 'DELETE' || oldObject == null || object.data.x == oldObject.data.x\",\"message\":\"x stays\"}]"), Binding());
        Assert.Equal(201, (await CreateAsync(server, "a", """{"x":"1"}""")).Code);
        var refused = await server.PatchAsync(Maps + "/a", """{"data":{"x":"2"}}""", "application/merge-patch+json");
        Assert.EndsWith("denied request: x stays", refused.Message, StringComparison.Ordinal);
        Assert.Equal(200, (await server.PatchAsync(Maps + "/a", """{"data":{"y":"2"}}""", "application/merge-patch+json")).Code);
    }

    [Fact]
    public async Task Parameters_come_from_the_object_that_the_binding_names()
    {
        await using var server = await StartAsync(
            Policy("\"paramKind\":{\"apiVersion\":\"v1\",\"kind\":\"Secret\"},\"validations\":[{\"expression\":\"size(object.data) <= int(params.metadata.labels.most)\",\"message\":\"too much\"}]"),
            Binding(""","paramRef":{"name":"limits","namespace":"kube-system","parameterNotFoundAction":"Deny"}"""));
        var missing = await CreateAsync(server, "a", """{"x":"1"}""");
        Assert.EndsWith("denied request: failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction", missing.Message, StringComparison.Ordinal);
        await server.PostAsync("/api/v1/namespaces/kube-system/secrets", """{"metadata":{"name":"limits","labels":{"most":"1"}}}""");
        Assert.Equal(201, (await CreateAsync(server, "a", """{"x":"1"}""")).Code);
        Assert.EndsWith("denied request: too much", (await CreateAsync(server, "b", """{"x":"1","y":"2"}""")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_warning_lets_the_write_through()
    {
        await using var server = await StartAsync(Policy("\"validations\":[{\"expression\":\"false\",\"message\":\"never\"}]"), Binding(actions: "\"Warn\",\"Audit\""));
        var made = await CreateAsync(server, "a");
        Assert.Equal(201, made.Code);
        Assert.Contains(made.Warnings, warning => warning.Contains("Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b-p': never", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Fail", 422)]
    [InlineData("Ignore", 201)]
    public async Task What_can_not_be_computed_follows_the_failure_policy(string failurePolicy, int code)
    {
        await using var server = await StartAsync(Policy($$"""
            "failurePolicy":"{{failurePolicy}}","validations":[{"expression":"object.data.missing == '1'"}]
            """), Binding());
        var answer = await CreateAsync(server, "a", """{"x":"1"}""");
        Assert.Equal(code, answer.Code);
        if (code == 422) Assert.EndsWith("denied request: expression 'object.data.missing == '1'' resulted in error: no such key: missing", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Selectors_and_excluded_resources_narrow_what_a_policy_is_about()
    {
        await using var server = await StartAsync(
            Policy("\"validations\":[{\"expression\":\"false\"}]"),
            Binding(""","matchResources":{"objectSelector":{"matchLabels":{"checked":"yes"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"default"}}}"""));
        Assert.Equal(201, (await CreateAsync(server, "a")).Code);
        Assert.Equal(422, (await server.PostAsync(Maps, """{"metadata":{"name":"b","labels":{"checked":"yes"}}}""")).Code);
        Assert.Equal(201, (await server.PostAsync("/api/v1/namespaces/kube-public/configmaps", """{"metadata":{"name":"b","labels":{"checked":"yes"}}}""")).Code);
    }

    [Fact]
    public async Task The_authorizer_answers_for_whoever_writes()
    {
        await using var server = await StartAsync(Policy("""
            "validations":[{"expression":"authorizer.group('').resource('secrets').namespace('default').check('delete').allowed() && authorizer.requestResource.check('update').allowed()"},
              {"expression":"!authorizer.serviceAccount('default', 'nobody').group('').resource('secrets').check('delete').allowed()"}]
            """), Binding());
        var made = await CreateAsync(server, "a");
        Assert.True(made.Code == 201, made.Text);
    }

    [Fact]
    public async Task A_policy_whose_expressions_are_wrong_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        var refused = await server.PostAsync(Policies, Policy("\"validations\":[{\"expression\":\"object.x ==\"}]"));
        Assert.Equal(422, refused.Code);
        Assert.Contains("spec.validations[0].expression: Invalid value: \"object.x ==\": compilation failed: ERROR: <input>:1:12: Syntax error: mismatched input '<EOF>'", refused.Message, StringComparison.Ordinal);
        var number = await server.PostAsync(Policies, Policy("\"variables\":[{\"name\":\"n\",\"expression\":\"1\"}],\"validations\":[{\"expression\":\"variables.n + 1\"}]"));
        Assert.Contains("spec.validations[0].expression: Invalid value: \"variables.n + 1\": must evaluate to bool", number.Message, StringComparison.Ordinal);
        var unknown = await server.PostAsync(Policies, Policy("\"validations\":[{\"expression\":\"request.nothing == 1\"}]"));
        Assert.Contains("undefined field 'nothing'", unknown.Message, StringComparison.Ordinal);
    }
}
