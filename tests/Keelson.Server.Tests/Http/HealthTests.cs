using Keelson.Testing.Faults;

namespace Keelson.Server.Tests.Http;

/// <summary>What the server tells of its health, in the words that probes and people know.</summary>
public sealed class HealthTests
{
    private static readonly string[] Live =
    [
        "ping", "log", "etcd", "poststarthook/start-apiextensions-controllers", "poststarthook/crd-informer-synced", "poststarthook/start-system-namespaces-controller",
        "poststarthook/start-cluster-authentication-info-controller", "poststarthook/rbac/bootstrap-roles", "poststarthook/scheduling/bootstrap-system-priority-classes",
        "poststarthook/priority-and-fairness-config-producer", "poststarthook/bootstrap-controller", "poststarthook/apiservice-registration-controller",
        "poststarthook/apiservice-remote-available-controller", "autoregister-completion",
    ];

    [Fact]
    public async Task Every_check_is_told_to_who_wants_to_know_all()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal("ok", (await server.GetAsync("/livez")).Text);
        Assert.Equal(string.Concat(Live.Select(name => $"[+]{name} ok\n")) + "livez check passed\n", (await server.GetAsync("/livez?verbose")).Text);
        Assert.Equal(string.Concat(Live.Select(name => $"[+]{name} ok\n")) + "healthz check passed\n", (await server.GetAsync("/healthz?verbose")).Text);
        Assert.EndsWith("[+]etcd-readiness ok\n[+]informer-sync ok\n[+]shutdown ok\nreadyz check passed\n", (await server.GetAsync("/readyz?verbose=true")).Text, StringComparison.Ordinal);
        foreach (var name in Live) Assert.Equal((200, "ok"), Of(await server.GetAsync("/livez/" + name)));
        Assert.Equal((200, "ok"), Of(await server.GetAsync("/readyz/shutdown?verbose")));
        Assert.Equal(404, (await server.GetAsync("/livez/shutdown")).Code);
        var paths = (await server.GetAsync("/")).Json["paths"]!.AsList()!.Select(path => path.AsText());
        Assert.Contains("/readyz/informer-sync", paths);
        Assert.Contains("/healthz/poststarthook/rbac/bootstrap-roles", paths);
    }

    [Fact]
    public async Task A_check_can_be_left_out_and_one_that_there_is_not_is_warned_of()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal((200, "ok"), Of(await server.GetAsync("/readyz?exclude=etcd&exclude=nothing")));
        var told = (await server.GetAsync("/livez?verbose&exclude=etcd&exclude=nothing&exclude=log")).Text;
        Assert.StartsWith("[+]ping ok\n[+]log excluded: ok\n[+]etcd excluded: ok\n", told, StringComparison.Ordinal);
        Assert.EndsWith("warn: some health checks cannot be excluded: no matches for \"nothing\"\nlivez check passed\n", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_fails_is_told_at_once_and_so_is_that_it_is_well_again()
    {
        await using var server = await TestServer.StartAsync();
        server.Faults.FailNext(2, StoreCalls.Get);
        var (code, text) = Of(await server.GetAsync("/livez"));
        Assert.Equal(500, code);
        Assert.Contains("[-]etcd failed: reason withheld\n", text, StringComparison.Ordinal);
        Assert.EndsWith("livez check failed\n", text, StringComparison.Ordinal);
        Assert.Equal((200, "ok"), Of(await server.GetAsync("/livez?exclude=etcd")));
        var one = Of(await server.GetAsync("/livez/etcd"));
        Assert.Equal(500, one.Code);
        Assert.StartsWith("internal server error: ", one.Text, StringComparison.Ordinal);
        Assert.Equal((200, "ok"), Of(await server.GetAsync("/livez")));
    }

    [Fact]
    public async Task A_store_that_hangs_is_waited_for_two_seconds_however_many_ask()
    {
        await using var server = await TestServer.StartAsync();
        using (server.Faults.Hold(StoreCalls.Range | StoreCalls.Get))
        {
            var asked = Enumerable.Range(0, 20).Select(_ => server.GetAsync("/livez/etcd")).ToList();
            await server.Clock.AdvanceUntilAsync(() => asked.TrueForAll(task => task.IsCompleted), TimeSpan.FromSeconds(3));
            foreach (var task in asked) Assert.Equal(500, (await task).Code);
            Assert.Equal(200, (await server.GetAsync("/livez/ping")).Code);
        }

        Assert.Equal(200, (await server.GetAsync("/livez/etcd")).Code);
    }

    private static (int Code, string Text) Of(Answer answer) => (answer.Code, answer.Text);
}
