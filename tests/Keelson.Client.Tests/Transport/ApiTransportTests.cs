using System.Net;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client.Tests.Support;
using Keelson.Testing;

namespace Keelson.Client.Tests.Transport;

public sealed class ApiTransportTests
{
    private readonly FakeApi _api = new();
    private readonly VirtualClock _clock = new();

    [Fact]
    public async Task A_request_that_is_to_come_later_is_sent_again_then()
    {
        using var client = Create();
        _api.Refuse(HttpStatusCode.TooManyRequests, "TooManyRequests", ("Retry-After", "3")).Refuse(HttpStatusCode.ServiceUnavailable, "ServiceUnavailable", ("Retry-After", "1"))
            .Answer(Samples.Map("a", 1));
        var task = client.Resource<ConfigMap>().In("default").GetAsync("a", Eventually.Limit());
        var began = _clock.GetUtcNow();
        await _clock.AdvanceUntilAsync(() => task.IsCompleted, TimeSpan.FromMinutes(1));
        Assert.Equal("a", (await task).Metadata.Name);
        Assert.Equal(TimeSpan.FromSeconds(4), _clock.GetUtcNow() - began);
    }

    [Fact]
    public async Task Nothing_is_sent_again_without_the_servers_word_or_beyond_the_limits()
    {
        using var client = Create(options => options with { RetryLimit = 2 });
        var maps = client.Resource<ConfigMap>().In("default");
        _api.Refuse(HttpStatusCode.InternalServerError, "InternalError");
        Assert.True((await Assert.ThrowsAsync<ApiException>(() => maps.GetAsync("a", Eventually.Limit()))).IsInternalError);
        _api.Refuse(HttpStatusCode.TooManyRequests, "TooManyRequests", ("Retry-After", "3600"));
        Assert.Equal(TimeSpan.FromHours(1), (await Assert.ThrowsAsync<ApiException>(() => maps.GetAsync("a", Eventually.Limit()))).RetryAfter);
        for (var i = 0; i < 3; i++) _api.Refuse(HttpStatusCode.TooManyRequests, "TooManyRequests", ("Retry-After", "0"));
        Assert.True((await Assert.ThrowsAsync<ApiException>(() => maps.GetAsync("a", Eventually.Limit()))).IsTooManyRequests);
        _api.Fail(new HttpRequestException(HttpRequestError.ResponseEnded));
        await Assert.ThrowsAsync<HttpRequestException>(() => maps.DeleteAsync("a", cancel: Eventually.Limit()));
        Assert.Equal((0, 6), (_api.Unused, _api.Requests.Count));
    }

    [Theory]
    [InlineData(404, "<html>no such page</html>")]
    [InlineData(404, "")]
    [InlineData(404, "{\"kind\":\"Status\"")]
    [InlineData(404, "{\"kind\":\"Other\"}")]
    [InlineData(404, "\u0000\u0001")]
    public async Task An_answer_that_is_no_Status_still_says_what_went_wrong(int code, string body)
    {
        using var client = Create();
        _api.Answer(body, (HttpStatusCode)code);
        var failure = await Assert.ThrowsAsync<ApiException>(() => client.Resource<ConfigMap>().In("default").GetAsync("a", Eventually.Limit()));
        Assert.True(failure.IsNotFound);
        Assert.StartsWith("the server answered 404", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_say_who_asks_and_warnings_are_passed_on()
    {
        var warnings = new List<string>();
        using var client = Create(options => options with { UserAgent = "tests/1", OnWarning = warnings.Add });
        _api.Answer(Samples.Map("a", 1), HttpStatusCode.OK, ("Warning", "299 - \"one, \\\"two\\\"\", 199 - \"not this\", 299 - \"three\""));
        await client.Resource<ConfigMap>().In("default").GetAsync("a", Eventually.Limit());
        Assert.Equal(["one, \"two\"", "three"], warnings);
        Assert.Equal("tests/1", _api.Requests[0].Headers["User-Agent"]);
    }

    [Fact]
    public async Task A_rate_limit_spreads_the_requests()
    {
        using var client = Create(options => options with { RequestsPerSecond = 2, Burst = 3 });
        for (var i = 0; i < 7; i++) _api.Answer(Samples.Map("a", 1));
        var began = _clock.GetUtcNow();
        var tasks = Enumerable.Range(0, 7).Select(_ => client.Resource<ConfigMap>().In("default").GetAsync("a", Eventually.Limit())).ToList();
        await _clock.AdvanceUntilAsync(() => tasks.TrueForAll(task => task.IsCompleted), TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.FromSeconds(2), _clock.GetUtcNow() - began);
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_given_up()
    {
        using var client = Create(options => options with { RequestTimeout = TimeSpan.FromSeconds(5) });
        var task = client.Resource<ConfigMap>().In("default").GetAsync("a", Eventually.Limit());
        await _clock.AdvanceUntilAsync(() => task.IsCompleted, TimeSpan.FromSeconds(6));
        await Assert.ThrowsAsync<TimeoutException>(() => task);
    }

    [Fact]
    public async Task An_answer_beyond_the_limit_is_refused()
    {
        using var client = Create(options => options with { AnswerLimit = 1000 });
        _api.Answer(Samples.Map("a", 1, value: new string('x', 2000)));
        await Assert.ThrowsAsync<IOException>(() => client.Resource<ConfigMap>().In("default").GetAsync("a", Eventually.Limit()));
    }

    [Fact]
    public void The_exception_knows_what_kind_of_refusal_it_is()
    {
        Assert.True(new ApiException(new Status { Code = 409, Reason = "AlreadyExists" }).IsAlreadyExists);
        Assert.False(new ApiException(new Status { Code = 409, Reason = "AlreadyExists" }).IsConflict);
        Assert.True(new ApiException(new Status { Code = 410, Reason = "Expired" }).IsGone);
        Assert.True(new ApiException(new Status { Code = 404 }).IsNotFound);
        Assert.Equal(TimeSpan.FromSeconds(7), new ApiException(new Status { Details = new StatusDetails { RetryAfterSeconds = 7 } }).RetryAfter);
    }

    private ApiClient Create(Func<ApiClientOptions, ApiClientOptions>? change = null)
    {
        var options = new ApiClientOptions { Handler = _api, Time = _clock };
        return new ApiClient(change?.Invoke(options) ?? options);
    }
}
