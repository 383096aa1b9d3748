using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Keelson.Api.Authentication.V1;
using Keelson.Api.Values;
using Keelson.Server.Access;
using Keelson.Server.Serving;
using Keelson.Testing;

namespace Keelson.Server.Tests.Aggregation;

public sealed class AggregationTests
{
    private const string Services = "/apis/apiregistration.k8s.io/v1/apiservices";
    private const string NewDiscovery = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    [Fact]
    public async Task Groups_of_the_server_itself_have_services_that_are_always_available()
    {
        await using var server = await TestServer.StartAsync();
        var apps = (await server.GetAsync(Services + "/v1.apps")).Json;
        Assert.Equal("onstart", apps["metadata", "labels", "kube-aggregator.kubernetes.io/automanaged"]!.AsText());
        Assert.Equal("""{"group":"apps","version":"v1","groupPriorityMinimum":17800,"versionPriority":15}""", apps["spec"]!.ToString());
        var names = (await server.GetAsync(Services)).Names.ToList();
        Assert.Contains("v1.", names);
        Assert.Contains("v2.autoscaling", names);
        Assert.DoesNotContain("v1.apiregistration.k8s.io", names);
        Assert.Equal(("True", "Local", "Local APIServices are always available"), Condition(apps));

        // One that somebody else makes, too.
        Assert.Equal(201, (await server.PostAsync(Services, """{"metadata":{"name":"v7.apps"},"spec":{"group":"apps","version":"v7","groupPriorityMinimum":1,"versionPriority":1}}""")).Code);
        await UntilAsync(server, "v7.apps", "Local");
    }

    [Fact]
    public async Task A_custom_group_has_a_service_for_as_long_as_it_is_served()
    {
        await using var server = await TestServer.StartAsync();
        const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        var created = await server.PostAsync(Definitions, """
            {"metadata":{"name":"crontabs.stable.example.com"},"spec":{"group":"stable.example.com","scope":"Namespaced","names":{"plural":"crontabs","kind":"CronTab"},
            "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}}}]}}
            """);
        Assert.Equal(201, created.Code);
        var service = await UntilAsync(server, "v1.stable.example.com", "Local");
        Assert.Equal("true", service["metadata", "labels", "kube-aggregator.kubernetes.io/automanaged"]!.AsText());
        Assert.Equal((1000L, 100L), (service["spec", "groupPriorityMinimum"]!.AsInteger() ?? 0, service["spec", "versionPriority"]!.AsInteger() ?? 0));
        await server.DeleteAsync(Definitions + "/crontabs.stable.example.com");
        await UntilAsync(server, async () => (await server.GetAsync(Services + "/v1.stable.example.com")).Code == 404);
    }

    [Fact]
    public async Task The_condition_says_what_is_missing_until_nothing_is()
    {
        await using var extension = await ExtensionServer.StartAsync(new VirtualClock());
        await using var server = await StartAsync(extension);
        await RegisterAsync(server, extension);
        var missing = await UntilAsync(server, "v1.wardle.example.com", "ServiceNotFound");
        Assert.Equal(("False", "ServiceNotFound", "service/wardle in \"default\" is not present"), Condition(missing));
        var refused = await server.GetAsync(ExtensionServer.Flunders);
        Assert.Equal((503, "service unavailable\n"), (refused.Code, refused.Text));

        await server.PostAsync("/api/v1/namespaces/default/services", """{"metadata":{"name":"wardle"},"spec":{"ports":[{"port":443,"targetPort":8443}]}}""");
        Assert.Equal("cannot find endpointslices for service/wardle in \"default\"", Condition(await UntilAsync(server, "v1.wardle.example.com", "EndpointsNotFound")).Message);
        await server.PostAsync("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", """{"metadata":{"name":"wardle-1","labels":{"kubernetes.io/service-name":"wardle"}},"addressType":"IPv4","ports":[{"name":"","port":8443}],"endpoints":[]}""");
        Assert.Equal("endpointslices for service/wardle in \"default\" have no addresses with port name \"\"", Condition(await UntilAsync(server, "v1.wardle.example.com", "MissingEndpoints")).Message);
        extension.Broken = 500;
        await server.PatchAsync("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/wardle-1", """{"endpoints":[{"addresses":["10.244.0.7"]}]}""", "application/merge-patch+json");
        var failing = Condition(await UntilAsync(server, "v1.wardle.example.com", "FailedDiscoveryCheck"));
        Assert.Matches("^failing or missing response from https://10[.][0-9.]+:443/apis/wardle.example.com/v1: bad status from https://10[.][0-9.]+:443/apis/wardle.example.com/v1: 500$", failing.Message);
        extension.Broken = 0;
        Assert.Equal(("True", "Passed", "all checks passed"), Condition(await UntilAsync(server, "v1.wardle.example.com", "Passed")));
        Assert.Equal(200, (await server.GetAsync(ExtensionServer.Flunders)).Code);
    }

