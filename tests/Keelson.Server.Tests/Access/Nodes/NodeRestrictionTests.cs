using Keelson.Api.Authentication.V1;

namespace Keelson.Server.Tests.Access.Nodes;

/// <summary>What a node may not say, of what it may write.</summary>
public sealed class NodeRestrictionTests : IAsyncDisposable
{
    private const string Core = "/api/v1/namespaces/default";
    private const string Merge = "application/merge-patch+json";

    private TestServer? _server;
    private HttpClient? _kubelet;

    [Theory]
    [InlineData("", "", "can only create pods with an owner reference set to itself")]
    [InlineData("""{"apiVersion":"v1","kind":"Node","name":"two","uid":"UID","controller":true}""", "", "can only create pods with an owner reference set to itself")]
    [InlineData("""{"apiVersion":"v1","kind":"Node","name":"one","uid":"UID"}""", "", "can only create pods with a controller owner reference set to itself")]
    [InlineData("""{"apiVersion":"v1","kind":"Node","name":"one","uid":"UID","controller":true,"blockOwnerDeletion":true}""", "", "must not set blockOwnerDeletion on an owner reference")]
    [InlineData("OWN", ""","serviceAccountName":"robot" """, "can not create pods that reference a service account")]
    [InlineData("OWN", ""","volumes":[{"name":"v","secret":{"secretName":"s"}}]""", "can not create pods that reference secrets")]
    [InlineData("OWN", ""","volumes":[{"name":"v","configMap":{"name":"s"}}]""", "can not create pods that reference configmaps")]
    [InlineData("OWN", ""","volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"s"}}]""", "can not create pods that reference persistentvolumeclaims")]
    [InlineData("OWN", ""","volumes":[{"name":"v","projected":{"sources":[{"clusterTrustBundle":{"name":"b","path":"p"}}]}}]""", "can not create pods that reference clustertrustbundles")]
    [InlineData("OWN", "", null)]
    public async Task A_mirror_pod_belongs_to_the_node_and_refers_to_nothing(string owner, string spec, string? refusal)
    {
        var uid = await StartAsync();
        owner = owner == "OWN" ? """{"apiVersion":"v1","kind":"Node","name":"one","uid":"UID","controller":true}""" : owner;
        var answer = await SendAsync("POST", $"{Core}/pods", $$$"""
            {"metadata":{"name":"static","annotations":{"kubernetes.io/config.mirror":"x"},"ownerReferences":[{{{owner.Replace("UID", uid, StringComparison.Ordinal)}}}]},"spec":{"nodeName":"one","containers":[{"name":"c","image":"i"}]{{{spec}}}}}
            """);
        if (refusal is null) Assert.True(answer.Code == 201, answer.Text);
        else Assert.Equal((403, $"pods \"static\" is forbidden: node \"one\" {refusal}"), (answer.Code, answer.Message));
    }

    [Fact]
    public async Task Of_a_claim_a_node_tells_how_large_it_is_and_nothing_else()
    {
        await StartAsync();
        await _server!.PostAsync($"{Core}/persistentvolumeclaims", """{"metadata":{"name":"claim"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}""");
        await PodAsync("p", ""","volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"claim"}}]""");
        var told = await SendAsync("PATCH", $"{Core}/persistentvolumeclaims/claim/status", """{"status":{"capacity":{"storage":"2Gi"},"conditions":[{"type":"FileSystemResizePending","status":"True"}],"allocatedResources":{"storage":"2Gi"}}}""", Merge);
        Assert.True(told.Code == 200, told.Text);
        foreach (var body in (string[])["""{"status":{"phase":"Lost"}}""", """{"metadata":{"labels":{"a":"b"}}}""", """{"metadata":{"finalizers":["a.example/b"]}}"""])
        {
            var refused = await SendAsync("PATCH", $"{Core}/persistentvolumeclaims/claim/status", body, Merge);
            Assert.Equal((403, "persistentvolumeclaims \"claim\" is forbidden: node \"one\" is not allowed to update fields other than status.capacity and status.conditions"), (refused.Code, refused.Message));
        }
    }

