using System.Text.Json.Nodes;

namespace Keelson.Api.Tests.OpenApi;

public sealed class OperationTests
{
    /// <summary>Path, method, operation, action, and kind as upstream publishes them.</summary>
    public static TheoryData<string, string, string, string, string> Known { get; } = new()
    {
        { "/api/v1/namespaces/{namespace}/pods", "get", "listCoreV1NamespacedPod", "list", "v1 Pod" },
        { "/api/v1/namespaces/{namespace}/pods", "post", "createCoreV1NamespacedPod", "post", "v1 Pod" },
        { "/api/v1/namespaces/{namespace}/pods", "delete", "deleteCoreV1CollectionNamespacedPod", "deletecollection", "v1 Pod" },
        { "/api/v1/namespaces/{namespace}/pods/{name}", "get", "readCoreV1NamespacedPod", "get", "v1 Pod" },
        { "/api/v1/namespaces/{namespace}/pods/{name}", "put", "replaceCoreV1NamespacedPod", "put", "v1 Pod" },
        { "/api/v1/namespaces/{namespace}/pods/{name}", "patch", "patchCoreV1NamespacedPod", "patch", "v1 Pod" },
        { "/api/v1/namespaces/{namespace}/pods/{name}", "delete", "deleteCoreV1NamespacedPod", "delete", "v1 Pod" },
        { "/api/v1/namespaces/{namespace}/pods/{name}/log", "get", "readCoreV1NamespacedPodLog", "get", "v1 Pod" },
        { "/api/v1/namespaces/{namespace}/pods/{name}/exec", "post", "connectCoreV1PostNamespacedPodExec", "connect", "v1 PodExecOptions" },
        { "/api/v1/namespaces/{namespace}/pods/{name}/proxy/{path}", "options", "connectCoreV1OptionsNamespacedPodProxyWithPath", "connect", "v1 PodProxyOptions" },
        { "/api/v1/namespaces/{namespace}/pods/{name}/eviction", "post", "createCoreV1NamespacedPodEviction", "post", "policy/v1 Eviction" },
        { "/api/v1/namespaces/{namespace}/pods/{name}/binding", "post", "createCoreV1NamespacedPodBinding", "post", "v1 Binding" },
        { "/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token", "post", "createCoreV1NamespacedServiceAccountToken", "post", "authentication.k8s.io/v1 TokenRequest" },
        { "/api/v1/pods", "get", "listCoreV1PodForAllNamespaces", "list", "v1 Pod" },
        { "/api/v1/watch/pods", "get", "watchCoreV1PodListForAllNamespaces", "watchlist", "v1 Pod" },
        { "/api/v1/watch/namespaces/{namespace}/pods", "get", "watchCoreV1NamespacedPodList", "watchlist", "v1 Pod" },
        { "/api/v1/watch/namespaces/{namespace}/pods/{name}", "get", "watchCoreV1NamespacedPod", "watch", "v1 Pod" },
        { "/api/v1/namespaces/{name}/finalize", "put", "replaceCoreV1NamespaceFinalize", "put", "v1 Namespace" },
        { "/api/v1/nodes/{name}", "get", "readCoreV1Node", "get", "v1 Node" },
        { "/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale", "patch", "patchAppsV1NamespacedDeploymentScale", "patch", "autoscaling/v1 Scale" },
        { "/apis/certificates.k8s.io/v1/certificatesigningrequests/{name}/approval", "put", "replaceCertificatesV1CertificateSigningRequestApproval", "put", "certificates.k8s.io/v1 CertificateSigningRequest" },
        { "/apis/rbac.authorization.k8s.io/v1/clusterroles", "get", "listRbacAuthorizationV1ClusterRole", "list", "rbac.authorization.k8s.io/v1 ClusterRole" },
        { "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/{name}/status", "get", "readFlowcontrolApiserverV1FlowSchemaStatus", "get", "flowcontrol.apiserver.k8s.io/v1 FlowSchema" },
        { "/apis/storagemigration.k8s.io/v1beta1/storageversionmigrations", "delete", "deleteStoragemigrationV1beta1CollectionStorageVersionMigration", "deletecollection", "storagemigration.k8s.io/v1beta1 StorageVersionMigration" },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void An_operation_is_named_as_upstream_names_it(string path, string method, string id, string action, string kind)
    {
        foreach (var document in new[] { BuiltIn.Version3(DocumentOf(path)), BuiltIn.Version2 })
        {
            var operation = document["paths"]![path]![method]!;
            Assert.Equal(id, operation["operationId"]!.GetValue<string>());
            Assert.Equal(action, operation["x-kubernetes-action"]!.GetValue<string>());
            var named = operation["x-kubernetes-group-version-kind"]!;
            var group = named["group"]!.GetValue<string>();
            Assert.Equal(kind, $"{(group.Length == 0 ? "" : group + "/")}{named["version"]} {named["kind"]}");
        }
    }

    [Theory]
    [InlineData("/api/", "get", "getCoreAPIVersions", "core")]
    [InlineData("/apis/", "get", "getAPIVersions", "apis")]
    [InlineData("/apis/apps/", "get", "getAppsAPIGroup", "apps")]
    [InlineData("/apis/rbac.authorization.k8s.io/v1/", "get", "getRbacAuthorizationV1APIResources", "rbacAuthorization_v1")]
    [InlineData("/api/v1/", "get", "getCoreV1APIResources", "core_v1")]
    [InlineData("/version/", "get", "getCodeVersion", "version")]
    public void What_tells_of_the_server_is_described_too(string path, string method, string id, string tag)
    {
        foreach (var document in new[] { BuiltIn.Version3(path.Trim('/')), BuiltIn.Version2 })
        {
            var operation = document["paths"]![path]![method]!;
            Assert.Equal(id, operation["operationId"]!.GetValue<string>());
            Assert.Equal(tag, operation["tags"]![0]!.GetValue<string>());
        }
    }

    [Fact]
    public void No_two_operations_have_the_same_name()
    {
        var ids = BuiltIn.Version2["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject())
            .Where(entry => entry.Key != "parameters").Select(entry => entry.Value!["operationId"]!.GetValue<string>()).ToList();
        Assert.True(ids.Count > 800);
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void Each_discovered_verb_has_its_operation()
    {
        foreach (var resource in BuiltIn.Resources)
        {
            var kind = resource.Info.Kind;
            var actions = BuiltIn.Version3(BuiltIn.PathOf(resource))["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject())
                .Where(entry => entry.Key != "parameters" && entry.Value!["x-kubernetes-group-version-kind"]?["kind"]?.GetValue<string>() == kind.Kind)
                .Select(entry => entry.Value!["x-kubernetes-action"]!.GetValue<string>()).ToHashSet();
            foreach (var verb in resource.Info.Verbs) Assert.Contains(verb switch { "create" => "post", "update" => "put", _ => verb }, actions);
        }
    }

    [Fact]
    public void Parameters_that_all_operations_have_stand_with_the_path()
    {
        var path = BuiltIn.Version3("apis/storagemigration.k8s.io/v1beta1")["paths"]!["/apis/storagemigration.k8s.io/v1beta1/storageversionmigrations/{name}"]!;
        Assert.Equal(["name", "pretty"], Names(path));
        Assert.Equal(["dryRun", "fieldManager", "fieldValidation", "force"], Names(path["patch"]!));
        Assert.Equal(["dryRun", "fieldManager", "fieldValidation"], Names(path["put"]!));
        Assert.Equal(["dryRun", "gracePeriodSeconds", "ignoreStoreReadErrorWithClusterBreakingPotential", "orphanDependents", "propagationPolicy"], Names(path["delete"]!));
        Assert.Null(path["get"]!["parameters"]);
    }

    [Fact]
    public void A_collection_takes_the_parameters_that_upstream_takes()
    {
        var paths = BuiltIn.Version3("apis/storagemigration.k8s.io/v1beta1")["paths"]!;
        var path = paths["/apis/storagemigration.k8s.io/v1beta1/storageversionmigrations"]!;
        Assert.Equal(
            ["continue", "dryRun", "fieldSelector", "gracePeriodSeconds", "ignoreStoreReadErrorWithClusterBreakingPotential", "labelSelector", "limit", "orphanDependents",
                "propagationPolicy", "resourceVersion", "resourceVersionMatch", "sendInitialEvents", "shardSelector", "timeoutSeconds"],
            Names(path["delete"]!));
        string[] list = ["allowWatchBookmarks", "continue", "fieldSelector", "labelSelector", "limit", "resourceVersion", "resourceVersionMatch", "sendInitialEvents", "shardSelector", "timeoutSeconds", "watch"];
        Assert.Equal(list, Names(path["get"]!));
        Assert.Equal([.. list.Append("name").Append("pretty").Order(StringComparer.Ordinal)], Names(paths["/apis/storagemigration.k8s.io/v1beta1/watch/storageversionmigrations/{name}"]!));
        Assert.Equal(["200", "201", "202", "401"], path["post"]!["responses"]!.AsObject().Select(response => response.Key));
    }

    [Fact]
    public void A_log_takes_what_can_stand_in_a_query()
    {
        var log = BuiltIn.Version3("api/v1")["paths"]!["/api/v1/namespaces/{namespace}/pods/{name}/log"]!;
        Assert.Equal(["container", "follow", "insecureSkipTLSVerifyBackend", "limitBytes", "name", "namespace", "pretty", "previous", "sinceSeconds", "stream", "tailLines", "timestamps"], Names(log));
        Assert.Equal("string", log["get"]!["responses"]!["200"]!["content"]!["text/plain"]!["schema"]!["type"]!.GetValue<string>());
    }

    [Fact]
    public void In_version_2_shared_parameters_are_defined_once_and_those_that_kubectl_looks_for_stand_in_place()
    {
        var patch = BuiltIn.Version2["paths"]!["/api/v1/namespaces/{namespace}/pods/{name}"]!["patch"]!["parameters"]!.AsArray();
        Assert.Contains(patch, parameter => parameter!["in"]?.GetValue<string>() == "body" && parameter["schema"]!["$ref"]!.GetValue<string>().EndsWith(".Patch", StringComparison.Ordinal));
        Assert.Equal(["dryRun", "fieldValidation"], patch.Where(parameter => parameter!["in"]?.GetValue<string>() == "query").Select(parameter => parameter!["name"]!.GetValue<string>()));
        Assert.Equal(2, patch.Count(parameter => parameter!["$ref"] is not null));
        Assert.True(BuiltIn.Version2["parameters"]!.AsObject().Count < 60);
    }

    [Fact]
    public void Deleting_some_kinds_answers_the_object_and_deleting_others_a_status()
    {
        Assert.EndsWith("v1.Pod", Answer("/api/v1/namespaces/{namespace}/pods/{name}"), StringComparison.Ordinal);
        Assert.EndsWith("v1.Status", Answer("/api/v1/namespaces/{namespace}/configmaps/{name}"), StringComparison.Ordinal);

        static string Answer(string path) => BuiltIn.Version2["paths"]![path]!["delete"]!["responses"]!["200"]!["schema"]!["$ref"]!.GetValue<string>();
    }

    private static string DocumentOf(string path)
    {
        var parts = path.Trim('/').Split('/');
        return string.Join('/', parts.Take(parts[0] == "api" ? 2 : 3));
    }

    private static IEnumerable<string> Names(JsonNode parent) => parent["parameters"]!.AsArray().Select(parameter => parameter!["name"]!.GetValue<string>());
}
