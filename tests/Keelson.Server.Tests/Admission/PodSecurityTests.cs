namespace Keelson.Server.Tests.Admission;

public sealed class PodSecurityTests
{
    private const string Pods = "/api/v1/namespaces/safe/pods";
    private const string Deployments = "/apis/apps/v1/namespaces/safe/deployments";

    [Fact]
    public async Task A_plain_pod_violates_the_restricted_level_in_four_ways()
    {
        await using var server = await StartAsync("enforce", "restricted");
        var refused = await server.PostAsync(Pods, Pod("x"));
        Assert.Equal(403, refused.Code);
        Assert.Equal(
            "pods \"x\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false (container \"c\" must set securityContext.allowPrivilegeEscalation=false), "
            + "unrestricted capabilities (container \"c\" must set securityContext.capabilities.drop=[\"ALL\"]), "
            + "runAsNonRoot != true (pod or container \"c\" must set securityContext.runAsNonRoot=true), "
            + "seccompProfile (pod or container \"c\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")",
            refused.Message);
    }

    [Fact]
    public async Task A_hardened_pod_passes()
    {
        await using var server = await StartAsync("enforce", "restricted");
        var pod = Pod("x", """
            "securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}},
            """, """
            ,"securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}
            """);
        Assert.Equal(201, (await server.PostAsync(Pods, pod)).Code);
    }

    [Theory]
    [InlineData("\"hostNetwork\":true,\"hostPID\":true,", "", "host namespaces (hostNetwork=true, hostPID=true)")]
    [InlineData("", ",\"securityContext\":{\"privileged\":true}", "privileged (container \"c\" must not set securityContext.privileged=true)")]
    [InlineData("", ",\"securityContext\":{\"capabilities\":{\"add\":[\"NET_ADMIN\"]}}", "non-default capabilities (container \"c\" must not include \"NET_ADMIN\" in securityContext.capabilities.add)")]
    [InlineData("\"volumes\":[{\"name\":\"v\",\"hostPath\":{\"path\":\"/\"}}],", "", "hostPath volumes (volume \"v\")")]
    [InlineData("", ",\"ports\":[{\"containerPort\":80,\"hostPort\":8080}]", "hostPort (container \"c\" uses hostPort 8080)")]
    [InlineData("\"securityContext\":{\"sysctls\":[{\"name\":\"kernel.msgmax\",\"value\":\"1\"}]},", "", "forbidden sysctls (kernel.msgmax)")]
    [InlineData("\"securityContext\":{\"seccompProfile\":{\"type\":\"Unconfined\"}},", "", "seccompProfile (pod must not set securityContext.seccompProfile.type to \"Unconfined\")")]
    public async Task The_baseline_keeps_out_what_breaks_out(string inSpec, string inContainer, string why)
    {
        await using var server = await StartAsync("enforce", "baseline");
        Assert.Equal(201, (await server.PostAsync(Pods, Pod("plain"))).Code);
        var refused = await server.PostAsync(Pods, Pod("x", inSpec, inContainer));
        Assert.Equal($"pods \"x\" is forbidden: violates PodSecurity \"baseline:latest\": {why}", refused.Message);
    }

    [Fact]
    public async Task What_makes_pods_is_warned_about_and_not_refused()
    {
        await using var server = await StartAsync("warn", "baseline");
        var template = Pod("x", "\"hostPID\":true,");
        var made = await server.PostAsync(Deployments, $$$$"""
            {"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"} },"template":{"metadata":{"labels":{"a":"b"}},"spec":{"hostPID":true,"containers":[{"name":"c","image":"i"}]} } } }
            """);
        Assert.Equal(201, made.Code);
        Assert.Equal(["299 - \"would violate PodSecurity \\\"baseline:latest\\\": host namespaces (hostPID=true)\""], made.Warnings);
        Assert.Equal(201, (await server.PostAsync(Pods, template)).Code);
    }

    [Fact]
    public async Task A_stricter_level_tells_of_the_pods_that_are_there()
    {
        await using var server = await StartAsync("enforce", "privileged");
        await server.PostAsync(Pods, Pod("x", "\"hostPID\":true,"));
        var changed = await server.PatchAsync("/api/v1/namespaces/safe", """{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"baseline"}}}""", "application/merge-patch+json");
        Assert.Equal(200, changed.Code);
        Assert.Equal(2, changed.Warnings.Length);
        Assert.Contains("existing pods in namespace", changed.Warnings[0], StringComparison.Ordinal);
        Assert.Equal("299 - \"x: host namespaces\"", changed.Warnings[1]);
        var wrong = await server.PatchAsync("/api/v1/namespaces/safe", """{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"strict"}}}""", "application/merge-patch+json");
        Assert.Equal(422, wrong.Code);
        Assert.Contains("must be one of privileged, baseline, restricted", wrong.Message, StringComparison.Ordinal);
    }

    private static async Task<TestServer> StartAsync(string mode, string level)
    {
        var server = await TestServer.StartAsync();
        await server.PostAsync("/api/v1/namespaces", $$$$"""{"metadata":{"name":"safe","labels":{"pod-security.kubernetes.io/{{{{mode}}}}":"{{{{level}}}}"}}}""");
        return server;
    }

    private static string Pod(string name, string inSpec = "", string inContainer = "") =>
        $$$$"""{"metadata":{"name":"{{{{name}}}}"},"spec":{ {{{{inSpec}}}} "containers":[{"name":"c","image":"i"{{{{inContainer}}}}}]}}""";
}