    [Fact]
    public async Task A_node_asks_for_tokens_only_for_those_whom_its_pods_address()
    {
        await StartAsync();
        await _server!.PostAsync($"{Core}/serviceaccounts", """{"metadata":{"name":"robot"}}""");
        await _server.PostAsync("/apis/storage.k8s.io/v1/csidrivers", """{"metadata":{"name":"d.example.com"},"spec":{"tokenRequests":[{"audience":"disk"}]}}""");
        await _server.PostAsync("/apis/storage.k8s.io/v1/csidrivers", """{"metadata":{"name":"e.example.com"},"spec":{"tokenRequests":[{"audience":"far"}]}}""");
        await _server.PostAsync("/api/v1/persistentvolumes", """{"metadata":{"name":"pv"},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"claimRef":{"namespace":"default","name":"claim"},"csi":{"driver":"e.example.com","volumeHandle":"h"}}}""");
        await _server.PostAsync($"{Core}/persistentvolumeclaims", """{"metadata":{"name":"claim"},"spec":{"volumeName":"pv","accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}""");
        var uid = await PodAsync("p", """
            ,"serviceAccountName":"robot","volumes":[{"name":"t","projected":{"sources":[{"serviceAccountToken":{"path":"t"}},{"serviceAccountToken":{"path":"v","audience":"vault"}}]}},
            {"name":"c","csi":{"driver":"d.example.com"}},{"name":"d","persistentVolumeClaim":{"claimName":"claim"}}]
            """);
        foreach (var audiences in (string[])["", "\"vault\"", "\"disk\"", "\"far\""])
        {
            var made = await TokenAsync(uid, audiences);
            Assert.True(made.Code == 201, made.Text);
        }

        var refused = await TokenAsync(uid, "\"bank\"");
        Assert.Equal((403, "serviceaccounts \"robot\" is forbidden: audience \"bank\" not found in pod spec volume, system:node:one is not authorized to request tokens for this audience"), (refused.Code, refused.Message));
        Assert.EndsWith("node may only request 0 or 1 audiences", (await TokenAsync(uid, "\"vault\",\"disk\"")).Message, StringComparison.Ordinal);

        // Who may grants it.
        await _server.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles", """{"metadata":{"name":"bank"},"rules":[{"apiGroups":[""],"resources":["bank"],"resourceNames":["robot"],"verbs":["request-serviceaccounts-token-audience"]}]}""");
        await _server.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """{"metadata":{"name":"bank"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"bank"},"subjects":[{"kind":"Group","apiGroup":"rbac.authorization.k8s.io","name":"system:nodes"}]}""");
        Assert.Equal(201, (await TokenAsync(uid, "\"bank\"")).Code);
    }

    [Fact]
    public async Task What_claims_a_pod_has_is_not_for_its_node_to_say()
    {
        await StartAsync();
        await PodAsync("p", ""","resourceClaims":[{"name":"gpu","resourceClaimTemplateName":"t"}]""");
        var refused = await SendAsync("PATCH", $"{Core}/pods/p/status", """{"status":{"resourceClaimStatuses":[{"name":"gpu","resourceClaimName":"stolen"}]}}""", Merge);
        Assert.Equal((403, "pods \"p\" is forbidden: node \"one\" cannot update resource claim statues"), (refused.Code, refused.Message));
    }

    public async ValueTask DisposeAsync()
    {
        _kubelet?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    private async Task<string> StartAsync()
    {
        _server = await TestServer.StartAsync();
        _kubelet = new HttpClient(_server.Server.CreateHandler(new UserInfo { Username = "system:node:one", Groups = ["system:nodes", "system:authenticated"] })) { BaseAddress = new Uri("https://localhost") };
        return (await _server.PostAsync("/api/v1/nodes", """{"metadata":{"name":"one"}}""")).Json["metadata", "uid"]!.AsText()!;
    }

    private Task<Answer> SendAsync(string method, string path, string body, string type = "application/json") => TestServer.SendAsync(_kubelet!, method, path, body, type);

    private Task<Answer> TokenAsync(string uid, string audiences) => SendAsync("POST", $"{Core}/serviceaccounts/robot/token", $$$"""
        {"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":[{{{audiences}}}],"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"p","uid":"{{{uid}}}"} } }
        """);

    private async Task<string> PodAsync(string name, string more)
    {
        var made = await _server!.PostAsync($"{Core}/pods", $$"""{"metadata":{"name":"{{name}}"},"spec":{"nodeName":"one","containers":[{"name":"c","image":"i"}]{{more}} } }""");
        Assert.True(made.Code == 201, made.Text);
        return made.Json["metadata", "uid"]!.AsText()!;
    }
}
