namespace Keelson.Server.Tests.Admission.Policies;

/// <summary>Policies about subresources see and change what was sent to these, which is of another kind than the object.</summary>
public sealed class SubresourcePolicyTests
{
    private const string Group = "/apis/admissionregistration.k8s.io/v1/";
    private const string Core = "/api/v1/namespaces/default";

    [Fact]
    public async Task A_token_that_is_asked_for_is_changed_before_it_is_made()
    {
        await using var server = await StartAsync("\"\"", "serviceaccounts/token", """{"patchType":"ApplyConfiguration","applyConfiguration":{"expression":"Object{spec: Object.spec{expirationSeconds: 700}}"}}""");
        await server.PostAsync(Core + "/serviceaccounts", """{"metadata":{"name":"robot"}}""");
        var made = await server.PostAsync(Core + "/serviceaccounts/robot/token", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["a"],"expirationSeconds":3600}}""");
        Assert.True(made.Code == 201, made.Text);
        Assert.Equal(700, made.Json["spec", "expirationSeconds"]!.AsInteger());
        Assert.Equal("""["a"]""", made.Json["spec", "audiences"]!.ToString());
    }

    [Fact]
    public async Task An_eviction_is_turned_into_a_trial()
    {
        await using var server = await StartAsync("\"\"", "pods/eviction", """
            {"patchType":"JSONPatch","jsonPatch":{"expression":"object.kind == 'Eviction' ? [JSONPatch{op: 'add', path: '/deleteOptions', value: {'dryRun': ['All']}}] : []"}}
            """);
        await PodAsync(server);
        var evicted = await server.PostAsync(Core + "/pods/web/eviction", """{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"web"}}""");
        Assert.True(evicted.Code == 201, evicted.Text);
        Assert.Equal(200, (await server.GetAsync(Core + "/pods/web")).Code);
    }

    [Fact]
    public async Task An_eviction_is_asked_about_once_and_not_as_a_deletion()
    {
        await using var server = await TestServer.StartAsync();
        await PodAsync(server);
        await server.PatchAsync(Core + "/pods/web/status", """{"status":{"phase":"Running"}}""", "application/merge-patch+json");
        await server.PostAsync(Group + "validatingadmissionpolicies", """
            {"metadata":{"name":"p"},"spec":{"matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["*"],"resources":["pods","pods/eviction"]}]},
             "validations":[{"expression":"request.operation == 'CREATE' && object.kind == 'Eviction'"}]}}
            """);
        await server.PostAsync(Group + "validatingadmissionpolicybindings", """{"metadata":{"name":"b"},"spec":{"policyName":"p","validationActions":["Deny"]}}""");
        Assert.Equal(422, (await server.DeleteAsync(Core + "/pods/web")).Code);
        var evicted = await server.PostAsync(Core + "/pods/web/eviction", """{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"web"}}""");
        Assert.True(evicted.Code == 201, evicted.Text);
    }

    [Fact]
    public async Task A_binding_leads_to_another_node()
    {
        await using var server = await StartAsync("\"\"", "pods/binding", """
            {"patchType":"JSONPatch","jsonPatch":{"expression":"[JSONPatch{op: 'replace', path: '/target/name', value: object.target.name + '-2'}, JSONPatch{op: 'add', path: '/metadata/labels', value: {'moved': 'yes'}}]"}}
            """);
        await PodAsync(server);
        var bound = await server.PostAsync(Core + "/pods/web/binding", """{"apiVersion":"v1","kind":"Binding","metadata":{"name":"web"},"target":{"kind":"Node","name":"n"}}""");
        Assert.True(bound.Code == 201, bound.Text);
        var pod = (await server.GetAsync(Core + "/pods/web")).Json;
        Assert.Equal("n-2 yes web", $"{pod["spec", "nodeName"]!.AsText()} {pod["metadata", "labels", "moved"]!.AsText()} {pod["metadata", "labels", "app"]!.AsText()}");
    }

    [Theory]
    [InlineData("""{"patchType":"ApplyConfiguration","applyConfiguration":{"expression":"Object{spec: Object.spec{replicas: object.spec.replicas > 3 ? 3 : object.spec.replicas}}"}}""")]
    [InlineData("""{"patchType":"JSONPatch","jsonPatch":{"expression":"[JSONPatch{op: 'replace', path: '/spec/replicas', value: 3}]"}}""")]
    public async Task A_scale_stays_within_bounds(string mutation)
    {
        await using var server = await StartAsync("\"apps\"", "deployments/scale", mutation);
        await DeploymentAsync(server);
        var scaled = await server.PatchAsync("/apis/apps/v1/namespaces/default/deployments/web/scale", """{"spec":{"replicas":9}}""", "application/merge-patch+json");
        Assert.True(scaled.Code == 200, scaled.Text);
        Assert.Equal(3, scaled.Json["spec", "replicas"]!.AsInteger());
        Assert.Equal(3, (await server.GetAsync("/apis/apps/v1/namespaces/default/deployments/web")).Json["spec", "replicas"]!.AsInteger());
    }

    [Fact]
    public async Task A_validating_policy_sees_the_kind_of_the_subresource()
    {
        await using var server = await TestServer.StartAsync();
        await DeploymentAsync(server);
        await PodAsync(server);
        var made = await server.PostAsync(Group + "validatingadmissionpolicies", """
            {"metadata":{"name":"p"},"spec":{"matchConstraints":{"resourceRules":[
              {"apiGroups":["apps"],"apiVersions":["v1"],"operations":["*"],"resources":["deployments/scale"]},{"apiGroups":[""],"apiVersions":["v1"],"operations":["*"],"resources":["pods/binding","pods/eviction"]}]},
             "validations":[{"expression":"false","messageExpression":"request.operation + ' ' + object.kind + ' ' + request.kind.kind + (object.kind == 'Scale' ? ' ' + string(oldObject.spec.replicas) + string(object.spec.replicas) : '')"}]}}
            """);
        Assert.True(made.Code == 201, made.Text);
        await server.PostAsync(Group + "validatingadmissionpolicybindings", """{"metadata":{"name":"b"},"spec":{"policyName":"p","validationActions":["Deny"]}}""");
        Assert.EndsWith("denied request: UPDATE Scale Scale 19", (await server.PatchAsync("/apis/apps/v1/namespaces/default/deployments/web/scale", """{"spec":{"replicas":9}}""", "application/merge-patch+json")).Message, StringComparison.Ordinal);
        Assert.EndsWith("denied request: CREATE Binding Binding", (await server.PostAsync(Core + "/pods/web/binding", """{"apiVersion":"v1","kind":"Binding","metadata":{"name":"web"},"target":{"kind":"Node","name":"n"}}""")).Message, StringComparison.Ordinal);
        Assert.EndsWith("denied request: CREATE Eviction Eviction", (await server.PostAsync(Core + "/pods/web/eviction", """{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"web"}}""")).Message, StringComparison.Ordinal);
    }

    private static async Task<TestServer> StartAsync(string group, string resource, string mutation)
    {
        var server = await TestServer.StartAsync();
        var made = await server.PostAsync(Group + "mutatingadmissionpolicies", $$$$"""
            {"metadata":{"name":"p"},"spec":{"matchConstraints":{"resourceRules":[{"apiGroups":[{{{{group}}}}],"apiVersions":["v1"],"operations":["CREATE","UPDATE"],"resources":["{{{{resource}}}}"]}]},
             "reinvocationPolicy":"Never","mutations":[{{{{mutation}}}}]}}
            """);
        Assert.True(made.Code == 201, made.Text);
        made = await server.PostAsync(Group + "mutatingadmissionpolicybindings", """{"metadata":{"name":"b"},"spec":{"policyName":"p"}}""");
        Assert.True(made.Code == 201, made.Text);
        return server;
    }

    private static async Task PodAsync(TestServer server)
    {
        var made = await server.PostAsync(Core + "/pods", """{"metadata":{"name":"web","labels":{"app":"web"}},"spec":{"containers":[{"name":"a","image":"i"}]}}""");
        Assert.True(made.Code == 201, made.Text);
    }

    private static async Task DeploymentAsync(TestServer server)
    {
        var made = await server.PostAsync("/apis/apps/v1/namespaces/default/deployments", """
            {"metadata":{"name":"web"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"a","image":"i"}]}}}}
            """);
        Assert.True(made.Code == 201, made.Text);
    }
}
