using System.Globalization;
using Keelson.Api.Values;
using Keelson.Server.Tests.Webhooks;

namespace Keelson.Server.Tests.CustomResources;

/// <summary>Who owns which fields where managers speak different versions of a resource, and what is selected by the fields of one.</summary>
public sealed class VersionedOwnershipTests
{
    private const string New = "/apis/example.com/v2/namespaces/default/pools";
    private const string Old = "/apis/example.com/v1/namespaces/default/pools";
    private const string Name = Definitions.Path + "/pools.example.com";

    [Fact]
    public async Task A_field_that_is_owned_in_one_version_is_in_conflict_with_its_counterpart_in_another()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await StartAsync(server);
        await ApplyAsync(server, New, "ann", "v2", """{"size":1}""");
        var refused = await ApplyAsync(server, Old, "ben", "v1", """{"count":2}""", 409);
        Assert.Equal("Apply failed with 1 conflict: conflict with \"ann\": .spec.size", refused.Message);

        // Who agrees shares; each entry stays in the version in which it was written.
        var shared = await ApplyAsync(server, Old, "ben", "v1", """{"count":1}""");
        Assert.Equal(["ann example.com/v2 {\"f:spec\":{\"f:size\":{}}}", "ben example.com/v1 {\"f:spec\":{\"f:count\":{}}}"], Owners(shared));
        var forced = await ApplyAsync(server, Old, "ben&force=true", "v1", """{"count":3}""");
        Assert.Equal(["ben example.com/v1 {\"f:spec\":{\"f:count\":{}}}"], Owners(forced));
        Assert.Equal("3", (await server.GetAsync(New + "/a")).Json["spec", "size"]!.ToString());
    }

    [Fact]
    public async Task A_field_that_its_applier_drops_in_another_version_goes()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await StartAsync(server);
        await ApplyAsync(server, New, "ann", "v2", """{"size":1,"color":"red"}""");
        var dropped = await ApplyAsync(server, Old, "ann", "v1", """{"count":1}""");
        Assert.Equal("""{"count":1}""", dropped.Json["spec"]!.ToString());
        Assert.Equal(["ann example.com/v1 {\"f:spec\":{\"f:count\":{}}}"], Owners(dropped));
        Assert.Equal("""{"size":1}""", (await server.GetAsync(New + "/a")).Json["spec"]!.ToString());
    }

    [Fact]
    public async Task An_update_in_one_version_takes_fields_from_who_owns_them_in_another()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await StartAsync(server);
        await ApplyAsync(server, New, "ann", "v2", """{"size":1,"color":"red"}""");
        var patched = await server.PatchAsync(Old + "/a?fieldManager=cat", """{"spec":{"count":5}}""", "application/merge-patch+json");
        Assert.True(patched.Code == 200, patched.Text);
        Assert.Equal(["ann example.com/v2 {\"f:spec\":{\"f:color\":{}}}", "cat example.com/v1 {\"f:spec\":{\"f:count\":{}}}"], Owners(patched));
    }

    [Fact]
    public async Task Without_a_converter_the_same_names_are_the_same_fields()
    {
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync(Definition("", "size", "size"));
        await ApplyAsync(server, New, "ann", "v2", """{"size":1}""");
        var refused = await ApplyAsync(server, Old, "ben", "v1", """{"size":2}""", 409);
        Assert.Equal("Apply failed with 1 conflict: conflict with \"ann\": .spec.size", refused.Message);
    }

    [Fact]
    public async Task Entries_of_a_version_that_is_gone_are_dropped_with_the_next_write()
    {
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync(Definition("", "size", "size"));
        await ApplyAsync(server, Old, "ben", "v1", """{"size":1}""");
        await ApplyAsync(server, New, "ann", "v2", """{"color":"red"}""");
        await using (var watch = await server.WatchAsync(New + "?watch=1&resourceVersion=" + (await server.GetAsync(New)).Version))
        {
            Assert.Equal(200, (await server.PatchAsync(Name, """[{"op":"remove","path":"/spec/versions/1"}]""", "application/json-patch+json")).Code);
            Assert.Null(await watch.NextAsync());
        }

        Assert.Equal(2, Owners(await server.GetAsync(New + "/a")).Count);
        var taken = await ApplyAsync(server, New, "ann", "v2", """{"color":"red","size":2}""");
        Assert.Equal(["ann example.com/v2 {\"f:spec\":{\"f:color\":{},\"f:size\":{}}}"], Owners(taken));
    }

    [Fact]
    public async Task A_webhook_that_does_not_convert_fails_the_write_and_says_so()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await StartAsync(server);
        await ApplyAsync(server, New, "ann", "v2", """{"size":1}""");
        await ApplyAsync(server, Old, "ben", "v1", """{"count":1}""");
        hook.Whole = _ => "nothing";
        var failed = await server.PatchAsync(New + "/a?fieldManager=cat", """{"spec":{"size":5}}""", "application/merge-patch+json");
        Assert.Equal(500, failed.Code);
        Assert.StartsWith("conversion webhook for example.com/v2, Kind=Pool failed: ", failed.Message, StringComparison.Ordinal);
        Assert.Equal("1", (await server.GetAsync(New + "/a")).Json["spec", "size"]!.ToString());
    }

    [Fact]
    public async Task Versions_of_a_built_in_resource_share_the_ownership_of_their_fields()
    {
        await using var server = await TestServer.StartAsync();
        const string Second = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers/a";
        const string First = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers/a";
        const string Target = "\"scaleTargetRef\":{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"name\":\"d\"},\"maxReplicas\":5";
        const string Apply = "application/apply-patch+yaml";
        var made = await server.PatchAsync(Second + "?fieldManager=ann", "{\"apiVersion\":\"autoscaling/v2\",\"kind\":\"HorizontalPodAutoscaler\",\"metadata\":{\"name\":\"a\"},\"spec\":{" + Target + ",\"metrics\":[{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"target\":{\"type\":\"Utilization\",\"averageUtilization\":50}}}]}}", Apply);
        Assert.True(made.Code == 201, made.Text);
        var refused = await server.PatchAsync(First + "?fieldManager=ben", "{\"apiVersion\":\"autoscaling/v1\",\"kind\":\"HorizontalPodAutoscaler\",\"metadata\":{\"name\":\"a\"},\"spec\":{" + Target + ",\"targetCPUUtilizationPercentage\":80}}", Apply);
        Assert.Equal("Apply failed with 1 conflict: conflict with \"ann\": .spec.metrics", refused.Message);
        var forced = await server.PatchAsync(First + "?fieldManager=ben&force=true", "{\"apiVersion\":\"autoscaling/v1\",\"kind\":\"HorizontalPodAutoscaler\",\"metadata\":{\"name\":\"a\"},\"spec\":{" + Target + ",\"targetCPUUtilizationPercentage\":80}}", Apply);
        Assert.Equal(200, forced.Code);
        var owners = Owners(forced);
        Assert.DoesNotContain("f:metrics", Assert.Single(owners, owner => owner.StartsWith("ann", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("f:targetCPUUtilizationPercentage", Assert.Single(owners, owner => owner.StartsWith("ben", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Objects_that_are_stored_in_another_version_are_selected_by_the_fields_of_the_requested_one()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await StartAsync(server);
        for (var i = 0; i < 6; i++) await server.PostAsync(New, $$$$"""{"apiVersion":"example.com/v2","kind":"Pool","metadata":{"name":"p{{{{i}}}}"},"spec":{"size":{{{{i % 2}}}}}}""");
        Assert.Equal(["p1", "p3", "p5"], (await server.GetAsync(Old + "?fieldSelector=spec.count%3D1")).Names);
        var page = await server.GetAsync(Old + "?fieldSelector=spec.count%3D1&limit=2");
        Assert.Equal(["p1", "p3"], page.Names);
        Assert.Equal(["p5"], (await server.GetAsync(Old + "?fieldSelector=spec.count%3D1&limit=2&continue=" + page.Json["metadata", "continue"]!.AsText())).Names);
        Assert.Equal(["p3"], (await server.GetAsync(Old + "?fieldSelector=spec.count%3D1,metadata.name%3Dp3")).Names);
        Assert.Equal(400, (await server.GetAsync(New + "?fieldSelector=spec.count%3D1")).Code);
        await using var watch = await server.WatchAsync(Old + "?watch=1&fieldSelector=spec.count%3D1");
        Assert.Equal(["ADDED p1", "ADDED p3", "ADDED p5"], (await watch.TakeAsync(3)).Select(change => change.ToString()));
        await server.PatchAsync(New + "/p2", """{"spec":{"size":1}}""", "application/merge-patch+json");
        await server.PatchAsync(New + "/p0", """{"spec":{"size":7}}""", "application/merge-patch+json");
        await server.PatchAsync(New + "/p1", """{"spec":{"size":9}}""", "application/merge-patch+json");
        var changes = await watch.TakeAsync(2);
        Assert.Equal(["ADDED p2", "DELETED p1"], changes.Select(change => change.ToString()));
        Assert.Equal("1", changes[1].Object["spec", "count"]!.ToString());
        Assert.Equal(200, (await server.DeleteAsync(Old + "?fieldSelector=spec.count%3D1")).Code);
        Assert.Equal(["p0", "p1", "p4"], (await server.GetAsync(New)).Names);
    }

    [Fact]
    public async Task Labels_are_those_that_the_webhook_gives()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await StartAsync(server, label: true);
        await server.PostAsync(New, """{"apiVersion":"example.com/v2","kind":"Pool","metadata":{"name":"a"},"spec":{"size":1}}""");
        Assert.Equal(["a"], (await server.GetAsync(Old + "?labelSelector=seen%3Dv1")).Names);
        Assert.Empty((await server.GetAsync(New + "?labelSelector=seen%3Dv1")).Names);
    }

    private static List<string> Owners(Answer answer) =>
    [
        .. answer.Json["metadata", "managedFields"]!.AsList()!.Select(entry => $"{entry["manager"]!.AsText()} {entry["apiVersion"]!.AsText()} {entry["fieldsV1"]}").Order(StringComparer.Ordinal),
    ];

    private static async Task<Answer> ApplyAsync(TestServer server, string path, string manager, string version, string spec, int code = 0)
    {
        var answer = await server.PatchAsync(
            $"{path}/a?fieldManager={manager}", $$$"""{"apiVersion":"example.com/{{{version}}}","kind":"Pool","metadata":{"name":"a"},"spec":{{{spec}}} }""", "application/apply-patch+yaml");
        Assert.True(code == 0 ? answer.Code is 200 or 201 : answer.Code == code, answer.Text);
        return answer;
    }

    private static string Definition(string conversion, string newer, string older)
    {
        string Version(string name, string field, string stored) =>
            $$$$"""{"name":"{{{{name}}}}","served":true,"storage":{{{{stored}}}},"selectableFields":[{"jsonPath":".spec.{{{{field}}}}"}],"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"{{{{field}}}}":{"type":"integer"},"color":{"type":"string"} } } } } } }""";
        return $$$$"""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"pools.example.com"},
             "spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"pools","kind":"Pool"},{{{{conversion}}}}
              "versions":[{{{{Version("v2", newer, "true")}}}},{{{{Version("v1", older, "false")}}}}]} }
            """;
    }

    private static async Task<HookServer> StartAsync(TestServer server, bool label = false)
    {
        var hook = await HookServer.StartAsync(server.Clock);
        hook.Whole = review =>
        {
            var wanted = review["request", "desiredAPIVersion"]!.AsText()!;
            var converted = review["request", "objects"]!.AsList()!.Select(item => Convert((MapValue)item, wanted, label).ToString());
            return $$$$"""{"apiVersion":"apiextensions.k8s.io/v1","kind":"ConversionReview","response":{"uid":"{{{{review["request", "uid"]!.AsText()}}}}","convertedObjects":[{{{{string.Join(",", converted)}}}}],"result":{"status":"Success"}}}""";
        };
        await server.EstablishAsync(Definition(
            $$$"""
            "conversion":{"strategy":"Webhook","webhook":{"conversionReviewVersions":["v1"],"clientConfig":{"url":"https://127.0.0.1:{{{hook.Port.ToString(CultureInfo.InvariantCulture)}}}/convert","caBundle":"{{{hook.Bundle}}}"} } },
            """, "size", "count"));
        return hook;
    }

    private static MapValue Convert(MapValue item, string wanted, bool label)
    {
        var (from, to) = wanted.EndsWith("v1", StringComparison.Ordinal) ? ("size", "count") : ("count", "size");
        var spec = item["spec"] as MapValue ?? MapValue.Empty;
        if (spec[from] is { } number) spec = spec.Without(from).With(to, number);
        var converted = item.With("apiVersion", wanted).With("spec", spec);
        return label ? converted.With(["metadata", "labels"], MapValue.Empty.With("seen", wanted[^2..])) : converted;
    }
}
