using Keelson.Api.Values;
using Keelson.Server.Registry.Older;

namespace Keelson.Server.Tests.Registry.Older;

public sealed class AutoscalerTests
{
    private const string Older = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
    private const string Newer = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";

    private const string Everything = """
        {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"a","namespace":"default","annotations":{"mine":"x"}},"spec":{
        "scaleTargetRef":{"kind":"Deployment","name":"web","apiVersion":"apps/v1"},"minReplicas":2,"maxReplicas":5,"metrics":[
        {"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}},
        {"type":"Resource","resource":{"name":"memory","target":{"type":"AverageValue","averageValue":"1Gi"}}},
        {"type":"ContainerResource","containerResource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":60},"container":"c"}},
        {"type":"Pods","pods":{"metric":{"name":"p","selector":{"matchLabels":{"a":"b"}}},"target":{"type":"AverageValue","averageValue":"3"}}},
        {"type":"Object","object":{"describedObject":{"kind":"Service","name":"s"},"target":{"type":"Value","value":"4"},"metric":{"name":"o"}}},
        {"type":"External","external":{"metric":{"name":"e"},"target":{"type":"Value","value":"5"}}}],
        "behavior":{"scaleDown":{"stabilizationWindowSeconds":7,"selectPolicy":"Max","policies":[{"type":"Pods","value":1,"periodSeconds":30}]}}},
        "status":{"currentReplicas":1,"desiredReplicas":2,"currentMetrics":[{"type":"Resource","resource":{"name":"cpu","current":{"averageValue":"100m","averageUtilization":40}}}],
        "conditions":[{"type":"AbleToScale","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
        """;

    [Fact]
    public void Nothing_is_lost_on_the_way_to_the_older_version_and_back()
    {
        // The second time everything has been through the stored form once, so its defaults are in it.
        var first = AutoscalerConversion.Convert(AutoscalerConversion.Convert(Read(Everything), "autoscaling/v1"), "autoscaling/v2");
        var older = AutoscalerConversion.Convert(first, "autoscaling/v1");
        var back = AutoscalerConversion.Convert(older, "autoscaling/v2");
        Assert.Equal(first.ToString(), back.ToString());
        Assert.Equal(Read(Everything)["spec", "metrics"]!.ToString().Length, back["spec", "metrics"]!.ToString().Length);
        foreach (var metric in Read(Everything)["spec", "metrics"]!.AsList()!) Assert.Contains(back["spec", "metrics"]!.AsList()!, kept => kept.SemanticEquals(metric));
        Assert.Equal(7, back["spec", "behavior", "scaleDown", "stabilizationWindowSeconds"]!.AsInteger());
        Assert.Equal("True", back["status", "conditions"]!.AsList()![0]["status"]!.AsText());
        Assert.Equal("{\"mine\":\"x\"}", back["metadata", "annotations"]!.ToString());
        Assert.Equal(50, older["spec", "targetCPUUtilizationPercentage"]!.AsInteger());
        Assert.Equal(40, older["status", "currentCPUUtilizationPercentage"]!.AsInteger());
        Assert.Contains("\"metricName\":\"p\"", older["metadata", "annotations", "autoscaling.alpha.kubernetes.io/metrics"]!.AsText()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_one_version_writes_the_other_reads_and_changes()
    {
        await using var server = await TestServer.StartAsync();
        var created = await server.PostAsync(Older, """{"metadata":{"name":"a"},"spec":{"scaleTargetRef":{"kind":"Deployment","name":"web"},"maxReplicas":4,"targetCPUUtilizationPercentage":50}}""");
        Assert.Equal(201, created.Code);
        Assert.Equal("autoscaling/v1", created.Json["apiVersion"]!.AsText());
        var newer = await server.GetAsync(Newer + "/a");
        Assert.Equal("""[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}}]""", newer.Json["spec", "metrics"]!.ToString());
        Assert.Equal(1, newer.Json["spec", "minReplicas"]!.AsInteger());

        await server.PatchAsync(Newer + "/a", """{"spec":{"maxReplicas":6}}""", "application/merge-patch+json");
        var older = await server.GetAsync(Older + "/a");
        Assert.Equal(6, older.Json["spec", "maxReplicas"]!.AsInteger());
        Assert.Equal(50, older.Json["spec", "targetCPUUtilizationPercentage"]!.AsInteger());
        await server.PatchAsync(Older + "/a", """{"spec":{"targetCPUUtilizationPercentage":70}}""", "application/merge-patch+json");
        newer = await server.GetAsync(Newer + "/a");
        Assert.Equal(70, newer.Json["spec", "metrics"]!.AsList()![0]["resource", "target", "averageUtilization"]!.AsInteger());
        Assert.Equal(["a"], (await server.GetAsync(Older)).Names);
        Assert.Equal(200, (await server.DeleteAsync(Older + "/a")).Code);
        Assert.Equal(404, (await server.GetAsync(Newer + "/a")).Code);
    }

    [Fact]
    public async Task The_older_version_has_its_own_rules_and_defaults()
    {
        await using var server = await TestServer.StartAsync();
        var refused = await server.PostAsync(Older, """{"metadata":{"name":"a"},"spec":{"scaleTargetRef":{"kind":"Deployment","name":"web"},"minReplicas":5,"maxReplicas":4}}""");
        Assert.Equal(422, refused.Code);
        Assert.Contains("spec.maxReplicas", refused.Message, StringComparison.Ordinal);
        var created = await server.PostAsync(Older, """{"metadata":{"name":"a"},"spec":{"scaleTargetRef":{"kind":"Deployment","name":"web"},"maxReplicas":4}}""");
        Assert.Equal(80, created.Json["spec", "targetCPUUtilizationPercentage"]!.AsInteger());
    }

    private static MapValue Read(string json) => (MapValue)ValueReader.Read(json);
}
