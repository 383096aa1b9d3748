using Keelson.Api.Authentication.V1;
using Keelson.Server.Serving;
using Keelson.Storage.Memory;
using Keelson.Testing;

namespace Keelson.Server.Tests.Access;

public sealed class AccessTests : IAsyncDisposable
{
    private readonly MemoryStore _store;
    private readonly ApiServer _server;

    public AccessTests()
    {
        var clock = new VirtualClock(VirtualClock.DefaultStart);
        _store = new MemoryStore(clock);
        _server = new ApiServer(new ApiServerOptions { DisabledAdmissionPlugins = ApiServerOptions.PluginsThatNeedControllers, Store = _store, Time = clock, Random = new Random(1) });
    }

    [Fact]
    public async Task Who_is_no_superuser_sees_only_what_everybody_may()
    {
        await _server.StartAsync();
        using var jane = Client(new UserInfo { Username = "jane", Groups = ["system:authenticated"] });
        var refused = await TestServer.SendAsync(jane, "POST", "/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"a"}}""");
        Assert.Equal((403, "Forbidden"), (refused.Code, refused.Reason));
        Assert.Equal("configmaps is forbidden: User \"jane\" cannot create resource \"configmaps\" in API group \"\" in the namespace \"default\"", refused.Message);
        Assert.Equal("forbidden: User \"jane\" cannot get path \"/metrics\"", (await TestServer.SendAsync(jane, "GET", "/metrics")).Message);
        Assert.Equal(200, (await TestServer.SendAsync(jane, "GET", "/readyz")).Code);
    }

    [Fact]
    public async Task A_superuser_may_act_as_somebody_else_and_nobody_else_may()
    {
        await _server.StartAsync();
        using var root = Client(null);
        root.DefaultRequestHeaders.Add("Impersonate-User", "jane");
        root.DefaultRequestHeaders.Add("Impersonate-Group", "devs");
        var refused = await TestServer.SendAsync(root, "GET", "/api/v1/namespaces");
        Assert.Contains("User \"jane\" cannot list resource \"namespaces\"", refused.Message, StringComparison.Ordinal);

        using var jane = Client(new UserInfo { Username = "jane" });
        jane.DefaultRequestHeaders.Add("Impersonate-User", "root");
        jane.DefaultRequestHeaders.Add("Impersonate-Group", "system:masters");
        Assert.Contains("User \"jane\" cannot impersonate resource \"users\"", (await TestServer.SendAsync(jane, "GET", "/version")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reviews_say_who_one_is_and_what_one_may()
    {
        await _server.StartAsync();
        using var root = Client(null);
        var self = await TestServer.SendAsync(root, "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");
        Assert.Equal("system:apiserver", self.Json["status", "userInfo", "username"]!.AsText());
        const string Path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
        var allowed = await TestServer.SendAsync(root, "POST", Path, """{"spec":{"user":"a","groups":["system:masters"],"resourceAttributes":{"verb":"get","resource":"pods"}}}""");
        Assert.True(allowed.Json["status", "allowed"]!.AsBool());
        var denied = await TestServer.SendAsync(root, "POST", Path, """{"spec":{"user":"a","resourceAttributes":{"verb":"get","resource":"pods"}}}""");
        Assert.False(denied.Json["status", "allowed"]!.AsBool());
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _store.DisposeAsync();
    }

    private HttpClient Client(UserInfo? user) => new(_server.CreateHandler(user)) { BaseAddress = new Uri("https://localhost") };
}
