using Keelson.Api.Values;
using Keelson.Server.Tests.Webhooks;

namespace Keelson.Server.Tests.Admission;

/// <summary>Connections to pods, services and nodes are admitted before anything is connected.</summary>
public sealed class ConnectionTests
{
    private const string Group = "/apis/admissionregistration.k8s.io/v1/";
    private const string Pods = "/api/v1/namespaces/default/pods";

    [Theory]
    [InlineData("POST", Pods + "/web/exec?container=a&command=ls&command=-l&stdin=true&stdout=true&tty=true", "pods", "exec", "PodExecOptions", """{"stdin":true,"stdout":true,"tty":true,"container":"a","command":["ls","-l"],"kind":"PodExecOptions","apiVersion":"v1"}""")]
    [InlineData("GET", Pods + "/web/attach?stderr=1", "pods", "attach", "PodAttachOptions", """{"stderr":true,"kind":"PodAttachOptions","apiVersion":"v1"}""")]
    [InlineData("POST", Pods + "/web/portforward?ports=80&ports=81", "pods", "portforward", "PodPortForwardOptions", """{"ports":[80,81],"kind":"PodPortForwardOptions","apiVersion":"v1"}""")]
    [InlineData("GET", Pods + "/web/proxy/a/b", "pods", "proxy", "PodProxyOptions", """{"path":"a/b","kind":"PodProxyOptions","apiVersion":"v1"}""")]
    [InlineData("PUT", "/api/v1/namespaces/default/services/web/proxy/x", "services", "proxy", "ServiceProxyOptions", """{"path":"x","kind":"ServiceProxyOptions","apiVersion":"v1"}""")]
    [InlineData("GET", "/api/v1/nodes/n/proxy/healthz", "nodes", "proxy", "NodeProxyOptions", """{"path":"healthz","kind":"NodeProxyOptions","apiVersion":"v1"}""")]
    public async Task A_webhook_is_asked_about_a_connection_and_may_refuse_it(string method, string path, string plural, string subresource, string kind, string options)
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        hook.Answer = (_, _) => """ "allowed":false,"status":{"code":403,"reason":"Forbidden","message":"no way in"} """;
        await RegisterAsync(server, hook, "validating", $"{plural}/{subresource}");
        var refused = await server.SendAsync(method, path);
        Assert.Equal((403, "admission webhook \"connect.example.com\" denied the request: no way in"), (refused.Code, refused.Message));
        var asked = Assert.Single(hook.Asked).Review["request"]!.AsMap()!;
        Assert.Equal("CONNECT", asked["operation"]!.AsText());
        Assert.Equal($$"""{"group":"","version":"v1","kind":"{{kind}}"}""", asked["kind"]!.ToString());
        Assert.Equal((plural, subresource), (asked["resource", "resource"]!.AsText(), asked["subResource"]!.AsText()));
        Assert.Equal(plural == "nodes" ? "n" : "web", asked["name"]!.AsText());
        Assert.Equal(Sorted(ValueReader.Read(options)), Sorted(asked["object"]!));
        Assert.True(asked["options"] is null or NullValue);
    }

    [Fact]
    public async Task A_policy_may_look_at_the_command()
    {
        await using var server = await StartWithPodAsync();
        var made = await server.PostAsync(Group + "validatingadmissionpolicies", """
            {"metadata":{"name":"p"},"spec":{"matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CONNECT"],"resources":["pods/exec"]}]},
             "validations":[{"expression":"!has(object.tty) && object.command != ['sh'] && request.subResource == 'exec'","message":"no shells"}]}}
            """);
        Assert.True(made.Code == 201, made.Text);
        Assert.Equal(201, (await server.PostAsync(Group + "validatingadmissionpolicybindings", """{"metadata":{"name":"b"},"spec":{"policyName":"p","validationActions":["Deny"]}}""")).Code);
        var refused = await server.PostAsync(Pods + "/web/exec?command=sh&stdout=true", "");
        Assert.Equal((422, "pods \"web\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no shells"), (refused.Code, refused.Message));
        Assert.Equal("pod web does not have a host assigned", (await server.PostAsync(Pods + "/web/exec?command=ls&stdout=true", "")).Message);
        Assert.Equal("pod web does not have a host assigned", (await server.PostAsync(Pods + "/web/attach?stdout=true&tty=true", "")).Message);
    }

    [Fact]
    public async Task What_a_webhook_makes_of_the_options_is_what_counts()
    {
        await using var server = await StartWithPodAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        hook.Answer = (_, _) => $"\"allowed\":true,\"patchType\":\"JSONPatch\",\"patch\":\"{Convert.ToBase64String("""[{"op":"replace","path":"/container","value":"other"}]"""u8)}\"";
        await RegisterAsync(server, hook, "mutating", "pods/exec");
        Assert.Equal("container other is not valid for pod web", (await server.PostAsync(Pods + "/web/exec?command=ls&container=a", "")).Message);
    }

    [Theory]
    [InlineData("""{"patchType":"ApplyConfiguration","applyConfiguration":{"expression":"Object{container: 'other', command: ['true']}"}}""")]
    [InlineData("""{"patchType":"JSONPatch","jsonPatch":{"expression":"[JSONPatch{op: 'add', path: '/container', value: object.command[0] == 'ls' ? 'other' : 'a'}]"}}""")]
    public async Task A_policy_may_change_the_options(string mutation)
    {
        await using var server = await StartWithPodAsync();
        var made = await server.PostAsync(Group + "mutatingadmissionpolicies", $$$"""
            {"metadata":{"name":"p"},"spec":{"matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CONNECT"],"resources":["pods/exec"]}]},
             "reinvocationPolicy":"Never","mutations":[{{{mutation}}}]}}
            """);
        Assert.True(made.Code == 201, made.Text);
        Assert.Equal(201, (await server.PostAsync(Group + "mutatingadmissionpolicybindings", """{"metadata":{"name":"b"},"spec":{"policyName":"p"}}""")).Code);
        Assert.Equal("container other is not valid for pod web", (await server.PostAsync(Pods + "/web/exec?command=ls", "")).Message);
    }

    [Fact]
    public async Task A_selector_of_labels_is_never_about_a_connection_as_it_has_none()
    {
        await using var server = await StartWithPodAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        hook.Answer = (_, _) => "\"allowed\":false";
        await RegisterAsync(server, hook, "validating", "pods/exec", ""","objectSelector":{"matchExpressions":[{"key":"a","operator":"DoesNotExist"}]}""");
        Assert.Equal("pod web does not have a host assigned", (await server.PostAsync(Pods + "/web/exec?command=ls", "")).Message);
        Assert.Empty(hook.Asked);
    }

    private static async Task<TestServer> StartWithPodAsync()
    {
        var server = await TestServer.StartAsync();
        var made = await server.PostAsync(Pods, """{"metadata":{"name":"web"},"spec":{"containers":[{"name":"a","image":"i"}]}}""");
        Assert.True(made.Code == 201, made.Text);
        return server;
    }

    private static async Task RegisterAsync(TestServer server, HookServer hook, string type, string resource, string more = "")
    {
        var made = await server.PostAsync($"{Group}{type}webhookconfigurations", $$$"""
            {"metadata":{"name":"hooks"},"webhooks":[{"name":"connect.example.com","clientConfig":{"url":"https://127.0.0.1:{{{hook.Port}}}/","caBundle":"{{{hook.Bundle}}}"},
             "rules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CONNECT"],"resources":["{{{resource}}}"]}],"sideEffects":"None","admissionReviewVersions":["v1"]{{{more}}}}]}
            """);
        Assert.True(made.Code == 201, made.Text);
    }

    private static string Sorted(Value value) => string.Join(' ', value.AsMap()!.Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal));
}
