namespace Keelson.Server.Tests.Admission;

public sealed class PodAdmissionTests
{
    private const string Pods = "/api/v1/namespaces/default/pods";
    private const string Plain = """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}""";

    [Fact]
    public async Task A_pod_whose_account_is_missing_is_refused()
    {
        await using var server = await StartAsync();
        var refused = await server.PostAsync(Pods, Plain);
        Assert.Equal(403, refused.Code);
        Assert.Equal("pods \"p\" is forbidden: error looking up service account default/default: serviceaccount \"default\" not found", refused.Message);
    }

    [Fact]
    public async Task A_pod_runs_as_the_default_account_and_finds_its_token_in_every_container()
    {
        await using var server = await StartAsync();
        await server.PostAsync("/api/v1/namespaces/default/serviceaccounts", """{"metadata":{"name":"default"},"imagePullSecrets":[{"name":"pull"}]}""");
        var pod = await server.PostAsync(Pods, """
            {"metadata":{"name":"p"},"spec":{"initContainers":[{"name":"i","image":"i"}],"containers":[{"name":"a","image":"i"},
            {"name":"b","image":"i","volumeMounts":[{"name":"own","mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}]}],"volumes":[{"name":"own","emptyDir":{}}]}}
            """);
        Assert.Equal(201, pod.Code);
        var spec = pod.Json["spec"]!.AsMap()!;
        Assert.Equal("default", spec["serviceAccountName"]!.AsText());
        Assert.Equal("default", spec["serviceAccount"]!.AsText());
        Assert.Equal("""[{"name":"pull"}]""", spec["imagePullSecrets"]!.ToString());
        var volume = spec["volumes"]!.AsList()![1];
        Assert.Matches("^kube-api-access-[a-z0-9]{5}$", volume["name"]!.AsText());
        Assert.Equal(
            """{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},{"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}},{"downwardAPI":{"items":[{"path":"namespace","fieldRef":{"apiVersion":"v1","fieldPath":"metadata.namespace"}}]}}],"defaultMode":420}""",
            volume["projected"]!.ToString());
        Assert.Equal(
            $$$$"""[{"name":"{{{{volume["name"]!.AsText()}}}}","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}]""",
            spec["initContainers"]!.AsList()![0]["volumeMounts"]!.ToString());
        Assert.Equal("own", spec["containers"]!.AsList()![1]["volumeMounts"]!.AsList()![0]["name"]!.AsText());
    }

    [Theory]
    [InlineData("false", "", 0)]
    [InlineData("true", "\"automountServiceAccountToken\":false,", 0)]
    [InlineData("false", "\"automountServiceAccountToken\":true,", 1)]
    public async Task The_pod_decides_about_the_token_before_the_account_does(string account, string pod, int volumes)
    {
        await using var server = await StartAsync();
        await server.PostAsync("/api/v1/namespaces/default/serviceaccounts", $$$$"""{"metadata":{"name":"quiet"},"automountServiceAccountToken":{{{{account}}}}}""");
        var created = await server.PostAsync(Pods, $$$$"""{"metadata":{"name":"p"},"spec":{ {{{{pod}}}} "serviceAccountName":"quiet","containers":[{"name":"c","image":"i"}]}}""");
        Assert.Equal(201, created.Code);
        Assert.Equal(volumes, created.Json["spec", "volumes"]?.AsList()?.Count ?? 0);
    }

    [Fact]
    public async Task A_pod_tolerates_for_five_minutes_what_it_says_nothing_about()
    {
        await using var server = await TestServer.StartAsync();
        var pod = await server.PostAsync(Pods, """
            {"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}],"tolerations":[{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute"}]}}
            """);
        Assert.Equal(
            """[{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute"},{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}]""",
            pod.Json["spec", "tolerations"]!.ToString());
    }