    [Fact]
    public async Task Requests_are_passed_on_with_who_sends_them()
    {
        using var frontProxy = CertificateAuthority.CreateFrontProxy(new VirtualClock());
        await using var extension = await ExtensionServer.StartAsync(new VirtualClock());
        await using var server = await StartReadyAsync(extension, options => options with { Listen = new IPEndPoint(IPAddress.Loopback, 0), FrontProxyAuthority = frontProxy });
        var user = new UserInfo { Username = "jürgen", Uid = "u-1", Groups = [KnownUsers.Superusers, "devs"], Extra = new Dictionary<string, Api.ApiList<string>> { ["example.com/a b"] = ["x", "y"] } };
        using var client = new HttpClient(server.Server.CreateHandler(user)) { BaseAddress = new Uri("https://localhost") };
        client.DefaultRequestHeaders.Add("X-Remote-User", "system:admin");
        client.DefaultRequestHeaders.Add("X-Remote-Group", "system:masters");
        var created = await TestServer.SendAsync(client, "POST", ExtensionServer.Flunders, """{"apiVersion":"wardle.example.com/v1","kind":"Flunder","metadata":{"name":"a"}}""");
        Assert.Equal((201, "u"), (created.Code, created.Json["metadata", "uid"]!.AsText()));
        Assert.Equal(["a"], (await TestServer.SendAsync(client, "GET", ExtensionServer.Flunders + "?limit=500")).Names);
        Assert.Equal(404, (await TestServer.SendAsync(client, "GET", ExtensionServer.Version + "/nothing")).Code);
        var seen = extension.Asked.First();
        Assert.Equal("u-1", seen.Headers["X-Remote-Uid"]);
        Assert.Equal("system:masters,devs", seen.Headers["X-Remote-Group"].Replace(", ", ",", StringComparison.Ordinal));
        Assert.Equal("x,y", seen.Headers["X-Remote-Extra-example.com%2Fa%20b"].Replace(", ", ",", StringComparison.Ordinal));
        Assert.Equal("j\u00fcrgen", seen.Headers["X-Remote-User"]);
        Assert.Equal("CN=front-proxy-client", seen.Certificate!.Subject);
        Assert.Equal("CN=front-proxy-ca", seen.Certificate.Issuer);
        var told = (await server.GetAsync("/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication")).Json["data"]!;
        Assert.Equal(frontProxy.CertificatePem, told["requestheader-client-ca-file"]!.AsText());
        Assert.Equal("[\"front-proxy-client\"]", told["requestheader-allowed-names"]!.AsText());
    }

    [Fact]
    public async Task A_watch_streams_through_as_it_goes()
    {
        await using var extension = await ExtensionServer.StartAsync(new VirtualClock());
        await using var server = await StartReadyAsync(extension);
        await using var watch = await server.WatchAsync(ExtensionServer.Flunders + "?watch=1");
        foreach (var name in new[] { "a", "b" })
        {
            await server.PostAsync(ExtensionServer.Flunders, $$"""{"apiVersion":"wardle.example.com/v1","kind":"Flunder","metadata":{"name":"{{name}}"} }""");
            Assert.Equal($"ADDED {name}", (await watch.NextAsync())!.ToString());
        }
    }

