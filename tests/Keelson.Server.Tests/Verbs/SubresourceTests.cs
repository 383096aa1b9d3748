using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Keelson.Server.Tests.Verbs;

public sealed class SubresourceTests
{
    private const string Pods = "/api/v1/namespaces/default/pods";
    private const string Budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
    private const string Strategic = "application/strategic-merge-patch+json";
    private const string Pod = """{"metadata":{"name":"p","labels":{"app":"a"}},"spec":{"containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"1"}}}]}}""";

    [Fact]
    public async Task A_job_gets_a_selector_of_its_own()
    {
        await using var server = await TestServer.StartAsync();
        var created = await server.PostAsync("/apis/batch/v1/namespaces/default/jobs", """{"metadata":{"name":"j"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}""");
        Assert.True(created.Code == 201, created.Text);
        var uid = created.Json["metadata", "uid"]!.AsText();
        Assert.Equal(uid, created.Json["spec", "selector", "matchLabels", "batch.kubernetes.io/controller-uid"]!.AsText());
        Assert.Equal(uid, created.Json["spec", "template", "metadata", "labels", "batch.kubernetes.io/controller-uid"]!.AsText());
    }

    [Fact]
    public async Task Finalizers_of_a_namespace_are_checked()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync("/api/v1/namespaces", """{"metadata":{"name":"n"}}""");
        var refused = await server.PutAsync("/api/v1/namespaces/n/finalize", """{"metadata":{"name":"n"},"spec":{"finalizers":["mine"]}}""");
        Assert.Equal(422, refused.Code);
        Assert.Contains("name is neither a standard finalizer name nor is it fully qualified", refused.Message, StringComparison.Ordinal);
        Assert.Equal(200, (await server.PutAsync("/api/v1/namespaces/n/finalize", """{"metadata":{"name":"n"},"spec":{"finalizers":["x.io/mine"]}}""")).Code);
    }

    [Fact]
    public async Task A_pod_is_resized_and_gets_containers_to_debug_it_only_by_the_subresources()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(Pods, Pod);
        const string Resize = """{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"2"}}}]}}""";
        Assert.Equal(422, (await server.PatchAsync(Pods + "/p", Resize, Strategic)).Code);
        var resized = await server.PatchAsync(Pods + "/p/resize", Resize, Strategic);
        Assert.True(resized.Code == 200, resized.Text);
        Assert.Contains("\"cpu\":\"2\"", resized.Text, StringComparison.Ordinal);

        const string Debug = """{"spec":{"ephemeralContainers":[{"name":"d","image":"i"}]}}""";
        Assert.Equal(422, (await server.PatchAsync(Pods + "/p", Debug, Strategic)).Code);
        var debugged = await server.PatchAsync(Pods + "/p/ephemeralcontainers", Debug, Strategic);
        Assert.True(debugged.Code == 200, debugged.Text);
        var gone = await server.PatchAsync(Pods + "/p/ephemeralcontainers", """[{"op":"remove","path":"/spec/ephemeralContainers"}]""", "application/json-patch+json");
        Assert.Equal(422, gone.Code);
        Assert.Contains("may not be removed", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_eviction_spends_what_the_budget_allows_and_then_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(Budgets, """{"metadata":{"name":"b"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"a"}}}}""");
        foreach (var name in (string[])["p", "q"])
        {
            await server.PostAsync(Pods, Pod.Replace("\"p\"", $"\"{name}\"", StringComparison.Ordinal));
            await server.PatchAsync($"{Pods}/{name}/status", """{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}""", Strategic);
        }

        var early = await EvictAsync(server, "p");
        Assert.Equal((429, "Cannot evict pod as it would violate the pod's disruption budget."), (early.Code, early.Message));
        Assert.Contains("The disruption budget b is still being processed by the server.", early.Text, StringComparison.Ordinal);

        await server.PatchAsync(Budgets + "/b/status", """{"status":{"observedGeneration":1,"disruptionsAllowed":1,"currentHealthy":2,"desiredHealthy":1,"expectedPods":2}}""", "application/merge-patch+json");
        Assert.Equal(201, (await EvictAsync(server, "p", "?dryRun=All")).Code);
        Assert.Equal(200, (await server.GetAsync(Pods + "/p")).Code);
        var evicted = await EvictAsync(server, "p");
        Assert.True(evicted.Code == 201, evicted.Text);
        Assert.Equal(404, (await server.GetAsync(Pods + "/p")).Code);
        var budget = (await server.GetAsync(Budgets + "/b")).Json;
        Assert.Equal(0, budget["status", "disruptionsAllowed"]!.AsInteger());
        Assert.NotNull(budget["status", "disruptedPods", "p"]);

        var refused = await EvictAsync(server, "q");
        Assert.Equal(429, refused.Code);
        Assert.Contains("\"reason\":\"DisruptionBudget\",\"message\":\"The disruption budget b needs 1 healthy pods and has 2 currently\"", refused.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await server.GetAsync(Pods + "/q")).Code);
    }

    [Fact]
    public async Task A_certificate_is_approved_by_the_subresource_alone()
    {
        const string Requests = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
        await using var server = await TestServer.StartAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = new CertificateRequest("CN=a", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        var request = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(pem));
        var created = await server.PostAsync(Requests, $$"""{"metadata":{"name":"c"},"spec":{"signerName":"x.io/y","usages":["client auth"],"request":"{{request}}"} }""");
        Assert.True(created.Code == 201, created.Text);
        const string Approval = """{"spec":{"signerName":"x.io/z"},"status":{"certificate":"eA==","conditions":[{"type":"Approved","status":"True","reason":"r"}]}}""";
        var approved = await server.PatchAsync(Requests + "/c/approval", Approval, "application/merge-patch+json");
        Assert.True(approved.Code == 200, approved.Text);
        Assert.Equal("x.io/y", approved.Json["spec", "signerName"]!.AsText());
        Assert.Null(approved.Json["status", "certificate"]);
        Assert.Contains("\"lastUpdateTime\":\"2", approved.Text, StringComparison.Ordinal);
        var denied = await server.PatchAsync(Requests + "/c/approval", """{"status":{"conditions":[{"type":"Denied","status":"True"}]}}""", "application/merge-patch+json");
        Assert.Equal(422, denied.Code);
    }

    private static Task<Answer> EvictAsync(TestServer server, string name, string query = "") =>
        server.PostAsync($"{Pods}/{name}/eviction{query}", $$"""{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"namespace":"default","name":"{{name}}"} }""");
}
