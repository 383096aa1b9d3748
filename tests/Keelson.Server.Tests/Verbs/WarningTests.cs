using Keelson.Server.Tests.CustomResources;

namespace Keelson.Server.Tests.Verbs;

/// <summary>What clients are told in headers of requests that are answered all the same.</summary>
public sealed class WarningTests
{
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";

    [Fact]
    public async Task A_new_object_is_warned_of()
    {
        await using var server = await TestServer.StartAsync();
        var created = await server.PostAsync(Deployments, Deployment("hard"));

        Assert.Equal(201, created.Code);
        Assert.Equal(
            "299 - \"spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \\\"kubernetes.io/os\\\" instead\"",
            Assert.Single(created.Warnings));
        Assert.Empty((await server.GetAsync(Deployments + "/hard")).Warnings);
    }

    [Fact]
    public async Task A_change_of_what_is_wanted_is_warned_of_again_and_one_of_labels_is_not()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(Deployments, Deployment("hard"));

        Assert.Single((await server.PatchAsync(Deployments + "/hard", """{"spec":{"replicas":2}}""", "application/merge-patch+json")).Warnings);
        Assert.Empty((await server.PatchAsync(Deployments + "/hard", """{"metadata":{"labels":{"a":"b"}}}""", "application/merge-patch+json")).Warnings);
    }

    [Fact]
    public async Task A_dry_run_is_warned_of_too()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Single((await server.PostAsync(Deployments + "?dryRun=All", Deployment("hard"))).Warnings);
    }

    [Fact]
    public async Task Whoever_uses_what_has_been_replaced_is_told_so_every_time()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(
            ["299 - \"v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\""],
            (await server.GetAsync("/api/v1/namespaces/default/endpoints")).Warnings);
    }

    [Fact]
    public async Task Finalizers_of_built_in_kinds_say_whose_they_are()
    {
        await using var server = await TestServer.StartAsync();
        var refused = await server.PostAsync("/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"a","finalizers":["mine"]}}""");

        Assert.Equal(422, refused.Code);
        Assert.EndsWith(
            "metadata.finalizers[0]: Invalid value: \"mine\": name is neither a standard finalizer name nor is it fully qualified", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finalizers_of_custom_resources_had_better_say_whose_they_are()
    {
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync(Definitions.Cache);
        var created = await server.PostAsync(Definitions.Caches, "Cache", """{"metadata":{"name":"a","finalizers":["mine","orphan","example.com/hold"]},"spec":{"size":3}}""");

        Assert.Equal(201, created.Code);
        Assert.Equal(
            ["299 - \"metadata.finalizers: \\\"mine\\\": prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers\""],
            created.Warnings);
        Assert.Empty((await server.PatchAsync(Definitions.Caches + "/a", """{"spec":{"size":4}}""", "application/merge-patch+json")).Warnings);
    }

    private static string Deployment(string name) => """
        {"metadata":{"name":"NAME"},"spec":{"selector":{"matchLabels":{"app":"a"}},"template":{"metadata":{"labels":{"app":"a"}},
          "spec":{"nodeSelector":{"beta.kubernetes.io/os":"linux"},"containers":[{"name":"c","image":"x:1"}]}}}}
        """.Replace("NAME", name, StringComparison.Ordinal);
}