    [Fact]
    public async Task Who_may_not_is_refused_before_anything_is_passed_on()
    {
        await using var extension = await ExtensionServer.StartAsync(new VirtualClock());
        await using var server = await StartReadyAsync(extension);
        using var client = new HttpClient(server.Server.CreateHandler(new UserInfo { Username = "bob", Groups = [KnownUsers.Authenticated] })) { BaseAddress = new Uri("https://localhost") };
        Assert.Equal(403, (await TestServer.SendAsync(client, "GET", ExtensionServer.Flunders)).Code);
        Assert.Empty(extension.Asked);
    }

    [Fact]
    public async Task A_redirect_of_the_backend_is_refused()
    {
        await using var extension = await ExtensionServer.StartAsync(new VirtualClock());
        await using var server = await StartReadyAsync(extension);
        var refused = await server.GetAsync(ExtensionServer.Version + "/elsewhere");
        Assert.Equal((502, "the backend attempted to redirect this request, which is not permitted"), (refused.Code, refused.Text));
    }

    [Fact]
    public async Task A_server_whose_certificate_is_not_believed_is_not_spoken_to()
    {
        await using var extension = await ExtensionServer.StartAsync(new VirtualClock());
        using var other = CertificateAuthority.Create(new VirtualClock());
        await using var server = await StartReadyAsync(extension, bundle: Convert.ToBase64String(Encoding.UTF8.GetBytes(other.CertificatePem)));
        var refused = await server.GetAsync(ExtensionServer.Flunders);
        Assert.Equal(503, refused.Code);
        Assert.StartsWith("error trying to reach service: tls: failed to verify the certificate of wardle.default.svc:443", refused.Text, StringComparison.Ordinal);
        Assert.Empty(extension.Asked);
        var patched = await server.PatchAsync(Services + "/v1.wardle.example.com", """{"spec":{"caBundle":null,"insecureSkipTLSVerify":true}}""", "application/merge-patch+json");
        Assert.True(patched.Code == 200, patched.Text);
        var answered = await server.GetAsync(ExtensionServer.Flunders);
        Assert.True(answered.Code == 200, answered.Text);
    }

