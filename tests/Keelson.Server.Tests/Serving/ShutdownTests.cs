using System.Net;

namespace Keelson.Server.Tests.Serving;

public sealed class ShutdownTests
{
    [Fact]
    public async Task A_server_that_ends_first_says_so_and_serves_on_for_a_while()
    {
        await using var server = await TestServer.StartListeningAsync(options => options with { ShutdownDelay = TimeSpan.FromSeconds(20) });
        await using var watch = await server.WatchAsync("/api/v1/namespaces/default/configmaps?watch=1", remote: true);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(server.Remote!, "/readyz"));
        var stopping = server.Server.StopAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, await AskAsync(server.Remote!, "/readyz"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(server.Remote!, "/livez"));
        Assert.Equal(201, (await server.CreateMapAsync("a")).Code);
        Assert.Equal("ADDED a", (await watch.NextAsync())!.ToString());
        Assert.False(stopping.IsCompleted);

        // Then watches end as if their time were up, and nobody is listening any more.
        await server.Clock.AdvanceUntilAsync(() => stopping.IsCompleted, TimeSpan.FromMinutes(1));
        await stopping;
        Assert.Null(await watch.NextAsync());
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(server.Remote!, "/livez"));
    }

    [Fact]
    public async Task Who_comes_too_late_is_told_to_try_again()
    {
        await using var server = await TestServer.StartAsync();
        await server.Server.StopAsync();
        using var late = await server.Client.GetAsync(new Uri("/api/v1/namespaces", UriKind.Relative));
        Assert.Equal(HttpStatusCode.TooManyRequests, late.StatusCode);
        Assert.Equal("5", late.Headers.GetValues("Retry-After").Single());
        var ready = await server.GetAsync("/readyz");
        Assert.Equal(500, ready.Code);
        Assert.Contains("[-]shutdown failed", ready.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await server.GetAsync("/livez")).Code);
    }

    private static async Task<HttpStatusCode> AskAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode;
    }
}
