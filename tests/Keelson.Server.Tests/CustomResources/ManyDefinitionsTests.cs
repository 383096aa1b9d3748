using System.Diagnostics;

namespace Keelson.Server.Tests.CustomResources;

/// <summary>What definitions cost when there are many of them.</summary>
[Collection(MeasuringCollection.Name)]
public sealed class ManyDefinitionsTests
{
    /// <summary>What it has to bear; a few hundred show what grows faster than their number.</summary>
    private static int Count => Environment.GetEnvironmentVariable("KEELSON_TEST_ALL") is null ? 300 : 1000;

    [Fact]
    public async Task Many_definitions_are_served_without_harm()
    {
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync(Realistic(0));
        await server.GetAsync("/openapi/v3");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clock = Stopwatch.StartNew();
        for (var i = 1; i <= Count; i++) Assert.Equal(201, (await server.PostAsync(Definitions.Path, Realistic(i))).Code);
        while ((await server.GetAsync("/apis/crowd.example.com/v1")).Json["resources"]!.AsList()!.Count < 2 * (Count + 1)) await Task.Yield();
        var made = clock.Elapsed;
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;
        await server.Store.CompactAsync((await server.Store.RangeAsync(new Storage.RangeRequest(Storage.KeyRange.Single("x"u8.ToArray())), CancellationToken.None)).Revision, CancellationToken.None);
        var compacted = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;
        var stored = (await server.GetAsync(Definitions.Path + "/gadgets1.crowd.example.com")).Content.Length;
        TestContext.Current.TestOutputHelper?.WriteLine($"{compacted:N0} after compaction, of which the memory store has {stored:N0}");
        clock.Restart();
        const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
        Assert.Contains($"gadgets{Count}", (await server.GetAsync("/apis", Aggregated)).Text, StringComparison.Ordinal);
        var discovered = clock.Elapsed;
        clock.Restart();
        for (var i = 0; i < 20; i++) Assert.Equal(200, (await server.GetAsync("/apis", Aggregated)).Code);
        var again = clock.Elapsed / 20;
        TestContext.Current.TestOutputHelper?.WriteLine($"{each:N0} bytes a definition of {Realistic(1).Length:N0}; {Count} made in {made}; discovery {discovered}, then {again}");
        // The store of this test is in memory, while that of a server is on disk: its copy does not count.
        Assert.InRange(compacted - stored, 1, 100_000);

        // One more concerns nobody else's documents.
        var index = (await server.GetAsync("/openapi/v3")).Text;
        await server.EstablishAsync(Definitions.Small("loners", "Loner", "lonely.example.com"));
        clock.Restart();
        var after = await server.GetAsync("/openapi/v3");
        Assert.Contains("apis/lonely.example.com/v1", after.Text, StringComparison.Ordinal);
        Assert.Contains(HashOf(index, "apis/crowd.example.com/v1"), after.Text, StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), clock.Elapsed.ToString());
        Assert.Equal(201, (await server.PostAsync("/apis/crowd.example.com/v1/namespaces/default/gadgets7", "Gadget7", """{"metadata":{"name":"a"},"spec":{"size":3}}""")).Code);
    }

    [Fact]
    public async Task A_small_definition_costs_at_most_100_kilobytes()
    {
        const int Count = 200;
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync(Definitions.Small("firsts", "First"));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Count; i++) await server.EstablishAsync(Definitions.Small($"things{i}", $"Thing{i}"));
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;
        TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes a definition");
        Assert.InRange(each, 1, 100_000);
    }

    private static string HashOf(string index, string path)
    {
        var from = index.IndexOf($"/openapi/v3/{path}?hash=", StringComparison.Ordinal);
        Assert.True(from > 0);
        return index[from..index.IndexOf('"', from)];
    }

    /// <summary>A definition with as many fields, descriptions, columns and rules as those of operators have.</summary>
    internal static string Realistic(int number)
    {
        var fields = string.Join(',', Enumerable.Range(0, 60).Select(i => $$$"""
            "field{{{i}}}":{"description":"What the operator does with field {{{i}}} of this gadget, told in a sentence or two. It defaults to nothing.","type":"object","properties":{"name":{"type":"string","maxLength":253},"value":{"type":"string"},"optional":{"type":"boolean","default":false},"ports":{"type":"array","maxItems":16,"items":{"type":"object","properties":{"port":{"type":"integer","minimum":1,"maximum":65535},"protocol":{"type":"string","enum":["TCP","UDP"]} } } } } }
            """));
        return $$$$$$$"""
            {"metadata":{"name":"gadgets{{{{{{{number}}}}}}}.crowd.example.com"},"spec":{"group":"crowd.example.com","scope":"Namespaced",
             "names":{"plural":"gadgets{{{{{{{number}}}}}}}","singular":"gadget{{{{{{{number}}}}}}}","kind":"Gadget{{{{{{{number}}}}}}}","shortNames":["g{{{{{{{number}}}}}}}"]},
             "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
              "additionalPrinterColumns":[{"name":"Size","type":"integer","jsonPath":".spec.size"},{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}],
              "schema":{"openAPIV3Schema":{"type":"object","properties":{
               "spec":{"type":"object","properties":{"size":{"type":"integer"},{{{{{{{fields}}}}}}} },"x-kubernetes-validations":[{"rule":"!has(self.size) || self.size < 100"}]},
               "status":{"type":"object","properties":{"conditions":{"type":"array","items":{"type":"object","properties":{"type":{"type":"string"},"status":{"type":"string"},"reason":{"type":"string"} } } } } } } } } }]} }
            """;
    }
}
