using Keelson.Api.Values;
using Keelson.Server.Tests.Webhooks;

namespace Keelson.Server.Tests.CustomResources;

public sealed class ConversionTests
{
    private const string New = "/apis/example.com/v2/namespaces/default/pools";
    private const string Old = "/apis/example.com/v1/namespaces/default/pools";

    [Fact]
    public async Task An_object_is_written_in_one_version_and_read_in_both()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await StartAsync(server);
        var created = await server.PostAsync(Old, """{"apiVersion":"example.com/v1","kind":"Pool","metadata":{"name":"a"},"spec":{"count":3}}""");
        Assert.True(created.Code == 201, created.Text);
        Assert.Equal("3", created.Json["spec", "count"]!.ToString());
        var now = await server.GetAsync(New + "/a");
        Assert.Equal("example.com/v2", now.Json["apiVersion"]!.AsText());
        Assert.Equal("""{"size":3}""", now.Json["spec"]!.ToString());
        var before = await server.GetAsync(Old + "/a");
        Assert.Equal("example.com/v1", before.Json["apiVersion"]!.AsText());
        Assert.Equal("""{"count":3}""", before.Json["spec"]!.ToString());
        Assert.Equal(now.Version, before.Version);
    }

    [Fact]
    public async Task A_change_in_the_other_version_is_stored_and_one_of_nothing_is_none()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await StartAsync(server);
        await server.PostAsync(New, """{"apiVersion":"example.com/v2","kind":"Pool","metadata":{"name":"a"},"spec":{"size":1}}""");
        var patched = await server.PatchAsync(Old + "/a", """{"spec":{"count":2}}""", "application/merge-patch+json");
        Assert.True(patched.Code == 200, patched.Text);
        Assert.Equal("""{"count":2}""", patched.Json["spec"]!.ToString());
        Assert.Equal("""{"size":2}""", (await server.GetAsync(New + "/a")).Json["spec"]!.ToString());
        var same = await server.PatchAsync(Old + "/a", """{"spec":{"count":2}}""", "application/merge-patch+json");
        Assert.Equal(patched.Version, same.Version);
        Assert.Equal(200, (await server.DeleteAsync(Old + "/a")).Code);
        Assert.Equal(404, (await server.GetAsync(New + "/a")).Code);
    }

    [Fact]
    public async Task A_list_is_converted_in_one_question_and_a_watch_as_it_goes()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await StartAsync(server);
        for (var i = 0; i < 5; i++) await server.PostAsync(New, $$$$"""{"apiVersion":"example.com/v2","kind":"Pool","metadata":{"name":"p{{{{i}}}}"},"spec":{"size":{{{{i}}}}}}""");
        Assert.Empty(hook.Asked);
        await using var watch = await server.WatchAsync(Old + "?watch=1");
        var first = await watch.TakeAsync(5);
        Assert.All(first, change => Assert.Equal("example.com/v1", change.Object["apiVersion"]!.AsText()));
        Assert.Single(hook.Asked);
        var list = await server.GetAsync(Old);
        Assert.Equal(["0", "1", "2", "3", "4"], list.Json["items"]!.AsList()!.Select(item => item["spec", "count"]!.ToString()));
        await server.PostAsync(New, """{"apiVersion":"example.com/v2","kind":"Pool","metadata":{"name":"late"},"spec":{"size":9}}""");
        Assert.Equal("9", (await watch.NextAsync())!.Object["spec", "count"]!.ToString());
    }

    [Fact]
    public async Task Of_the_metadata_only_labels_and_annotations_may_change()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await StartAsync(server, item => item
            .With(["metadata", "labels"], MapValue.Empty.With("from", "hook"))
            .With(["metadata", "finalizers"], ListValue.Empty));
        await server.PostAsync(New, """{"apiVersion":"example.com/v2","kind":"Pool","metadata":{"name":"a","finalizers":["example.com/keep"]},"spec":{"size":1}}""");
        var old = await server.GetAsync(Old + "/a");
        Assert.Equal("""{"from":"hook"}""", old.Json["metadata", "labels"]!.ToString());
        Assert.Equal("""["example.com/keep"]""", old.Json["metadata", "finalizers"]!.ToString());
        await using var renaming = await TestServer.StartAsync();
        await using var bad = await StartAsync(renaming, item => item.With(["metadata", "name"], "other"));
        await renaming.PostAsync(New, """{"apiVersion":"example.com/v2","kind":"Pool","metadata":{"name":"a"},"spec":{"size":1}}""");
        var refused = await renaming.GetAsync(Old + "/a");
        Assert.Equal(500, refused.Code);
        Assert.Equal("conversion webhook for example.com/v2, Kind=Pool returned invalid metadata: name was changed from \"a\" to \"other\"", refused.Message);
    }

    [Fact]
    public async Task A_webhook_that_fails_is_named_with_why()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await StartAsync(server);
        await server.PostAsync(New, """{"apiVersion":"example.com/v2","kind":"Pool","metadata":{"name":"a"},"spec":{"size":1}}""");
        hook.Whole = review => $$$$"""{"apiVersion":"apiextensions.k8s.io/v1","kind":"ConversionReview","response":{"uid":"{{{{review["request", "uid"]!.AsText()}}}}","convertedObjects":[],"result":{"status":"Failed","message":"no idea"}}}""";
        Assert.Equal("conversion webhook for example.com/v2, Kind=Pool failed: no idea", (await server.GetAsync(Old + "/a")).Message);
        Assert.Equal(200, (await server.GetAsync(New + "/a")).Code);
        await using var watch = await server.WatchAsync(Old + "?watch=1");
        var end = await watch.NextAsync();
        Assert.Equal("ERROR", end!.Type);
        Assert.Null(await watch.NextAsync());
        hook.Whole = _ => "nothing";
        Assert.StartsWith("conversion webhook for example.com/v2, Kind=Pool failed: ", (await server.GetAsync(Old)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_that_knows_only_the_first_form_of_reviews_is_asked_in_that()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await StartAsync(server, reviews: "\"v7\",\"v1beta1\",\"v1\"");
        await server.PostAsync(New, """{"apiVersion":"example.com/v2","kind":"Pool","metadata":{"name":"a"},"spec":{"size":1}}""");
        Assert.Equal("1", (await server.GetAsync(Old + "/a")).Json["spec", "count"]!.ToString());
        Assert.All(hook.Asked, asked => Assert.Equal("apiextensions.k8s.io/v1beta1", asked.Review["apiVersion"]!.AsText()));
    }

    private static async Task<HookServer> StartAsync(TestServer server, Func<MapValue, MapValue>? more = null, string reviews = "\"v1\"")
    {
        var hook = await HookServer.StartAsync(server.Clock);
        hook.Whole = review =>
        {
            var wanted = review["request", "desiredAPIVersion"]!.AsText()!;
            var converted = review["request", "objects"]!.AsList()!.Select(item => Convert((MapValue)item, wanted, more).ToString());
            return $$$$"""{"apiVersion":"apiextensions.k8s.io/v1","kind":"ConversionReview","response":{"uid":"{{{{review["request", "uid"]!.AsText()}}}}","convertedObjects":[{{{{string.Join(",", converted)}}}}],"result":{"status":"Success"}}}""";
        };
        await server.EstablishAsync("""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"pools.example.com"},
             "spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"pools","kind":"Pool"},
              "conversion":{"strategy":"Webhook","webhook":{"conversionReviewVersions":["v1"],"clientConfig":{"url":"https://127.0.0.1:PORT/convert","caBundle":"BUNDLE"}}},
              "versions":[
               {"name":"v2","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","required":["size"],"properties":{"size":{"type":"integer"}}}}}}},
               {"name":"v1","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","required":["count"],"properties":{"count":{"type":"integer"}}}}}}}]}}
            """.Replace("[\"v1\"]", $"[{reviews}]", StringComparison.Ordinal).Replace("PORT", hook.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("BUNDLE", hook.Bundle, StringComparison.Ordinal));
        return hook;
    }

    private static MapValue Convert(MapValue item, string wanted, Func<MapValue, MapValue>? more)
    {
        var (from, to) = wanted.EndsWith("v1", StringComparison.Ordinal) ? ("size", "count") : ("count", "size");
        var number = item["spec", from]!;
        var converted = item.With("apiVersion", wanted).With("spec", MapValue.Empty.With(to, number));
        return more is null ? converted : more(converted);
    }
}
