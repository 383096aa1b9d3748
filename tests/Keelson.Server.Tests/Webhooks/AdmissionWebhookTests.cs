using System.Net.Sockets;
using System.Text;
using Keelson.Api.Values;
using Keelson.Server.Nodes;

namespace Keelson.Server.Tests.Webhooks;

public sealed class AdmissionWebhookTests
{
    private const string Group = "/apis/admissionregistration.k8s.io/v1/";
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string EveryMap = """[{"apiGroups":[""],"apiVersions":["v1"],"operations":["*"],"resources":["configmaps"]}]""";

    [Fact]
    public async Task A_webhook_that_says_no_refuses_the_write_in_its_own_words()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        hook.Answer = (_, _) => """ "allowed":false,"status":{"code":403,"reason":"Forbidden","message":"not today"},"warnings":["look out"] """;
        await RegisterAsync(server, hook, "validating", "no.example.com");
        var refused = await server.CreateMapAsync("a");
        Assert.Equal(403, refused.Code);
        Assert.Equal("admission webhook \"no.example.com\" denied the request: not today", refused.Message);
        Assert.Equal(["299 - \"look out\""], refused.Warnings);
        Assert.Equal(404, (await server.GetAsync(Maps + "/a")).Code);
        hook.Answer = (_, _) => "\"allowed\":false";
        var silent = await server.CreateMapAsync("a");
        Assert.Equal((400, "admission webhook \"no.example.com\" denied the request without explanation"), (silent.Code, silent.Message));
        hook.Answer = (_, _) => """ "allowed":false,"status":{"code":200,"status":"Success","reason":"Forbidden"} """;
        var reasoned = await server.CreateMapAsync("a");
        Assert.Equal((400, "Failure", "admission webhook \"no.example.com\" denied the request: Forbidden"), (reasoned.Code, reasoned.Json["status"]!.AsText(), reasoned.Message));
    }

    [Fact]
    public async Task The_review_says_who_does_what_to_which_object()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        await RegisterAsync(server, hook, "validating", "see.example.com");
        await server.CreateMapAsync("a", data: """{"k":"v"}""");
        await server.PatchAsync(Maps + "/a", """{"data":{"k":"w"}}""", "application/merge-patch+json");
        await server.DeleteAsync(Maps + "/a");
        var asked = hook.Asked.Select(item => item.Review["request"]!.AsMap()!).ToList();
        Assert.Equal(["CREATE", "UPDATE", "DELETE"], asked.Select(request => request["operation"]!.AsText()));
        Assert.All(asked, request => Assert.Equal("""{"group":"","version":"v1","kind":"ConfigMap"}""", request["kind"]!.ToString()));
        Assert.All(asked, request => Assert.Equal("default", request["namespace"]!.AsText()));
        Assert.Equal("system:apiserver", asked[0]["userInfo", "username"]!.AsText());
        Assert.Equal("v", asked[0]["object", "data", "k"]!.AsText());
        Assert.Equal("ConfigMap", asked[0]["object", "kind"]!.AsText());
        Assert.True(asked[0]["oldObject"] is null or NullValue);
        Assert.Equal("w", asked[1]["object", "data", "k"]!.AsText());
        Assert.Equal("v", asked[1]["oldObject", "data", "k"]!.AsText());
        Assert.Equal("PatchOptions", asked[1]["options", "kind"]!.AsText());
        Assert.True(asked[2]["object"] is null or NullValue);
        Assert.Equal("w", asked[2]["oldObject", "data", "k"]!.AsText());
        Assert.Equal("DeleteOptions", asked[2]["options", "kind"]!.AsText());
    }

    [Fact]
    public async Task Webhooks_change_what_is_stored_one_after_another()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        hook.Answer = (path, review) => path == "/first"
            ? Patch("""[{"op":"add","path":"/data","value":{"trail":"first"}}]""")
            : Patch($$"""[{"op":"replace","path":"/data/trail","value":"{{review["request", "object", "data", "trail"]!.AsText()}} second"}]""");
        await RegisterAsync(server, hook, "mutating", "b.example.com", path: "second", name: "b");
        await RegisterAsync(server, hook, "mutating", "a.example.com", path: "first", name: "a");
        var created = await server.PostAsync(Maps, """{"metadata":{"name":"m"}}""");
        Assert.Equal(201, created.Code);
        Assert.Equal("first second", created.Json["data", "trail"]!.AsText());
        Assert.Equal(created.Text, (await server.GetAsync(Maps + "/m")).Text);
    }

    [Fact]
    public async Task Who_wants_to_sees_again_what_came_after_it()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        hook.Answer = (path, review) => path switch
        {
            "/late" when review["request", "object", "data", "late"] is null => Patch("""[{"op":"add","path":"/data/late","value":"yes"}]"""),
            "/early" when review["request", "object", "data", "late"] is not null => Patch("""[{"op":"add","path":"/data/saw","value":"it"}]"""),
            _ => "\"allowed\":true",
        };
        await RegisterAsync(server, hook, "mutating", "a.example.com", path: "early", name: "a", more: "\"reinvocationPolicy\":\"IfNeeded\",");
        await RegisterAsync(server, hook, "mutating", "b.example.com", path: "late", name: "b");
        var created = await server.CreateMapAsync("m", data: """{"k":"v"}""");
        Assert.Equal("it", created.Json["data", "saw"]!.AsText());
        Assert.Equal(["/early", "/late", "/early"], hook.Asked.Select(item => item.Path));
    }

    [Fact]
    public async Task A_container_that_a_webhook_adds_finds_its_token_too()
    {
        await using var server = await TestServer.StartAsync(configure: options => options with { DisabledAdmissionPlugins = [] });
        await using var hook = await HookServer.StartAsync(server.Clock);
        await server.PostAsync("/api/v1/namespaces/default/serviceaccounts", """{"metadata":{"name":"default"}}""");
        hook.Answer = (_, _) => Patch("""[{"op":"add","path":"/spec/containers/-","value":{"name":"side","image":"i"}}]""");
        await RegisterAsync(server, hook, "mutating", "a.example.com", rules: EveryMap.Replace("configmaps", "pods", StringComparison.Ordinal));
        var pod = await server.PostAsync("/api/v1/namespaces/default/pods", """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
        Assert.Equal(201, pod.Code);
        Assert.Single(pod.Json["spec", "containers"]!.AsList()![1]["volumeMounts"]!.AsList()!);
    }

    [Fact]
    public async Task A_webhook_that_is_not_there_refuses_or_is_passed_over_as_it_says()
    {
        await using var server = await TestServer.StartAsync();
        int port;
        await using (var hook = await HookServer.StartAsync(server.Clock))
        {
            port = hook.Port;
            await RegisterAsync(server, hook, "validating", "gone.example.com");
        }

        var refused = await server.CreateMapAsync("a");
        Assert.Equal(500, refused.Code);
        Assert.Equal("InternalError", refused.Reason);
        Assert.Equal(
            $"Internal error occurred: failed calling webhook \"gone.example.com\": failed to call webhook: Post \"https://127.0.0.1:{port}/?timeout=10s\": dial tcp 127.0.0.1:{port}: connect: connection refused",
            refused.Message);
        await server.PatchAsync(Group + "validatingwebhookconfigurations/hooks", """[{"op":"replace","path":"/webhooks/0/failurePolicy","value":"Ignore"}]""", "application/json-patch+json");
        Assert.Equal(201, (await server.CreateMapAsync("a")).Code);
        var metrics = (await server.GetAsync("/metrics")).Text;
        Assert.Contains("apiserver_admission_webhook_fail_open_count{name=\"gone.example.com\",type=\"validating\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("apiserver_admission_webhook_rejection_count{name=\"gone.example.com\",type=\"validating\",operation=\"CREATE\",error_type=\"calling_webhook_error\",rejection_code=\"0\"} 1", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_whose_certificate_somebody_else_signed_is_not_believed()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        await using var other = await HookServer.StartAsync(server.Clock);
        await RegisterAsync(server, hook, "validating", "a.example.com", bundle: other.Bundle);
        var refused = await server.CreateMapAsync("a");
        Assert.Equal(500, refused.Code);
        Assert.Contains("failed to verify certificate", refused.Message, StringComparison.Ordinal);
        Assert.Empty(hook.Asked);
    }

    [Theory]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"other","allowed":true}}""", "expected response.uid=")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}""", "webhook response was absent")]
    [InlineData("nonsense", "received invalid webhook response: ")]
    public async Task An_answer_that_is_none_refuses_the_write(string answer, string why)
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        hook.Whole = _ => answer;
        await RegisterAsync(server, hook, "validating", "a.example.com");
        var refused = await server.CreateMapAsync("a");
        Assert.Equal(500, refused.Code);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Selectors_keep_webhooks_to_what_they_are_for()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        await server.PostAsync("/api/v1/namespaces", """{"metadata":{"name":"watched","labels":{"watched":"yes"}}}""");
        await RegisterAsync(
            server, hook, "validating", "a.example.com",
            more: """ "namespaceSelector":{"matchLabels":{"watched":"yes"}},"objectSelector":{"matchExpressions":[{"key":"skip","operator":"DoesNotExist"}]}, """);
        await server.CreateMapAsync("elsewhere");
        Assert.Empty(hook.Asked);
        await server.PostAsync("/api/v1/namespaces/watched/configmaps", """{"metadata":{"name":"skipped","labels":{"skip":"me"}}}""");
        Assert.Empty(hook.Asked);
        await server.PostAsync("/api/v1/namespaces/watched/configmaps", """{"metadata":{"name":"seen"}}""");
        Assert.Single(hook.Asked);
    }

    [Fact]
    public async Task A_dry_run_asks_only_webhooks_that_do_nothing_else()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        await RegisterAsync(server, hook, "validating", "a.example.com");
        Assert.Equal(201, (await server.PostAsync(Maps + "?dryRun=All", """{"metadata":{"name":"a"}}""")).Code);
        Assert.Equal("true", hook.Asked.Single().Review["request", "dryRun"]!.ToString());
    }

    [Fact]
    public async Task A_mutating_webhook_is_asked_about_a_deletion_and_may_refuse_it()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        await server.CreateMapAsync("a");
        hook.Answer = (_, _) => """ "allowed":false,"status":{"message":"it stays"} """;
        await RegisterAsync(server, hook, "mutating", "keep.example.com");
        Assert.Equal("admission webhook \"keep.example.com\" denied the request: it stays", (await server.DeleteAsync(Maps + "/a")).Message);
        Assert.Equal("DELETE", hook.Asked.Single().Review["request", "operation"]!.AsText());
        hook.Answer = (_, _) => Patch("""[{"op":"add","path":"/data","value":{}}]""");
        Assert.Equal("Internal error occurred: admission webhook \"keep.example.com\" attempted to modify the object, which is not supported for this operation", (await server.DeleteAsync(Maps + "/a")).Message);
        hook.Answer = (_, _) => "\"allowed\":true";
        Assert.Equal(200, (await server.DeleteAsync(Maps + "/a")).Code);
    }

    [Fact]
    public async Task A_webhook_that_knows_the_older_review_only_is_asked_in_it()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        hook.Whole = _ => $$"""{"response":{"allowed":true,"patch":"{{Convert.ToBase64String("""[{"op":"add","path":"/data","value":{"k":"v"}}]"""u8)}}"} }""";
        await RegisterAsync(server, hook, "mutating", "old.example.com", versions: "\"v9\",\"v1beta1\",\"v1\"");
        var made = await server.CreateMapAsync("a");
        Assert.True(made.Code == 201, made.Text);
        Assert.Equal("v", made.Json["data", "k"]!.AsText());
        Assert.Equal("admission.k8s.io/v1beta1", hook.Asked.Single().Review["apiVersion"]!.AsText());
    }

    [Fact]
    public async Task A_patch_that_is_none_is_no_answer()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        hook.Answer = (_, _) => Patch("""{"op":"add"}""");
        await RegisterAsync(server, hook, "mutating", "strange.example.com");
        var refused = await server.CreateMapAsync("a");
        Assert.Equal(500, refused.Code);
        Assert.StartsWith("Internal error occurred: failed calling webhook \"strange.example.com\": received undecodable patch in webhook response: ", refused.Message, StringComparison.Ordinal);
        await server.PatchAsync(Group + "mutatingwebhookconfigurations/hooks", """[{"op":"replace","path":"/webhooks/0/failurePolicy","value":"Ignore"}]""", "application/json-patch+json");
        Assert.Equal(201, (await server.CreateMapAsync("a")).Code);
        hook.Answer = (_, _) => Patch("[]");
        Assert.Equal(200, (await server.DeleteAsync(Maps + "/a")).Code);
    }

    [Fact]
    public async Task Warnings_are_cut_when_they_get_too_long_together()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        var warnings = Enumerable.Range(0, 40).Select(i => $"{i}-{new string('ü', 996)}").ToList();
        hook.Answer = (_, _) => $"\"allowed\":true,\"warnings\":[{string.Join(',', warnings.Take(4).Append("0-" + new string('ü', 996)).Select(text => $"\"{text}\""))}]";
        await RegisterAsync(server, hook, "validating", "wordy.example.com");
        Assert.Equal(warnings.Take(4).Select(text => $"299 - \"{text}\""), (await server.CreateMapAsync("a")).Warnings);
        hook.Answer = (_, _) => $"\"allowed\":true,\"warnings\":[{string.Join(',', warnings.Select(text => $"\"{text}\""))}]";
        Assert.Equal(warnings.Take(16).Select(text => $"299 - \"{text[..256]}\""), (await server.CreateMapAsync("b")).Warnings);
    }

    [Fact]
    public async Task A_warning_may_be_in_any_language_over_a_socket_too()
    {
        await using var server = await TestServer.StartListeningAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        hook.Answer = (_, _) => "\"allowed\":true,\"warnings\":[\"Vorsicht, Stufe höher 🪜\"]";
        await RegisterAsync(server, hook, "validating", "foreign.example.com");
        var made = await TestServer.SendAsync(server.Remote!, "POST", Maps, """{"metadata":{"name":"a"}}""");
        Assert.True(made.Code == 201, made.Text);
        Assert.Equal("299 - \"Vorsicht, Stufe höher 🪜\"", Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(Assert.Single(made.Warnings))));
    }

    [Fact]
    public async Task A_webhook_changes_nothing_that_the_request_itself_could_not()
    {
        const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
        await using var server = await TestServer.StartAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        hook.Answer = (_, review) => review["request", "subResource"]?.AsText() switch
        {
            "status" => Patch("""[{"op":"replace","path":"/spec/replicas","value":9},{"op":"add","path":"/status/observedGeneration","value":5}]"""),
            _ when review["request", "operation"]!.AsText() == "CREATE" =>
                Patch("""[{"op":"add","path":"/metadata/uid","value":"mine"},{"op":"add","path":"/metadata/generation","value":7},{"op":"add","path":"/status","value":{"replicas":3}},{"op":"add","path":"/spec/paused","value":true}]"""),
            _ => Patch("""[{"op":"replace","path":"/spec/replicas","value":2},{"op":"add","path":"/status","value":{"replicas":3}}]"""),
        };
        await RegisterAsync(server, hook, "mutating", "bold.example.com", rules: """[{"apiGroups":["apps"],"apiVersions":["v1"],"operations":["*"],"resources":["deployments","deployments/status"]}]""");
        var made = await server.PostAsync(Deployments, """
            {"metadata":{"name":"web"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"a","image":"i"}]}}}}
            """);
        Assert.True(made.Code == 201, made.Text);
        Assert.NotEqual("mine", made.Json["metadata", "uid"]!.AsText());
        Assert.Equal((1, "true", "{}"), (made.Json["metadata", "generation"]!.AsInteger(), made.Json["spec", "paused"]!.ToString(), made.Json["status"]!.ToString()));

        // What a webhook makes of a change counts as one, also where the client changed no more than a label.
        var changed = await server.PatchAsync(Deployments + "/web", """{"metadata":{"labels":{"x":"y"}}}""", "application/merge-patch+json");
        Assert.Equal((2, 2, "{}"), (changed.Json["metadata", "generation"]!.AsInteger(), changed.Json["spec", "replicas"]!.AsInteger(), changed.Json["status"]!.ToString()));
        var status = await server.PatchAsync(Deployments + "/web/status", """{"status":{"readyReplicas":0,"replicas":1}}""", "application/merge-patch+json");
        Assert.True(status.Code == 200, status.Text);
        Assert.Equal((2, 2, 5), (status.Json["metadata", "generation"]!.AsInteger(), status.Json["spec", "replicas"]!.AsInteger(), status.Json["status", "observedGeneration"]!.AsInteger()));
    }

    [Fact]
    public async Task A_webhook_moves_nothing_to_another_namespace()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        hook.Answer = (_, _) => Patch("""[{"op":"replace","path":"/metadata/namespace","value":"kube-system"}]""");
        await RegisterAsync(server, hook, "mutating", "mover.example.com");
        var refused = await server.CreateMapAsync("a");
        Assert.Equal((400, "the namespace of the provided object does not match the namespace sent on the request"), (refused.Code, refused.Message));
    }

    [Fact]
    public async Task No_webhook_stands_between_the_user_and_the_webhooks()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        hook.Answer = (_, _) => "\"allowed\":false";
        await RegisterAsync(server, hook, "validating", "all.example.com", rules: """[{"apiGroups":["*"],"apiVersions":["*"],"operations":["*"],"resources":["*/*"]}]""");
        Assert.Equal(400, (await server.CreateMapAsync("a")).Code);
        Assert.Equal(200, (await server.DeleteAsync(Group + "validatingwebhookconfigurations/hooks")).Code);
        Assert.Equal(201, (await server.CreateMapAsync("a")).Code);
    }

    [Fact]
    public async Task A_service_is_reached_through_its_endpoints()
    {
        HookServer? hook = null;
        var dialed = new List<string>();
        await using var server = await TestServer.StartAsync(configure: options => options with
        {
            Nodes = new NodeAccess
            {
                Dial = async (host, port, cancel) =>
                {
                    dialed.Add($"{host}:{port}");
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    await socket.ConnectAsync("127.0.0.1", hook!.Port, cancel);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            },
        });
        hook = await HookServer.StartAsync(server.Clock);
        await using var owned = hook;
        await RegisterAsync(server, hook, "validating", "a.example.com", client: """ "service":{"namespace":"default","name":"hook","path":"/check","port":8443} """);
        Assert.EndsWith("Post \"https://hook.default.svc:8443/check?timeout=10s\": service \"hook\" not found", (await server.CreateMapAsync("a")).Message, StringComparison.Ordinal);
        await server.PostAsync("/api/v1/namespaces/default/services", """{"metadata":{"name":"hook"},"spec":{"ports":[{"port":8443,"targetPort":9443}]}}""");
        Assert.EndsWith("no endpoints available for service \"hook\"", (await server.CreateMapAsync("a")).Message, StringComparison.Ordinal);
        await server.PostAsync("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", """
            {"metadata":{"name":"hook-1","labels":{"kubernetes.io/service-name":"hook"}},"addressType":"IPv4","ports":[{"name":"","port":9443}],"endpoints":[{"addresses":["10.244.0.7"]}]}
            """);
        Assert.Equal(201, (await server.CreateMapAsync("a")).Code);
        Assert.Equal(["10.244.0.7:9443"], dialed);
        Assert.Equal("/check", hook.Asked.Single().Path);
    }

    [Fact]
    public async Task A_webhook_is_asked_only_about_what_meets_its_conditions()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        var refused = await RegisterAsync(server, hook, "validating", "a.example.com", more: """ "matchConditions":[{"name":"c","expression":"object.x =="}], """, expected: 422);
        Assert.Contains("webhooks[0].matchConditions[0].expression: Invalid value: \"object.x ==\": compilation failed: ERROR: <input>:1:12: Syntax error", refused.Message, StringComparison.Ordinal);
        await RegisterAsync(server, hook, "validating", "a.example.com", more: """
            "matchConditions":[{"name":"name","expression":"object.metadata.name != 'quiet'"},{"name":"label","expression":"object.metadata.name == 'quiet' || object.metadata.labels.asked == 'yes'"}],
            """);
        Assert.Equal(201, (await server.CreateMapAsync("quiet")).Code);
        Assert.Empty(hook.Asked);
        Assert.Equal(201, (await server.CreateMapAsync("a", """{"asked":"yes"}""")).Code);
        Assert.Single(hook.Asked);
        var broken = await server.CreateMapAsync("b", """{"other":"yes"}""");
        Assert.Equal(403, broken.Code);
        Assert.EndsWith("resulted in error: no such key: asked", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_change_an_object_sees_no_generated_name_and_who_may_refuse_it_does()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        await RegisterAsync(server, hook, "mutating", "m.example.com", path: "mutating", name: "m");
        await RegisterAsync(server, hook, "validating", "v.example.com", path: "validating", name: "v");
        var created = await server.PostAsync(Maps, """{"metadata":{"generateName":"web-"}}""");
        Assert.Equal(201, created.Code);
        var name = created.Json["metadata", "name"]!.AsText()!;
        Assert.StartsWith("web-", name, StringComparison.Ordinal);
        var asked = hook.Asked.Select(item => (item.Path, Name: item.Review["request", "name"]?.AsText(), Object: item.Review["request", "object", "metadata", "name"]?.AsText())).ToList();
        Assert.Equal("/mutating", asked[0].Path);
        Assert.True(string.IsNullOrEmpty(asked[0].Name) && string.IsNullOrEmpty(asked[0].Object), asked[0].ToString());
        Assert.Equal(("/validating", name, name), asked[1]);

        // A name that a webhook gives is the name.
        hook.Answer = (path, _) => path == "/mutating" ? Patch("""[{"op":"add","path":"/metadata/name","value":"mine"}]""") : "\"allowed\":true";
        Assert.Equal("mine", (await server.PostAsync(Maps, """{"metadata":{"generateName":"web-"}}""")).Json["metadata", "name"]!.AsText());
        hook.Answer = (path, _) => "\"allowed\":true";
        var refused = await server.PostAsync("/api/v1/namespaces/default/pods", """{"metadata":{"generateName":"web-"},"spec":{"priorityClassName":"none","containers":[{"name":"c","image":"i"}]}}""");
        Assert.Equal((403, "pods \"web-\" is forbidden: no PriorityClass with name none was found"), (refused.Code, refused.Message));
    }

    [Fact]
    public async Task Reviews_are_creations_that_webhooks_are_asked_about()
    {
        await using var server = await TestServer.StartAsync();
        await using var hook = await HookServer.StartAsync(server.Clock);
        const string Reviews = """[{"apiGroups":["authorization.k8s.io","authentication.k8s.io"],"apiVersions":["v1"],"operations":["CREATE"],"resources":["*"],"scope":"*"}]""";
        await RegisterAsync(server, hook, "mutating", "m.example.com", path: "mutating", name: "m", rules: Reviews);
        await RegisterAsync(server, hook, "validating", "v.example.com", path: "validating", name: "v", rules: Reviews);
        const string Asks = """{"spec":{"user":"alice","resourceAttributes":{"verb":"get","resource":"pods"}}}""";
        hook.Answer = (path, _) => path == "/mutating" ? Patch("""[{"op":"replace","path":"/spec/user","value":"bob"}]""") : "\"allowed\":true";
        var answered = await server.PostAsync("/apis/authorization.k8s.io/v1/subjectaccessreviews", Asks);
        Assert.Equal((201, "bob"), (answered.Code, answered.Json["spec", "user"]!.AsText()));
        Assert.Equal(["/mutating", "/validating"], hook.Asked.Select(item => item.Path));
        Assert.Equal("SubjectAccessReview", hook.Asked.First().Review["request", "kind", "kind"]!.AsText());
        hook.Answer = (path, _) => path == "/mutating" ? "\"allowed\":true" : """ "allowed":false,"status":{"message":"do not ask"} """;
        var refused = await server.PostAsync("/apis/authentication.k8s.io/v1/tokenreviews", """{"spec":{"token":"x"}}""");
        Assert.Equal((400, "admission webhook \"v.example.com\" denied the request: do not ask"), (refused.Code, refused.Message));

        // Policies have no say in them, and a namespace that is not there is asked about all the same.
        await server.DeleteAsync(Group + "validatingwebhookconfigurations/v");
        await server.PostAsync(Group + "validatingadmissionpolicies", """
            {"metadata":{"name":"p"},"spec":{"matchConstraints":{"resourceRules":[{"apiGroups":["*"],"apiVersions":["*"],"operations":["*"],"resources":["*"]}]},"validations":[{"expression":"false"}]}}
            """);
        await server.PostAsync(Group + "validatingadmissionpolicybindings", """{"metadata":{"name":"b"},"spec":{"policyName":"p","validationActions":["Deny"]}}""");
        Assert.Equal(422, (await server.CreateMapAsync("m")).Code);
        var local = await server.PostAsync("/apis/authorization.k8s.io/v1/namespaces/nowhere/localsubjectaccessreviews", """{"metadata":{"namespace":"nowhere"},"spec":{"user":"alice","resourceAttributes":{"namespace":"nowhere","verb":"get","resource":"pods"}}}""");
        Assert.True(local.Code == 201, local.Text);
    }

    private static string Patch(string operations) => $"\"allowed\":true,\"patchType\":\"JSONPatch\",\"patch\":\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(operations))}\"";

    private static async Task<Answer> RegisterAsync(
        TestServer server, HookServer hook, string type, string webhook, string path = "", string name = "hooks", string more = "", string rules = EveryMap, string? bundle = null, string? client = null, int expected = 201, string versions = "\"v1\"")
    {
        client ??= $"\"url\":\"https://127.0.0.1:{hook.Port}/{path}\"";
        var registered = await server.PostAsync($"{Group}{type}webhookconfigurations", $$$"""
            {"metadata":{"name":"{{{name}}}"},"webhooks":[{"name":"{{{webhook}}}","clientConfig":{{{{client}}},"caBundle":"{{{bundle ?? hook.Bundle}}}"},
            "rules":{{{rules}}},{{{more}}}"sideEffects":"None","admissionReviewVersions":[{{{versions}}}]}]}
            """);
        Assert.Equal(expected, registered.Code);
        return registered;
    }
}
