using Keelson.Api.Values;

namespace Keelson.Server.Tests.Converting;

public sealed class AutoscalerVersionTests
{
    private const string Old = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
    private const string New = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
    private const string Target = """ "scaleTargetRef":{"kind":"Deployment","name":"d","apiVersion":"apps/v1"},"maxReplicas":3 """;

    [Fact]
    public async Task An_autoscaler_of_the_older_version_is_one_of_the_newer()
    {
        await using var server = await TestServer.StartAsync();
        var created = await server.PostAsync(Old, $$$"""{"metadata":{"name":"a"},"spec":{ {{{Target}}},"targetCPUUtilizationPercentage":50}}""");
        Assert.True(created.Code == 201, created.Text);
        var found = await server.GetAsync(New + "/a");
        var metric = found.Json["spec", "metrics"]!.AsList()![0];
        Assert.Equal(("cpu", 50L), (metric["resource", "name"]!.AsText(), metric["resource", "target", "averageUtilization"]!.AsInteger()));
        Assert.Equal(1L, found.Json["spec", "minReplicas"]!.AsInteger());
        Assert.Equal(50L, (await server.GetAsync(Old + "/a")).Json["spec", "targetCPUUtilizationPercentage"]!.AsInteger());
    }

    [Fact]
    public async Task What_the_older_version_has_no_fields_for_survives_in_annotations()
    {
        await using var server = await TestServer.StartAsync();
        var created = await server.PostAsync(New, """
            {"metadata":{"name":"a"},"spec":{ TARGET,"metrics":[
              {"type":"Resource","resource":{"name":"memory","target":{"type":"AverageValue","averageValue":"1Gi"}}},
              {"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":60}}},
              {"type":"External","external":{"metric":{"name":"q","selector":{"matchLabels":{"a":"b"}}},"target":{"type":"Value","value":"30"}}}],
              "behavior":{"scaleDown":{"stabilizationWindowSeconds":7} } } }
            """.Replace("TARGET", Target, StringComparison.Ordinal));
        Assert.True(created.Code == 201, created.Text);
        var old = await server.GetAsync(Old + "/a");
        Assert.Equal(60L, old.Json["spec", "targetCPUUtilizationPercentage"]!.AsInteger());
        var annotations = old.Json["metadata", "annotations"]!;
        Assert.Contains("\"memory\"", annotations["autoscaling.alpha.kubernetes.io/metrics"]!.AsText(), StringComparison.Ordinal);
        Assert.Contains("\"StabilizationWindowSeconds\":7", annotations["autoscaling.alpha.kubernetes.io/behavior"]!.AsText(), StringComparison.Ordinal);

        // Sent back as it came, with one change, nothing is lost.
        var changed = old.Json.With(["spec", "maxReplicas"], 5);
        Assert.Equal(200, (await server.PutAsync(Old + "/a", ValueWriter.WriteText(changed))).Code);
        var found = await server.GetAsync(New + "/a");
        Assert.Equal(5L, found.Json["spec", "maxReplicas"]!.AsInteger());
        Assert.Equal(["memory", "q", "cpu"], found.Json["spec", "metrics"]!.AsList()!.Select(metric => metric["resource", "name"]?.AsText() ?? metric["external", "metric", "name"]!.AsText()));
        Assert.Equal(7L, found.Json["spec", "behavior", "scaleDown", "stabilizationWindowSeconds"]!.AsInteger());
        Assert.Null(found.Json["metadata", "annotations"]);
    }

    [Fact]
    public async Task Annotations_are_no_way_around_who_writes_what()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(New, $$$"""{"metadata":{"name":"a"},"spec":{ {{{Target}}} }}""");
        await server.PatchAsync(New + "/a/status", """{"status":{"desiredReplicas":2,"conditions":[{"type":"AbleToScale","status":"True"}]}}""", "application/merge-patch+json");

