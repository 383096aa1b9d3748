using System.Net;
using System.Text;
using Keelson.Api.Values;
using Keelson.Server.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Keelson.EndToEnd.ApiServer;

/// <summary>What a user of kubectl sees of admission.</summary>
public sealed class AdmissionTests
{
    public static TheoryData<string> Programs => Kubectl.Programs;

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_webhook_warns_changes_and_refuses(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        using var authority = CertificateAuthority.Create(TimeProvider.System);
        using var certificate = authority.IssueServer("hook", ["hook"], [IPAddress.Loopback], TimeProvider.System);
        await using var hook = await StartHookAsync(certificate);
        var bundle = Convert.ToBase64String(Encoding.UTF8.GetBytes(authority.CertificatePem));
        var rules = """[{apiGroups: [""], apiVersions: ["v1"], operations: [CREATE], resources: [configmaps]}]""";
        foreach (var (kind, path) in new[] { ("Mutating", "change"), ("Validating", "check") })
        {
            await kubectl.DoAsync("apply -f -", $$"""
                apiVersion: admissionregistration.k8s.io/v1
                kind: {{kind}}WebhookConfiguration
                metadata: {name: hook}
                webhooks:
                - name: {{path}}.example.com
                  clientConfig: {url: "{{hook.Urls.First()}}/{{path}}", caBundle: {{bundle}}}
                  rules: {{rules}}
                  sideEffects: None
                  admissionReviewVersions: [v1]
                """);
        }

        var created = await kubectl.RunAsync("create configmap good --from-literal=k=v");
        Assert.True(created.Code == 0, created.ToString());
        Assert.Contains("Warning: mind the gap", created.Error, StringComparison.Ordinal);
        Assert.Equal("yes", await kubectl.DoAsync("get configmap good -o jsonpath={.data.changed}"));
        var refused = await kubectl.RunAsync("create configmap bad");
        Assert.Equal(1, refused.Code);
        Assert.Contains("admission webhook \"check.example.com\" denied the request: bad is no name", refused.Error, StringComparison.Ordinal);
        var dry = await kubectl.RunAsync("create configmap bad --dry-run=server");
        Assert.Contains("bad is no name", dry.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_policy_keeps_shells_out_of_containers_and_says_what_is_wrong_with_itself(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        await kubectl.DoAsync("apply -f -", """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: no-shells}
            spec:
              matchConstraints:
                resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CONNECT], resources: [pods/exec]}]
              validations:
              - {expression: "object.command != ['sh']", message: shells are for developers}
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicyBinding
            metadata: {name: no-shells}
            spec: {policyName: no-shells, validationActions: [Deny]}
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: mistaken}
            spec:
              matchConstraints:
                resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]
              validations:
              - {expression: object.replicas > 1}
            """);
        await kubectl.DoAsync("run web --image=web");
        var refused = await kubectl.RunAsync("exec web -- sh");
        Assert.NotEqual(0, refused.Code);
        Assert.Contains("ValidatingAdmissionPolicy 'no-shells' with binding 'no-shells' denied request: shells are for developers", refused.Error, StringComparison.Ordinal);
        Assert.Contains("pod web does not have a host assigned", (await kubectl.RunAsync("exec web -- ls")).Error, StringComparison.Ordinal);
        await Wait.ForAsync(async () => await kubectl.DoAsync("get validatingadmissionpolicy mistaken -o jsonpath={.status.observedGeneration}") == "1");
        Assert.Contains("apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'replicas'", await kubectl.DoAsync("describe validatingadmissionpolicy mistaken"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Limits_quotas_and_pod_security_are_told_as_everywhere(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        await kubectl.DoAsync("create namespace safe");
        await kubectl.DoAsync("label namespace safe pod-security.kubernetes.io/enforce=restricted pod-security.kubernetes.io/warn=restricted");
        var pod = await kubectl.RunAsync("run web --image=web -n safe");
        Assert.Equal(1, pod.Code);
        Assert.Contains("violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false (container \"web\" must set securityContext.allowPrivilegeEscalation=false)", pod.Error, StringComparison.Ordinal);
        var deployment = await kubectl.RunAsync("create deployment web --image=web -n safe");
        Assert.Equal(0, deployment.Code);
        Assert.Contains("Warning: would violate PodSecurity \"restricted:latest\"", deployment.Error, StringComparison.Ordinal);
        await kubectl.DoAsync("create quota few --hard=pods=1");
        await kubectl.DoAsync("run one --image=web");
        var second = await kubectl.RunAsync("run two --image=web");
        Assert.Contains("exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1", second.Error, StringComparison.Ordinal);
        Assert.Contains("system-node-critical", await kubectl.DoAsync("get priorityclasses"), StringComparison.Ordinal);
        Assert.Contains("catch-all", await kubectl.DoAsync("get flowschemas"), StringComparison.Ordinal);
    }

    private static async Task<WebApplication> StartHookAsync(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseHttps(certificate)));
        var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        return app;
    }

    private static async Task AnswerAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var request = ((MapValue)ValueReader.Read(body.ToArray()))["request"]!;
        var name = request["name"]!.AsText();
        var verdict = (http.Request.Path.Value, name) switch
        {
            ("/change", _) => $"\"allowed\":true,\"patchType\":\"JSONPatch\",\"patch\":\"{Convert.ToBase64String("""[{"op":"add","path":"/data","value":{"changed":"yes"}}]"""u8)}\"",
            (_, "bad") => "\"allowed\":false,\"status\":{\"message\":\"bad is no name\"}",
            _ => "\"allowed\":true,\"warnings\":[\"mind the gap\"]",
        };
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync($$"""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"{{request["uid"]!.AsText()}}",{{verdict}} } }""");
    }
}
