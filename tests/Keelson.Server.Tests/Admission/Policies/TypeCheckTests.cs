using Keelson.Api.Values;

namespace Keelson.Server.Tests.Admission.Policies;

public sealed class TypeCheckTests
{
    private const string Policies = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";

    [Fact]
    public async Task What_does_not_fit_the_types_is_told_in_the_status()
    {
        await using var server = await TestServer.StartAsync();
        await CreateAsync(server, "\"deployments\",\"replicasets\"", "\"apps\"", """{"expression":"object.replicas > 1","messageExpression":"'got ' + object.spec.nothing"},{"expression":"object.spec.replicas > 1 && object.metadata.labels['a'] == 'b'"}""");
        var status = await StatusAsync(server, 1);
        var warnings = status["typeChecking", "expressionWarnings"]!.AsList()!;
        Assert.Equal(2, warnings.Count);
        Assert.Equal("spec.validations[0].expression", warnings[0]["fieldRef"]!.AsText());
        Assert.Equal(
            "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'replicas'\n | object.replicas > 1\n | ......^\n"
            + "\napps/v1, Kind=ReplicaSet: ERROR: <input>:1:7: undefined field 'replicas'\n | object.replicas > 1\n | ......^\n",
            warnings[0]["warning"]!.AsText());
        Assert.Equal("spec.validations[0].messageExpression", warnings[1]["fieldRef"]!.AsText());
        Assert.Contains("undefined field 'nothing'", warnings[1]["warning"]!.AsText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_without_faults_says_so_and_a_change_is_looked_at_anew()
    {
        await using var server = await TestServer.StartAsync();
        await CreateAsync(server, "\"configmaps\"", "\"\"", """{"expression":"size(object.data) > 0"}""");
        Assert.Equal("{}", (await StatusAsync(server, 1))["typeChecking"]!.ToString());
        var changed = await server.PatchAsync(Policies + "/p", """{"spec":{"validations":[{"expression":"object.data > 0"}]}}""", "application/merge-patch+json");
        Assert.True(changed.Code == 200, changed.Text);
        var warning = (await StatusAsync(server, 2))["typeChecking", "expressionWarnings"]!.AsList()![0];
        Assert.StartsWith("v1, Kind=ConfigMap: ERROR: <input>:1:13: found no matching overload for '_>_' applied to '(map(string, string), int)'", warning["warning"]!.AsText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variables_and_parameters_have_types_too()
    {
        await using var server = await TestServer.StartAsync();
        await CreateAsync(server, "\"pods\"", "\"\"", """{"expression":"variables.name.startsWith('a')"},{"expression":"variables.count.startsWith('a') || params.dat.a == 'b'"}""", """
            "paramKind":{"apiVersion":"v1","kind":"ConfigMap"},"variables":[{"name":"name","expression":"object.metadata.name"},{"name":"count","expression":"object.spec.priority"}],
            """);
        var warnings = (await StatusAsync(server, 1))["typeChecking", "expressionWarnings"]!.AsList()!;
        Assert.Equal("spec.validations[1].expression", Assert.Single(warnings.Span.ToArray())["fieldRef"]!.AsText());
        Assert.Contains("'int.(string)'", warnings[0]["warning"]!.AsText(), StringComparison.Ordinal);
        Assert.Contains("undefined field 'dat'", warnings[0]["warning"]!.AsText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Custom_resources_are_held_against_their_schemas()
    {
        await using var server = await TestServer.StartAsync();
        var defined = await server.PostAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", """
            {"metadata":{"name":"things.example.com"},"spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"things","kind":"Thing"},"versions":[{"name":"v1","served":true,"storage":true,
             "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"size":{"type":"integer"}}}}}}}]}}
            """);
        Assert.True(defined.Code == 201, defined.Text);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await server.GetAsync("/apis/example.com/v1/things")).Code != 200) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, deadline.Token);
        await CreateAsync(server, "\"things\"", "\"example.com\"", """{"expression":"object.spec.size < 3 && object.metadata.namespace == 'default'"},{"expression":"object.spec.sise < 3"}""");
        var warnings = (await StatusAsync(server, 1))["typeChecking", "expressionWarnings"]!;
        Assert.True(warnings.AsList()!.Count == 1, warnings.ToString());
        var warning = warnings.AsList()![0];
        Assert.Equal("spec.validations[1].expression", warning["fieldRef"]!.AsText());
        Assert.StartsWith("example.com/v1, Kind=Thing: ERROR: <input>:1:12: undefined field 'sise'", warning["warning"]!.AsText(), StringComparison.Ordinal);
    }

    private static async Task CreateAsync(TestServer server, string resources, string group, string validations, string more = "")
    {
        var made = await server.PostAsync(Policies, $$$$"""
            {"metadata":{"name":"p"},"spec":{ {{{{more}}}} "matchConstraints":{"resourceRules":[{"apiGroups":[{{{{group}}}}],"apiVersions":["v1"],"operations":["*"],"resources":[{{{{resources}}}}]}]},
             "validations":[{{{{validations}}}}]}}
            """);
        Assert.True(made.Code == 201, made.Text);
    }

    private static async Task<Value> StatusAsync(TestServer server, long generation)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var status = (await server.GetAsync(Policies + "/p")).Json["status"];
            if (status?["observedGeneration"]?.AsInteger() == generation) return status;
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, deadline.Token);
        }
    }
}
