namespace Keelson.Server.Tests.Admission.Policies;

public sealed class MutatingPolicyTests
{
    private const string Group = "/apis/admissionregistration.k8s.io/v1/";
    private const string Pods = "/api/v1/namespaces/default/pods";

    private const string Pod = """
        {"metadata":{"name":"a"},"spec":{"containers":[{"name":"main","image":"nginx"}]}}
        """;

    private static async Task<TestServer> StartAsync(string mutation, string more = "")
    {
        var server = await TestServer.StartAsync();
        var made = await server.PostAsync(Group + "mutatingadmissionpolicies", $$$$"""
            {"metadata":{"name":"p"},"spec":{"matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["pods"]}]},
             {{{{more}}}} "reinvocationPolicy":"Never","mutations":[{{{{mutation}}}}]}}
            """);
        Assert.True(made.Code == 201, made.Text);
        made = await server.PostAsync(Group + "mutatingadmissionpolicybindings", """{"metadata":{"name":"b"},"spec":{"policyName":"p"}}""");
        Assert.True(made.Code == 201, made.Text);
        return server;
    }

    [Fact]
    public async Task A_configuration_is_merged_by_the_keys_of_lists()
    {
        await using var server = await StartAsync("""
            {"patchType":"ApplyConfiguration","applyConfiguration":{"expression":
              "Object{metadata: Object.metadata{labels: {'checked': 'yes'}}, spec: Object.spec{initContainers: [Object.spec.initContainers{name: 'first', image: 'busybox'}], containers: [Object.spec.containers{name: 'main', command: ['run']}]}}"}}
            """);
        var made = await server.PostAsync(Pods, Pod);
        Assert.True(made.Code == 201, made.Text);
        Assert.Equal("yes", made.Json["metadata", "labels", "checked"]!.AsText());
        Assert.Equal("first", made.Json["spec", "initContainers"]!.AsList()![0]["name"]!.AsText());
        var main = Assert.Single(made.Json["spec", "containers"]!.AsList()!.Span.ToArray());
        Assert.Equal("nginx run", $"{main["image"]!.AsText()} {main["command"]!.AsList()![0].AsText()}");
    }

    [Fact]
    public async Task A_patch_is_applied_where_the_conditions_hold()
    {
        await using var server = await StartAsync(
            """{"patchType":"JSONPatch","jsonPatch":{"expression":"[JSONPatch{op: 'add', path: '/metadata/annotations', value: {'a': 'b'}}, JSONPatch{op: 'add', path: '/metadata/annotations/' + jsonpatch.escapeKey('example.com/x'), value: variables.text}]"}}""",
            """ "variables":[{"name":"text","expression":"'made for ' + request.operation"}],"matchConditions":[{"name":"c","expression":"object.metadata.name == 'a'"}], """);
        var made = await server.PostAsync(Pods, Pod);
        Assert.True(made.Code == 201, made.Text);
        Assert.Equal("made for CREATE", made.Json["metadata", "annotations", "example.com/x"]!.AsText());
        var other = await server.PostAsync(Pods, Pod.Replace("\"a\"", "\"other\"", StringComparison.Ordinal));
        Assert.Null(other.Json["metadata", "annotations"]);
    }

    [Fact]
    public async Task A_change_that_fails_denies_the_write()
    {
        await using var server = await StartAsync("""{"patchType":"JSONPatch","jsonPatch":{"expression":"[JSONPatch{op: 'remove', path: '/spec/nothing'}]"}}""");
        var refused = await server.PostAsync(Pods, Pod);
        Assert.Equal(403, refused.Code);
        Assert.Contains("MutatingAdmissionPolicy 'p' with binding 'b' denied request: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_that_makes_something_else_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        var refused = await server.PostAsync(Group + "mutatingadmissionpolicies", """
            {"metadata":{"name":"p"},"spec":{"matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["pods"]}]},
             "mutations":[{"patchType":"ApplyConfiguration","applyConfiguration":{"expression":"1 + 1"}},{"patchType":"JSONPatch","jsonPatch":{"expression":"[JSONPatch{operation: 'x'}]"}}]}}
            """);
        Assert.Equal(422, refused.Code);
        Assert.Contains("spec.mutations[0].applyConfiguration.expression: Invalid value: \"1 + 1\": must evaluate to Object", refused.Message, StringComparison.Ordinal);
        Assert.Contains("undefined field 'operation'", refused.Message, StringComparison.Ordinal);
    }
}
