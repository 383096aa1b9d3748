using System.Text;
using Keelson.Api.Authentication.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client.Resources;
using Keelson.Client.Tests.Support;

namespace Keelson.Client.Tests.Resources;

/// <summary>What is sent to subresources, seen by a server that only records.</summary>
public sealed class SubresourceTests
{
    private const string Success = """{"kind":"Status","apiVersion":"v1","status":"Success","code":201}""";

    private readonly FakeApi _api = new();

    [Fact]
    public async Task A_log_is_a_stream_that_ends_when_it_is_disposed()
    {
        using var client = new ApiClient(_api);
        var answer = _api.Watch("text/plain");
        answer.Send("one\ntwo\n");
        var query = new LogQuery { Container = "main", Follow = true, TailLines = 10 };
        using (var reader = new StreamReader(await client.Resource<Pod>().In("default").OpenLogAsync("one", query, Eventually.Limit()), Encoding.UTF8))
        {
            Assert.Equal(("one", "two"), (await reader.ReadLineAsync(), await reader.ReadLineAsync()));
        }

        Assert.Equal("/api/v1/namespaces/default/pods/one/log?container=main&follow=true&tailLines=10", _api.Requests[0].Path);
        await Eventually.HoldsAsync(() => answer.IsReaderGone, "the server sees that nobody reads any more");
    }

    [Fact]
    public async Task An_eviction_says_which_pod_and_how()
    {
        using var client = new ApiClient(_api);
        _api.Answer(Success);
        await client.Resource<Pod>().In("default").EvictAsync("one", new DeleteOptions { GracePeriodSeconds = 5 }, Eventually.Limit());
        var request = Assert.Single(_api.Requests);
        Assert.Equal(("POST", "/api/v1/namespaces/default/pods/one/eviction"), (request.Method, request.Path));
        Assert.Contains("\"kind\":\"Eviction\"", request.Body, StringComparison.Ordinal);
        Assert.Contains("\"gracePeriodSeconds\":5", request.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_asked_for_and_read()
    {
        using var client = new ApiClient(_api);
        _api.Answer("""{"kind":"TokenRequest","apiVersion":"authentication.k8s.io/v1","status":{"token":"abc","expirationTimestamp":"2026-01-01T00:00:00Z"}}""");
        var token = await client.Resource<ServiceAccount>().In("default").CreateTokenAsync("robot", new TokenRequestSpec { Audiences = ["a"] }, Eventually.Limit());
        Assert.Equal("abc", token.Status.Token);
        Assert.Equal("/api/v1/namespaces/default/serviceaccounts/robot/token", Assert.Single(_api.Requests).Path);
    }

    [Fact]
    public async Task Options_of_writes_and_selectors_travel_as_parameters()
    {
        using var client = new ApiClient(_api);
        _api.Answer(Samples.Map("a", 1)).Answer(Success);
        var maps = client.Resource<ConfigMap>().In("default");
        await maps.PatchAsync("a", PatchBody.Merge("{}"u8.ToArray()), new WriteOptions { DryRun = true, FieldManager = "me & you", FieldValidation = "Strict" }, "status", Eventually.Limit());
        await maps.DeleteCollectionAsync(new Selection { Labels = Keelson.Api.Selectors.LabelQuery.Parse("a in (b,c)") }, cancel: Eventually.Limit());
        Assert.Equal("/api/v1/namespaces/default/configmaps/a/status?dryRun=All&fieldManager=me%20%26%20you&fieldValidation=Strict", _api.Requests[0].Path);
        Assert.Equal("application/merge-patch+json", _api.Requests[0].ContentType);
        Assert.Equal("/api/v1/namespaces/default/configmaps?labelSelector=a%20in%20%28b%2Cc%29", _api.Requests[1].Path);
    }
}
