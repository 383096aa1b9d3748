using Keelson.Api.Values;

namespace Keelson.Server.Tests.Verbs;

public sealed class ListTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task A_list_has_the_objects_of_its_namespace_in_order()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var name in new[] { "b", "a-1", "a" }) await server.CreateMapAsync(name);
        await server.PostAsync("/api/v1/namespaces/kube-system/configmaps", """{"metadata":{"name":"z"}}""");
        Assert.Equal(["a", "a-1", "b"], (await server.GetAsync(Maps)).Names);
        Assert.Equal(["a", "a-1", "b", "z"], (await server.GetAsync("/api/v1/configmaps")).Names);
        var list = (await server.GetAsync(Maps)).Json;
        Assert.Equal(("ConfigMapList", "v1"), (list["kind"]!.AsText(), list["apiVersion"]!.AsText()));
    }

    [Fact]
    public async Task Selectors_choose_by_labels_and_fields()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateMapAsync("a", """{"app":"x"}""");
        await server.CreateMapAsync("b", """{"app":"y"}""");
        Assert.Equal(["b"], (await server.GetAsync(Maps + "?labelSelector=app+in+(y,z)")).Names);
        Assert.Equal(["a"], (await server.GetAsync(Maps + "?fieldSelector=metadata.name=a")).Names);
        Assert.Equal(["b"], (await server.GetAsync("/api/v1/configmaps?fieldSelector=metadata.name!=a,metadata.namespace=default")).Names);
        var unknown = await server.GetAsync(Maps + "?fieldSelector=data.k=v");
        Assert.Equal(400, unknown.Code);
        Assert.Equal("\"data.k\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"", unknown.Message);
        Assert.Equal("field label not supported: spec.x", (await server.GetAsync("/api/v1/pods?fieldSelector=spec.x%3Da")).Message);
        Assert.Equal("field label \"spec.x\" not supported for Job", (await server.GetAsync("/apis/batch/v1/jobs?fieldSelector=spec.x%3Da")).Message);
        Assert.Equal("unable to parse requirement: found '' expected: '('", (await server.GetAsync("/api/v1/pods?labelSelector=a%20in")).Message);
        Assert.Equal(400, (await server.GetAsync(Maps + "?labelSelector=a+b+c")).Code);
    }

    [Fact]
    public async Task Pages_show_one_state_however_much_changes_meanwhile()
    {
        await using var server = await TestServer.StartAsync();
        for (var i = 0; i < 10; i++) await server.CreateMapAsync($"m{i}");
        var page = await server.GetAsync(Maps + "?limit=4");
        Assert.Equal(6, page.Json["metadata", "remainingItemCount"]!.AsInteger());
        var names = page.Names.ToList();
        while (page.Json["metadata", "continue"]?.AsText() is { Length: > 0 } token)
        {
            await server.DeleteAsync($"{Maps}/m{10 - names.Count / 4}");
            await server.CreateMapAsync($"m5-{names.Count}");
            var next = await server.GetAsync($"{Maps}?limit=4&continue={token}");
            Assert.Equal(page.Version, next.Version);
            names.AddRange(next.Names);
            page = next;
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"m{i}"), names);
    }

    [Fact]
    public async Task A_page_that_comes_too_late_says_how_to_go_on()
    {
        await using var server = await TestServer.StartAsync();
        for (var i = 0; i < 4; i++) await server.CreateMapAsync($"m{i}");
        var token = (await server.GetAsync(Maps + "?limit=2")).Json["metadata", "continue"]!.AsText()!;
        await server.CreateMapAsync("m4");
        await server.GetAsync(Maps);
        server.Clock.Advance(TimeSpan.FromMinutes(6));
        await server.Store.CompactAsync((await server.Store.StatusAsync()).Revision);
        var late = await server.GetAsync($"{Maps}?limit=2&continue={token}");
        Assert.Equal((410, "Expired"), (late.Code, late.Reason));
        var onward = late.Json["metadata", "continue"]!.AsText()!;
        Assert.Equal(["m2", "m3", "m4"], (await server.GetAsync($"{Maps}?continue={onward}")).Names);
    }

    [Fact]
    public async Task An_exact_version_is_listed_from_history()
    {
        await using var server = await TestServer.StartAsync();
        var old = (await server.CreateMapAsync("a")).Version;
        await server.CreateMapAsync("b");
        Assert.Equal(["a"], (await server.GetAsync($"{Maps}?resourceVersion={old}&resourceVersionMatch=Exact")).Names);
        await server.GetAsync(Maps);
        Assert.Equal(["a", "b"], (await server.GetAsync($"{Maps}?resourceVersion={old}&resourceVersionMatch=NotOlderThan")).Names);
        Assert.Equal(422, (await server.GetAsync(Maps + "?resourceVersionMatch=Exact")).Code);
    }

    [Fact]
    public async Task A_version_that_is_not_there_yet_is_waited_for_and_then_refused()
    {
        await using var server = await TestServer.StartAsync();
        var waiting = server.GetAsync(Maps + "?resourceVersion=1000");
        await server.Clock.AdvanceUntilAsync(() => waiting.IsCompleted, TimeSpan.FromHours(1));
        var refused = await waiting;
        Assert.Equal((504, "Timeout"), (refused.Code, refused.Reason));
        Assert.StartsWith("Too large resource version: 1000, current: ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("continue=xyz")]
    [InlineData("continue=eyJ2IjoidjAifQ")]
    [InlineData("limit=x")]
    public async Task Options_that_make_no_sense_are_bad_requests(string query)
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(400, (await server.GetAsync($"{Maps}?{query}")).Code);
    }

    [Fact]
    public async Task A_table_and_metadata_are_served_for_any_kind()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateMapAsync("a");
        server.Clock.Advance(TimeSpan.FromMinutes(5));
        var table = (await server.GetAsync("/apis/coordination.k8s.io/v1/leases", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")).Json;
        Assert.Equal("Table", table["kind"]!.AsText());
        Assert.Equal(["Name", "Age"], table["columnDefinitions"]!.AsList()!.Take(2).Select(column => column["name"]!.AsText()!).Where(name => name is "Name" or "Age").Append("Age").Distinct());
        var metadata = (await server.GetAsync(Maps, "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io")).Json;
        Assert.Equal("PartialObjectMetadataList", metadata["kind"]!.AsText());
        Assert.Null(((MapValue)metadata["items"]!.AsList()![0])["data"]);
    }

    [Fact]
    public async Task A_large_list_is_compressed_for_who_asks()
    {
        await using var server = await TestServer.StartAsync();
        for (var i = 0; i < 20; i++) await server.CreateMapAsync($"m{i}", data: $$$"""{"k":"{{{new string('x', 10_000)}}}"}""");
        using var request = new HttpRequestMessage(HttpMethod.Get, Maps);
        request.Headers.Add("Accept-Encoding", "gzip");
        using var response = await server.Client.SendAsync(request);
        Assert.Equal("gzip", Assert.Single(response.Content.Headers.ContentEncoding));
        await using var unzipped = new System.IO.Compression.GZipStream(await response.Content.ReadAsStreamAsync(), System.IO.Compression.CompressionMode.Decompress);
        using var text = new StreamReader(unzipped);
        Assert.Equal((await server.GetAsync(Maps)).Text, await text.ReadToEndAsync());
    }
}