    [Fact]
    public async Task A_pods_priority_is_its_class()
    {
        await using var server = await TestServer.StartAsync();
        const string Classes = "/apis/scheduling.k8s.io/v1/priorityclasses";
        Assert.Equal("0", (await server.PostAsync(Pods, Plain)).Json["spec", "priority"]!.ToString());
        Assert.Equal(201, (await server.PostAsync(Classes, """{"metadata":{"name":"high"},"value":100,"preemptionPolicy":"Never"}""")).Code);
        Assert.Equal(201, (await server.PostAsync(Classes, """{"metadata":{"name":"usual"},"value":7,"globalDefault":true}""")).Code);
        var second = await server.PostAsync(Classes, """{"metadata":{"name":"other"},"value":8,"globalDefault":true}""");
        Assert.Equal("priorityclasses.scheduling.k8s.io \"other\" is forbidden: PriorityClass usual is already marked as default. Only one default can exist", second.Message);
        var usual = await server.PostAsync(Pods, Plain.Replace("\"p\"", "\"q\"", StringComparison.Ordinal));
        Assert.Equal("7", usual.Json["spec", "priority"]!.ToString());
        Assert.Equal("usual", usual.Json["spec", "priorityClassName"]!.AsText());
        var high = await server.PostAsync(Pods, """{"metadata":{"name":"h"},"spec":{"priorityClassName":"high","containers":[{"name":"c","image":"i"}]}}""");
        Assert.Equal("100", high.Json["spec", "priority"]!.ToString());
        Assert.Equal("Never", high.Json["spec", "preemptionPolicy"]!.AsText());
        var none = await server.PostAsync(Pods, """{"metadata":{"name":"n"},"spec":{"priorityClassName":"none","containers":[{"name":"c","image":"i"}]}}""");
        Assert.Equal("pods \"n\" is forbidden: no PriorityClass with name none was found", none.Message);
        var own = await server.PostAsync(Pods, """{"metadata":{"name":"o"},"spec":{"priority":5,"containers":[{"name":"c","image":"i"}]}}""");
        Assert.Equal(
            "pods \"o\" is forbidden: the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 7 from the given PriorityClass name",
            own.Message);
    }

    [Fact]
    public async Task A_runtime_class_brings_its_cost_and_its_nodes()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync("/apis/node.k8s.io/v1/runtimeclasses", """{"metadata":{"name":"vm"},"handler":"vm","overhead":{"podFixed":{"memory":"64Mi"}},"scheduling":{"nodeSelector":{"vm":"yes"}}}""");
        var pod = await server.PostAsync(Pods, """{"metadata":{"name":"p"},"spec":{"runtimeClassName":"vm","containers":[{"name":"c","image":"i"}]}}""");
        Assert.Equal("""{"memory":"64Mi"}""", pod.Json["spec", "overhead"]!.ToString());
        Assert.Equal("""{"vm":"yes"}""", pod.Json["spec", "nodeSelector"]!.ToString());
        var missing = await server.PostAsync(Pods, """{"metadata":{"name":"q"},"spec":{"runtimeClassName":"none","containers":[{"name":"c","image":"i"}]}}""");
        Assert.Equal("pods \"q\" is forbidden: pod rejected: RuntimeClass \"none\" not found", missing.Message);
    }

    [Fact]
    public async Task A_new_node_takes_no_pods_yet()
    {
        await using var server = await StartAsync();
        var node = await server.PostAsync("/api/v1/nodes", """{"metadata":{"name":"n"}}""");
        Assert.Equal("""[{"key":"node.kubernetes.io/not-ready","effect":"NoSchedule"}]""", node.Json["spec", "taints"]!.ToString());
    }

    [Fact]
    public async Task A_pod_carries_where_its_node_stands()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync("/api/v1/nodes", """{"metadata":{"name":"n","labels":{"topology.kubernetes.io/zone":"z","other":"o"}}}""");
        await server.PostAsync(Pods, Plain);
        Assert.Equal(201, (await server.PostAsync(Pods + "/p/binding", """{"target":{"kind":"Node","name":"n"}}""")).Code);
        Assert.Equal("""{"topology.kubernetes.io/zone":"z"}""", (await server.GetAsync(Pods + "/p")).Json["metadata", "labels"]!.ToString());
    }

    [Fact]
    public async Task Classes_that_are_marked_are_the_default()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync("/apis/storage.k8s.io/v1/storageclasses", """{"metadata":{"name":"fast","annotations":{"storageclass.kubernetes.io/is-default-class":"true"}},"provisioner":"p"}""");
        await server.PostAsync("/apis/networking.k8s.io/v1/ingressclasses", """{"metadata":{"name":"front","annotations":{"ingressclass.kubernetes.io/is-default-class":"true"}},"spec":{"controller":"example.com/c"}}""");
        var claim = await server.PostAsync("/api/v1/namespaces/default/persistentvolumeclaims", """{"metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}""");
        Assert.Equal("fast", claim.Json["spec", "storageClassName"]!.AsText());
        var ingress = await server.PostAsync("/apis/networking.k8s.io/v1/namespaces/default/ingresses", """{"metadata":{"name":"i"},"spec":{"defaultBackend":{"service":{"name":"s","port":{"number":80}}}}}""");
        Assert.Equal("front", ingress.Json["spec", "ingressClassName"]!.AsText());
    }

    [Fact]
    public async Task A_server_does_not_start_with_a_plugin_that_nobody_knows() =>
        await Assert.ThrowsAsync<ArgumentException>(() => TestServer.StartAsync(configure: options => options with { EnabledAdmissionPlugins = ["Magic"] }));

    private static Task<TestServer> StartAsync() => TestServer.StartAsync(configure: options => options with { DisabledAdmissionPlugins = [] });
}