        // The spec's path does not write the status,
        const string Forged = """{"metadata":{"annotations":{"autoscaling.alpha.kubernetes.io/conditions":"[]"}},"spec":{"maxReplicas":4}}""";
        Assert.Equal(200, (await server.PatchAsync(Old + "/a", Forged, "application/merge-patch+json")).Code);
        var found = await server.GetAsync(New + "/a");
        Assert.Equal("AbleToScale", found.Json["status", "conditions"]!.AsList()![0]["type"]!.AsText());
        Assert.Equal(4L, found.Json["spec", "maxReplicas"]!.AsInteger());

        // and the status' path does not write the spec.
        const string Metrics = """{"metadata":{"annotations":{"autoscaling.alpha.kubernetes.io/metrics":"[{\"type\":\"Resource\",\"resource\":{\"name\":\"memory\",\"targetAverageValue\":\"1\"}}]"}},"status":{"currentReplicas":1,"desiredReplicas":1}}""";
        Assert.Equal(200, (await server.PatchAsync(Old + "/a/status", Metrics, "application/merge-patch+json")).Code);
        found = await server.GetAsync(New + "/a");
        Assert.Single(found.Json["spec", "metrics"]!.AsList()!);
        Assert.Equal(1L, found.Json["status", "desiredReplicas"]!.AsInteger());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[1]")]
    [InlineData("[{\"type\":5}]")]
    [InlineData("{\"a\":[[[[[]]]]]}")]
    public async Task Annotations_that_are_nonsense_are_dropped(string text)
    {
        await using var server = await TestServer.StartAsync();
        var annotations = MapValue.Of(("autoscaling.alpha.kubernetes.io/metrics", text), ("autoscaling.alpha.kubernetes.io/behavior", text), ("kept", "yes"));
        var sent = ((MapValue)ValueReader.Read($$$"""{"metadata":{"name":"a"},"spec":{ {{{Target}}} }}""")).With(["metadata", "annotations"], annotations);
        Assert.Equal(201, (await server.PostAsync(Old, ValueWriter.WriteText(sent))).Code);
        var found = await server.GetAsync(New + "/a");
        Assert.Equal("""{"kept":"yes"}""", ValueWriter.WriteText(found.Json["metadata", "annotations"]!));
        Assert.Single(found.Json["spec", "metrics"]!.AsList()!);
    }

    [Fact]
    public async Task Both_versions_are_discovered_and_the_newer_is_preferred()
    {
        await using var server = await TestServer.StartAsync();
        var group = await server.GetAsync("/apis/autoscaling");
        Assert.Equal("autoscaling/v2", group.Json["preferredVersion", "groupVersion"]!.AsText());
        Assert.Equal(["autoscaling/v2", "autoscaling/v1"], group.Json["versions"]!.AsList()!.Select(version => version["groupVersion"]!.AsText()!));
        Assert.Equal(422, (await server.PostAsync(Old, """{"metadata":{"name":"a"},"spec":{"maxReplicas":0}}""")).Code);
    }

    [Fact]
    public async Task A_policy_about_one_version_holds_for_the_other_too()
    {
        await using var server = await TestServer.StartAsync();
        const string Group = "/apis/admissionregistration.k8s.io/v1/";
        var policy = await server.PostAsync(Group + "validatingadmissionpolicies", """
            {"metadata":{"name":"p"},"spec":{"matchConstraints":{"resourceRules":[
              {"apiGroups":["autoscaling"],"apiVersions":["v2"],"operations":["CREATE"],"resources":["horizontalpodautoscalers"]}]},
              "validations":[{"expression":"object.spec.metrics.all(m, m.type != 'Resource')","message":"no resources"}]}}
            """);
        Assert.True(policy.Code == 201, policy.Text);
        await server.PostAsync(Group + "validatingadmissionpolicybindings", """{"metadata":{"name":"b"},"spec":{"policyName":"p","validationActions":["Deny"]}}""");
        var refused = await server.PostAsync(Old, $$$"""{"metadata":{"name":"a"},"spec":{ {{{Target}}} }}""");
        Assert.True(refused.Code == 422, refused.Text);
        Assert.EndsWith("no resources", refused.Message, StringComparison.Ordinal);
    }
}
