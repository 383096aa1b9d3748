using Keelson.Api.Tests.OpenApi;

namespace Keelson.Api.Tests.Serving;

/// <summary>What real kubectl makes of the documents.</summary>
public sealed class KubectlTests
{
    public static TheoryData<string> Versions { get; } = ["1.27", "1.28", "1.29", "1.30", "1.31", "1.32", "1.33"];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Each_kubectl_lists_the_resources_and_explains_them(string version)
    {
        await using var server = await DiscoveryServer.StartAsync(BuiltIn.Resources, aggregates: true, TestContext.Current.CancellationToken);
        using var kubectl = new Kubectl(version, server.Url);
        var names = (await kubectl.RunAsync("api-resources", "--no-headers", "-o", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var expected = BuiltIn.Resources.Select(resource => resource.Group.Length == 0 ? resource.Info.Plural : $"{resource.Info.Plural}.{resource.Group}").Distinct();
        Assert.Equal(expected.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        Assert.Contains("containers\t<[]Container> -required-", await kubectl.RunAsync("explain", "pod.spec"), StringComparison.Ordinal);
        Assert.Contains(server.Requests, request => request.StartsWith("openapi/v3/api/v1 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_knows_no_aggregated_discovery_finds_the_same()
    {
        await using var server = await DiscoveryServer.StartAsync(BuiltIn.Resources, aggregates: false, TestContext.Current.CancellationToken);
        using var kubectl = new Kubectl("1.33", server.Url);
        var all = await kubectl.RunAsync("api-resources", "-o", "wide", "--no-headers", "--sort-by=name");
        Assert.Contains("apis/resource.k8s.io/v1beta2 application/json", server.Requests);
        await using var aggregating = await DiscoveryServer.StartAsync(BuiltIn.Resources, aggregates: true, TestContext.Current.CancellationToken);
        using var other = new Kubectl("1.33", aggregating.Url);
        Assert.Equal(all, await other.RunAsync("api-resources", "-o", "wide", "--no-headers", "--sort-by=name"));
        Assert.DoesNotContain("apis/apps/v1 application/json", aggregating.Requests);
    }

    [Fact]
    public async Task Kubectl_finds_resources_by_category_scope_and_group()
    {
        await using var server = await DiscoveryServer.StartAsync(BuiltIn.Resources, aggregates: true, TestContext.Current.CancellationToken);
        using var kubectl = new Kubectl("1.33", server.Url);
        Assert.Equal(
            ["cronjobs.batch", "daemonsets.apps", "deployments.apps", "horizontalpodautoscalers.autoscaling", "jobs.batch", "pods", "replicasets.apps", "replicationcontrollers", "services", "statefulsets.apps"],
            (await kubectl.RunAsync("api-resources", "--categories=all", "-o", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        var cluster = await kubectl.RunAsync("api-resources", "--namespaced=false", "-o", "name");
        Assert.Contains("namespaces\n", cluster, StringComparison.Ordinal);
        Assert.DoesNotContain("pods\n", cluster, StringComparison.Ordinal);
        Assert.Equal(
            """
            controllerrevisions
            daemonsets            ds
            deployments           deploy
            replicasets           rs
            statefulsets          sts
            """.ReplaceLineEndings("\n"),
            string.Join('\n', (await kubectl.RunAsync("api-resources", "--api-group=apps", "--no-headers")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..line.IndexOf("apps/v1", StringComparison.Ordinal)].TrimEnd())));
        Assert.Equal(
            ["autoscaling/v1", "autoscaling/v2"],
            (await kubectl.RunAsync("api-versions")).Split('\n').Where(line => line.StartsWith("autoscaling/", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("pod", "spec\t<PodSpec>", "metadata\t<ObjectMeta>", "smallest unit that is scheduled")]
    [InlineData("pod.spec.containers", "FIELD: containers <[]Container>", "name\t<string> -required-", "enum: Always, IfNotPresent, Never")]
    [InlineData("service.spec.ports.targetPort", "FIELD: targetPort <IntOrString>")]
    [InlineData("pod.spec.containers.resources.limits", "FIELD: limits <map[string]Quantity>")]
    [InlineData("deploy.spec.strategy.rollingUpdate", "maxSurge\t<IntOrString>", "GROUP:      apps")]
    [InlineData("configmap.data", "FIELD: data <map[string]string>")]
    [InlineData("ingress.spec.rules.http.paths.pathType", "FIELD: pathType <string>")]
    [InlineData("lease.spec.renewTime", "FIELD: renewTime <string>")]
    [InlineData("crd.spec.versions.schema.openAPIV3Schema.default", "FIELD: default <JSON>")]
    public async Task Kubectl_explains_fields(string path, params string[] expected)
    {
        await using var server = await DiscoveryServer.StartAsync(BuiltIn.Resources, aggregates: true, TestContext.Current.CancellationToken);
        using var kubectl = new Kubectl("1.33", server.Url);
        var text = await kubectl.RunAsync("explain", path);
        foreach (var part in expected) Assert.Contains(part, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubectl_explains_a_whole_kind_another_version_and_from_version_2()
    {
        await using var server = await DiscoveryServer.StartAsync(BuiltIn.Resources, aggregates: true, TestContext.Current.CancellationToken);
        using var kubectl = new Kubectl("1.33", server.Url);
        var whole = await kubectl.RunAsync("explain", "deployment", "--recursive");
        Assert.Contains("        ephemeralContainers\t<[]EphemeralContainer>\n          args\t<[]string>\n", whole, StringComparison.Ordinal);
        Assert.True(whole.Count(letter => letter == '\n') > 800);
        Assert.Contains("targetCPUUtilizationPercentage\t<integer>", await kubectl.RunAsync("explain", "hpa.spec", "--api-version=autoscaling/v1"), StringComparison.Ordinal);
        Assert.Contains("metrics\t<[]MetricSpec>", await kubectl.RunAsync("explain", "hpa.spec"), StringComparison.Ordinal);
        Assert.Contains("containerPort\t<integer> -required-", await kubectl.RunAsync("explain", "pod.spec.containers.ports", "--output=plaintext-openapiv2"), StringComparison.Ordinal);
        Assert.Contains(server.Requests, request => request.StartsWith("openapi/v2 application/com.github.proto-openapi", StringComparison.Ordinal));
        var (code, _, error) = await kubectl.TryAsync("explain", "pod.spec.nothing");
        Assert.NotEqual(0, code);
        Assert.Contains("nothing", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubectl_explains_every_resource()
    {
        await using var server = await DiscoveryServer.StartAsync(BuiltIn.Resources, aggregates: true, TestContext.Current.CancellationToken);
        using var kubectl = new Kubectl("1.33", server.Url);
        foreach (var resource in BuiltIn.Resources)
        {
            var kind = resource.Info.Kind;
            var text = await kubectl.RunAsync("explain", resource.Info.Plural, $"--api-version={kind.ApiVersion}");
            Assert.Contains($"KIND:       {kind.Kind}\n", text, StringComparison.Ordinal);
            Assert.Contains("FIELDS:", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<empty>", text, StringComparison.Ordinal);
        }
    }
}
