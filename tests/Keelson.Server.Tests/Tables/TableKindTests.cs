using Keelson.Server.Registry;
using Keelson.Server.Tables;

namespace Keelson.Server.Tests.Tables;

public sealed class TableKindTests
{
    /// <summary>Kinds of which upstream shows name and age only, or that are too young for columns of their own here.</summary>
    private static readonly string[] Plain =
    [
        "deviceclasses.resource.k8s.io", "devicetaintrules.resource.k8s.io", "podgroups.scheduling.k8s.io", "resourceclaimtemplates.resource.k8s.io", "workloads.scheduling.k8s.io",
    ];

    [Fact]
    public void Every_kind_has_columns_and_even_an_empty_object_fills_them()
    {
        foreach (var resource in ResourceRegistry.WithBuiltIn(ServedApis.Parse("api/all=true")).All.Where(resource => resource.IsStored && resource.Storage == resource))
        {
            var columns = TableSet.Of(resource);
            Assert.True(columns != PlainColumns.Instance || Plain.Contains(resource.QualifiedName), resource.QualifiedName);
            var empty = resource.ReadJson("""{"metadata":{"name":"x"}}"""u8, new Api.Json.DecodeReport());
            Assert.Equal(columns.Columns.Count, columns.Cells(empty, DateTimeOffset.UnixEpoch).Values.Length);
        }
    }

    [Fact]
    public async Task An_autoscaler_shows_its_targets_in_either_version()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync("/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers", """
            {"metadata":{"name":"a"},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"d"},"maxReplicas":3,"metrics":[
              {"type":"Resource","resource":{"name":"memory","target":{"type":"AverageValue","averageValue":"1Gi"}}},
              {"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":60}}},
              {"type":"External","external":{"metric":{"name":"q"},"target":{"type":"Value","value":"30"}}}]}}
            """);
        foreach (var version in (string[])["v1", "v2"])
        {
            var table = await server.GetAsync($"/apis/autoscaling/{version}/namespaces/default/horizontalpodautoscalers", "application/json;as=Table;v=v1;g=meta.k8s.io");
            var cells = table.Json["rows"]!.AsList()![0]["cells"]!.AsList()!;

            // The older version has processors behind all other metrics.
            var expected = version == "v2" ? "memory: <unknown>/1Gi, cpu: <unknown>/60% + 1 more..." : "memory: <unknown>/1Gi, <unknown>/30 + 1 more...";
            Assert.Equal(expected, cells[2].AsText());
            Assert.Equal(["a", "Deployment/d", "1"], ((int[])[0, 1, 3]).Select(i => cells[i].AsText()!));
            Assert.Equal(3, cells[4].AsInteger());
        }
    }
}
