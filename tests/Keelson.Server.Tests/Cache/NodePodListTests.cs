using System.Diagnostics;
using System.Text;
using Keelson.Server.Storing;
using Keelson.Storage;
using Keelson.Storage.Memory;
using Keelson.Testing;

namespace Keelson.Server.Tests.Cache;

/// <summary>What it costs to list the pods of one node.</summary>
[Collection(MeasuringCollection.Name)]
public sealed class NodePodListTests(ITestOutputHelper output)
{
    private const int Nodes = 1000;
    private const int Pods = 20_000;

    [Fact]
    public async Task A_kubelet_s_list_costs_its_own_pods_however_many_there_are()
    {
        await using var server = await StartAsync();
        var (byNode, found) = await MeasureAsync(server, "/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-");
        var (byNothing, none) = await MeasureAsync(server, "/api/v1/pods?fieldSelector=status.podIP%3D10.0.0.");
        Assert.Equal((Pods / Nodes, 0), (found, none));
        output.WriteLine($"by node {byNode.Bytes:N0} bytes and {byNode.Took.TotalMicroseconds:N0} us a list, by going through all {byNothing.Bytes:N0} bytes and {byNothing.Took.TotalMicroseconds:N0} us");
        Assert.True(byNode.Bytes * 5 < byNothing.Bytes, $"a list of {found} pods took {byNode.Bytes} bytes, one that looks at all took {byNothing.Bytes}");
    }

    [Fact]
    public async Task Pages_of_a_node_s_pods_are_those_of_one_version()
    {
        await using var server = await StartAsync();
        const string Path = "/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-7&limit=8";
        var first = await server.GetAsync(Path);
        var names = first.Names.ToList();
        Assert.Equal(8, names.Count);
        await server.DeleteAsync($"/api/v1/namespaces/default/pods/pod-{7 + (15 * Nodes):D6}?gracePeriodSeconds=0");
        Assert.Equal(201, (await server.PostAsync("/api/v1/namespaces/default/pods", """{"metadata":{"name":"zzz"},"spec":{"nodeName":"node-7","containers":[{"name":"c","image":"i"}]}}""")).Code);
        var page = first;
        while (page.Json["metadata", "continue"]?.AsText() is { Length: > 0 } more)
        {
            page = await server.GetAsync($"{Path}&continue={Uri.EscapeDataString(more)}");
            Assert.Equal(first.Version, page.Version);
            names.AddRange(page.Names);
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"pod-{7 + (i * Nodes):D6}"), names);
        var now = (await server.GetAsync("/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-7")).Names.ToList();
        Assert.Equal(20, now.Count);
        Assert.Contains("zzz", now);
        var then = await server.GetAsync($"/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-7&resourceVersion={first.Version}&resourceVersionMatch=Exact");
        Assert.Equal(names, then.Names);
        Assert.Empty((await server.GetAsync("/api/v1/namespaces/kube-system/pods?fieldSelector=spec.nodeName%3Dnode-7")).Names);
        Assert.Empty((await server.GetAsync("/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-7,spec.nodeName%3Dnode-8")).Names);
        Assert.Equal(["zzz"], (await server.GetAsync("/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-7,metadata.name%3Dzzz")).Names);
    }

    private static async Task<((long Bytes, TimeSpan Took) Cost, int Found)> MeasureAsync(TestServer server, string path)
    {
        var found = 0;
        for (var i = 0; i < 10; i++) found = (await server.GetAsync(path + i)).Names.Count();
        var (bytes, start) = (GC.GetTotalAllocatedBytes(true), Stopwatch.GetTimestamp());
        for (var i = 0; i < 20; i++) await server.GetAsync($"{path}{i}");
        return (((GC.GetTotalAllocatedBytes(true) - bytes) / 20, Stopwatch.GetElapsedTime(start) / 20), found);
    }

    private static async Task<TestServer> StartAsync()
    {
        var store = new MemoryStore(new VirtualClock(VirtualClock.DefaultStart));
        for (var i = 0; i < Pods; i += 500)
        {
            Operation[] puts = [.. Enumerable.Range(i, 500).Select(number => new Operation.Put(Encoding.UTF8.GetBytes($"/registry/core/pods/default/pod-{number:D6}"), StoredForm.Encode(Encoding.UTF8.GetBytes(Pod(number)))))];
            await store.CommitAsync(new Transaction([], puts, []));
        }

        return await TestServer.StartAsync(configure: options => options with { Store = store });
    }

    private static string Pod(int number) => $$"""
        {"kind":"Pod","apiVersion":"v1","metadata":{"name":"pod-{{number:D6}}","namespace":"default","uid":"00000000-0000-4000-8000-{{number:D12}}","creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"a{{number % 50}}"} },
        "spec":{"containers":[{"name":"c","image":"registry.example/app:1","resources":{} }],"restartPolicy":"Always","nodeName":"node-{{number % Nodes}}" },"status":{"phase":"Running"} }
        """;
}