    [Fact]
    public async Task An_upgraded_connection_goes_through_in_both_directions()
    {
        await using var extension = await ExtensionServer.StartAsync(new VirtualClock());
        await using var server = await StartReadyAsync(extension, options => options with
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Tokens = new Dictionary<string, UserInfo> { ["secret"] = new() { Username = "root", Groups = [KnownUsers.Superusers] } },
        });
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, server.Server.Address!.Port);
        await using var stream = new SslStream(socket.GetStream(), false, (_, _, _, _) => true);
        await stream.AuthenticateAsClientAsync("localhost");
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {ExtensionServer.Version}/echo HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer secret\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var text = "";
        var buffer = new byte[4096];
        while (!text.Contains("\r\n\r\n", StringComparison.Ordinal)) text += Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, limit.Token));
        Assert.StartsWith("HTTP/1.1 101 ", text, StringComparison.Ordinal);
        await stream.WriteAsync("over and out"u8.ToArray(), limit.Token);
        await stream.ReadExactlyAsync(buffer.AsMemory(0, 12), limit.Token);
        Assert.Equal("over and out", Encoding.ASCII.GetString(buffer, 0, 12));
        Assert.DoesNotContain("Authorization", extension.Asked.Single().Headers.Keys);
        Assert.Equal("root", extension.Asked.Single().Headers["X-Remote-User"]);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Discovery_has_what_other_servers_have_and_keeps_it_while_they_are_away(bool isModern)
    {
        await using var extension = await ExtensionServer.StartAsync(new VirtualClock());
        extension.IsModern = isModern;
        await using var server = await StartReadyAsync(extension, priority: 17450);
        var groups = (ListValue)(await server.GetAsync("/apis")).Json["groups"]!;
        var names = groups.Select(group => group["name"]!.AsText()).ToList();
        Assert.Equal(["apiregistration.k8s.io", "apps", "batch"], names.Where(name => name is "apiregistration.k8s.io" or "apps" or "batch"));
        Assert.Equal(names.IndexOf("autoscaling") + 1, names.IndexOf("wardle.example.com"));
        Assert.Equal("wardle.example.com/v1", (await server.GetAsync("/apis/wardle.example.com")).Json["preferredVersion", "groupVersion"]!.AsText());
        Assert.Equal("flunders", ((ListValue)(await server.GetAsync(ExtensionServer.Version)).Json["resources"]!)[0]["name"]!.AsText());
        var version = await VersionAsync(server);
        Assert.Equal(("Current", "flunders"), (version["freshness"]!.AsText(), ((ListValue)version["resources"]!)[0]["resource"]!.AsText()));

        await extension.StopAsync();
        await UntilAsync(server, "v1.wardle.example.com", "FailedDiscoveryCheck");
        version = await VersionAsync(server);
        Assert.Equal(("Stale", "flunders"), (version["freshness"]!.AsText(), ((ListValue)version["resources"]!)[0]["resource"]!.AsText()));
        await server.DeleteAsync(Services + "/v1.wardle.example.com");
        Assert.Equal(404, (await server.GetAsync("/apis/wardle.example.com")).Code);
        Assert.Equal(404, (await server.GetAsync(ExtensionServer.Version)).Code);

        static async Task<Value> VersionAsync(TestServer server) =>
            ((ListValue)((ListValue)(await server.GetAsync("/apis", NewDiscovery)).Json["items"]!).Single(group => group["metadata", "name"]!.AsText() == "wardle.example.com")["versions"]!).Single();
    }

    [Fact]
    public async Task OpenApi_has_the_documents_of_other_servers()
    {
        await using var extension = await ExtensionServer.StartAsync(new VirtualClock());
        await using var server = await StartReadyAsync(extension);
        var index = (await server.GetAsync("/openapi/v3")).Json;
        Assert.Equal("/openapi/v3/apis/wardle.example.com/v1?hash=abc", index["paths", "apis/wardle.example.com/v1", "serverRelativeURL"]!.AsText());
        Assert.NotNull(index["paths", "apis/apps/v1"]);
        var document = (await server.GetAsync("/openapi/v3/apis/wardle.example.com/v1?hash=abc")).Json;
        Assert.Equal("What a flunder is, nobody knows.", document["components", "schemas", "com.example.wardle.v1.Flunder", "description"]!.AsText());
        var swagger = (MapValue)ValueReader.Read((await server.GetAsync("/openapi/v2")).Content, new JsonLimits { MaxBytes = 64 << 20 });
        Assert.Equal("Of flunders.", swagger["definitions", "com.example.wardle.v1.Flunder", "description"]!.AsText());
        Assert.NotNull(swagger["paths", "/apis/wardle.example.com/v1/"]);
        Assert.Null(swagger["paths", "/other"]);
        var protobuf = await server.GetAsync("/openapi/v2", "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
        Assert.True(protobuf.Content.AsSpan().IndexOf("com.example.wardle.v1.Flunder"u8) > 0);
    }

    [Fact]
    public async Task A_definition_that_two_servers_tell_otherwise_gets_another_name_and_one_that_they_tell_alike_is_shared()
    {
        await using var extension = await ExtensionServer.StartAsync(new VirtualClock());
        await using var alone = await TestServer.StartAsync();
        var own = (MapValue)Swagger(await alone.GetAsync("/openapi/v2"));
        var same = own["definitions", "io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionForDiscovery"]!;
        extension.Swagger = """
            {"swagger":"2.0","info":{"title":"w","version":"v1"},
             "paths":{"/apis/wardle.example.com/v1/":{"get":{"parameters":[{"$ref":"#/parameters/pretty-tJGM1-ng"}],"responses":{"200":{"schema":{"$ref":"#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Patch"}}}}},
                      "/apis/wardle.example.com/v1/shared":{"get":{"responses":{"200":{"schema":{"$ref":"#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionForDiscovery"}}}}},
                      "/other":{"get":{"responses":{"200":{"schema":{"$ref":"#/definitions/com.example.Elsewhere"}}}}}},
             "parameters":{"pretty-tJGM1-ng":{"in":"query","name":"pretty","description":"Otherwise.","type":"string"}},
             "definitions":{
              "io.k8s.apimachinery.pkg.apis.meta.v1.Patch":{"type":"object","description":"Not the patch that others know.","properties":{"inner":{"$ref":"#/definitions/com.example.wardle.v1.Flunder"}},
               "x-kubernetes-group-version-kind":[{"group":"wardle.example.com","kind":"Patch","version":"v1"}]},
              "io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionForDiscovery":SHARED,
              "com.example.Elsewhere":{"type":"object"},
              "com.example.wardle.v1.Flunder":{"type":"object"}}}
            """.Replace("SHARED", ((MapValue)same).With("x-kubernetes-group-version-kind", ValueReader.Read("""[{"group":"wardle.example.com","kind":"Shared","version":"v1"}]""")).ToString(), StringComparison.Ordinal);
        await using var server = await StartReadyAsync(extension);
        var merged = (MapValue)Swagger(await server.GetAsync("/openapi/v2"));
        const string Patch = "io.k8s.apimachinery.pkg.apis.meta.v1.Patch";
        Assert.Equal(own["definitions", Patch], merged["definitions", Patch]);
        Assert.Equal("Not the patch that others know.", merged["definitions", Patch + "_v2", "description"]!.AsText());
        Assert.Equal("Patch", merged["definitions", Patch + "_v2", "x-kubernetes-group-version-kind"]!.AsList()![0]["kind"]!.AsText());
        var get = merged["paths", "/apis/wardle.example.com/v1/", "get"]!;
        Assert.Equal($"#/definitions/{Patch}_v2", get["responses", "200", "schema", "$ref"]!.AsText());
        var parameter = get["parameters"]!.AsList()![0]["$ref"]!.AsText()!.Split('/')[2];
        Assert.Equal("Otherwise.", merged["parameters", parameter, "description"]!.AsText());
        var shared = merged["definitions", "io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionForDiscovery"]!;
        Assert.Equal("Shared", shared["x-kubernetes-group-version-kind"]!.AsList()!.Last()["kind"]!.AsText());
        Assert.Null(merged["definitions", "io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionForDiscovery_v2"]);
        Assert.Null(merged["definitions", "com.example.Elsewhere"]);
        Assert.NotNull(merged["definitions", "com.example.wardle.v1.Flunder"]);
        Assert.Null(merged["paths", "/other"]);

        static Value Swagger(Answer answer) => ValueReader.Read(answer.Content, new JsonLimits { MaxBytes = 64 << 20 });
    }

    [Fact]
    public async Task Servers_that_hang_keep_nobody_else_waiting()
    {
        await using var extension = await ExtensionServer.StartAsync(new VirtualClock());
        await using var server = await StartAsync(extension);
        await AddBackendAsync(server);
        extension.Hangs = path => path.Contains("/apis/hanging", StringComparison.Ordinal);
        for (var i = 0; i < 10; i++) await RegisterAsync(server, extension, group: $"hanging{i}.example.com");
        await extension.UntilHangingAsync(10);

        // The clock stands still: whoever is waited for is waited for without end.
        await RegisterAsync(server, extension);
        await UntilAsync(server, async () => (await server.GetAsync(Services + "/v1.wardle.example.com")).Json["status", "conditions"] is ListValue { Count: > 0 }, turn: TimeSpan.Zero);
        Assert.Equal("Passed", Condition((await server.GetAsync(Services + "/v1.wardle.example.com")).Json).Reason);
        Assert.Equal(200, (await server.GetAsync(ExtensionServer.Flunders)).Code);
        Assert.Equal(200, (await server.GetAsync("/openapi/v2")).Code);
        Assert.Equal(503, (await server.GetAsync("/apis/hanging3.example.com/v1/things")).Code);
        var late = Condition(await UntilAsync(server, "v1.hanging3.example.com", "FailedDiscoveryCheck"));
        Assert.EndsWith("context deadline exceeded (Client.Timeout exceeded while awaiting headers)", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_front_proxy_is_believed_and_nobody_else()
    {
        using var frontProxy = CertificateAuthority.CreateFrontProxy(new VirtualClock());
        using var clients = CertificateAuthority.Create(new VirtualClock());
        await using var server = await TestServer.StartAsync(configure: options => options with { Listen = new IPEndPoint(IPAddress.Loopback, 0), Time = TimeProvider.System, Authority = clients, FrontProxyAuthority = frontProxy });
        var (code, text) = await AskAsync(frontProxy, "front-proxy-client");
        Assert.Equal((201, "anna"), (code, text["status", "userInfo", "username"]!.AsText()));
        Assert.Equal("""["devs","system:authenticated"]""", text["status", "userInfo", "groups"]!.ToString());
        Assert.Equal("""{"example.com/scope":["a"]}""", text["status", "userInfo", "extra"]!.ToString());
        Assert.Equal(401, (await AskAsync(frontProxy, "somebody")).Code);
        Assert.Equal("front-proxy-client", (await AskAsync(clients, "front-proxy-client")).Answer["status", "userInfo", "username"]!.AsText());

        async Task<(int Code, MapValue Answer)> AskAsync(CertificateAuthority authority, string name)
        {
            using var certificate = authority.IssueClient(name, [], new VirtualClock());
            using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true, ClientCertificates = [certificate] } };
            using var client = new HttpClient(handler) { BaseAddress = server.Server.Address };
            client.DefaultRequestHeaders.Add("X-Remote-User", "anna");
            client.DefaultRequestHeaders.Add("X-Remote-Group", "devs");
            client.DefaultRequestHeaders.Add("X-Remote-Extra-Example.com%2Fscope", "a");
            var answer = await TestServer.SendAsync(client, "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", """{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}""");
            return (answer.Code, answer.Json);
        }
    }

    private static (string Status, string Reason, string Message) Condition(MapValue service)
    {
        var condition = ((ListValue)service["status", "conditions"]!).Single();
        return (condition["status"]!.AsText()!, condition["reason"]!.AsText()!, condition["message"]!.AsText()!);
    }

    private static Task<TestServer> StartAsync(ExtensionServer extension, Func<ApiServerOptions, ApiServerOptions>? configure = null) =>
        TestServer.StartAsync(configure: options => (configure?.Invoke(options) ?? options) with { Nodes = extension.Access });

    private static async Task<TestServer> StartReadyAsync(ExtensionServer extension, Func<ApiServerOptions, ApiServerOptions>? configure = null, string? bundle = null, int priority = 1000)
    {
        var server = await StartAsync(extension, configure);
        await AddBackendAsync(server);
        await RegisterAsync(server, extension, bundle, priority);
        await UntilAsync(server, "v1.wardle.example.com", "Passed");
        return server;
    }

    private static async Task AddBackendAsync(TestServer server)
    {
        await server.PostAsync("/api/v1/namespaces/default/services", """{"metadata":{"name":"wardle"},"spec":{"ports":[{"port":443,"targetPort":8443}]}}""");
        await server.PostAsync("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", """{"metadata":{"name":"wardle-1","labels":{"kubernetes.io/service-name":"wardle"}},"addressType":"IPv4","ports":[{"name":"","port":8443}],"endpoints":[{"addresses":["10.244.0.7"]}]}""");
    }

    private static async Task RegisterAsync(TestServer server, ExtensionServer extension, string? bundle = null, int priority = 1000, string group = "wardle.example.com")
    {
        var registered = await server.PostAsync(Services, $$$"""
            {"metadata":{"name":"v1.{{{group}}}"},"spec":{"group":"{{{group}}}","version":"v1","groupPriorityMinimum":{{{priority}}},"versionPriority":15,
            "service":{"namespace":"default","name":"wardle"},"caBundle":"{{{bundle ?? extension.Bundle}}}"}}
            """);
        Assert.Equal(201, registered.Code);
    }

    private static async Task<MapValue> UntilAsync(TestServer server, string name, string reason)
    {
        MapValue? last = null;
        await UntilAsync(server, async () => (last = (await server.GetAsync($"{Services}/{name}")).Json)["status", "conditions"] is ListValue { Count: > 0 } conditions && conditions[0]["reason"]?.AsText() == reason);
        return last!;
    }

    /// <summary>Looks again and again, and turns the clock on a little each time: checks wait for it, and answers come over real sockets.</summary>
    private static async Task UntilAsync(TestServer server, Func<Task<bool>> condition, TimeSpan? turn = null)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (!await condition())
        {
            await Task.Delay(5, limit.Token);
            server.Clock.Advance(turn ?? TimeSpan.FromMilliseconds(100));
        }
    }
}
