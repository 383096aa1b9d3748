using System.Collections.Concurrent;
using System.Text;
using Keelson.Api.Authentication.V1;
using Keelson.Api.Values;
using Keelson.Server.Audit;

namespace Keelson.Server.Tests.Audit;

/// <summary>What a server writes down of what is asked of it.</summary>
public sealed class AuditTests
{
    [Fact]
    public async Task A_request_is_written_down_when_it_comes_and_when_it_is_answered()
    {
        var log = new Events();
        await using var server = await StartAsync(log, "rules:\n- level: Metadata\n  resources: [{group: \"\", resources: [configmaps]}]");
        log.Clear();

        Assert.Equal(201, (await server.CreateMapAsync("a")).Code);
        await log.UntilAsync(2);

        Assert.Equal(["RequestReceived", "ResponseComplete"], log.All.Select(entry => entry["stage"]?.AsText()));
        var last = log.All[^1];
        Assert.Equal("audit.k8s.io/v1", last["apiVersion"]?.AsText());
        Assert.Equal("Event", last["kind"]?.AsText());
        Assert.Equal("Metadata", last["level"]?.AsText());
        Assert.Equal("create", last["verb"]?.AsText());
        Assert.Equal("/api/v1/namespaces/default/configmaps", last["requestURI"]?.AsText());
        Assert.Equal("""{"resource":"configmaps","namespace":"default","name":"a","apiVersion":"v1"}""", last["objectRef"]?.ToString());
        Assert.Equal(201, last["responseStatus", "code"]?.AsInteger());
        Assert.Equal("allow", last["annotations", "authorization.k8s.io/decision"]?.AsText());
        Assert.Null(last["requestObject"]);
        Assert.Equal(log.All[0]["auditID"], last["auditID"]);
    }

    [Fact]
    public async Task At_its_level_the_objects_are_written_down_too()
    {
        var log = new Events();
        await using var server = await StartAsync(log, "omitStages: [RequestReceived]\nrules:\n- level: RequestResponse\n  resources: [{group: \"\", resources: [configmaps]}]\n  omitManagedFields: true");
        log.Clear();

        // An answer is there before it is written down; one after the other, so that the order is known.
        await server.CreateMapAsync("a", data: """{"k":"v"}""");
        await log.UntilAsync(1);
        await server.PatchAsync("/api/v1/namespaces/default/configmaps/a", """
            { "data": {"k": "w"} }
            """, "application/merge-patch+json");
        await log.UntilAsync(2);
        await server.GetAsync("/api/v1/namespaces/default/configmaps");
        await log.UntilAsync(3);
        await server.DeleteAsync("/api/v1/namespaces/default/configmaps/a", """{"gracePeriodSeconds":0}""");
        await log.UntilAsync(4);

        Assert.Equal("v", log.All[0]["requestObject", "data", "k"]?.AsText());
        Assert.Equal("a", log.All[0]["responseObject", "metadata", "name"]?.AsText());
        Assert.Null(log.All[0]["responseObject", "metadata", "managedFields"]);
        Assert.Equal("""{"data":{"k":"w"}}""", log.All[1]["requestObject"]?.ToString());
        Assert.Equal("w", log.All[1]["responseObject", "data", "k"]?.AsText());
        Assert.Equal("ConfigMapList", log.All[2]["responseObject", "kind"]?.AsText());
        Assert.Single(log.All[2]["responseObject", "items"]!.AsList()!);
        Assert.Equal(0, log.All[3]["requestObject", "gracePeriodSeconds"]?.AsInteger());
    }

    [Fact]
    public async Task What_policies_and_webhooks_want_noted_is_written_down()
    {
        var log = new Events();
        await using var server = await StartAsync(log, "omitStages: [RequestReceived]\nrules:\n- level: Metadata\n  resources: [{group: \"\", resources: [configmaps]}]");
        await using var hook = await Webhooks.HookServer.StartAsync(server.Clock);
        const string Group = "/apis/admissionregistration.k8s.io/v1/";
        hook.Answer = (_, _) => $"\"allowed\":true,\"auditAnnotations\":{{\"seen\":\"yes\"}},\"patchType\":\"JSONPatch\",\"patch\":\"{Convert.ToBase64String("""[{"op":"add","path":"/data","value":{"k":"v"}}]"""u8)}\"";
        await server.PostAsync(Group + "mutatingwebhookconfigurations", $$$"""
            {"metadata":{"name":"hooks"},"webhooks":[{"name":"a.example.com","clientConfig":{"url":"https://127.0.0.1:{{{hook.Port}}}/","caBundle":"{{{hook.Bundle}}}"},"rules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["configmaps"]}],
             "sideEffects":"None","admissionReviewVersions":["v1"]},{"name":"b.example.com","failurePolicy":"Ignore","clientConfig":{"url":"https://127.0.0.1:{{{hook.Port}}}/","caBundle":""},"rules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["configmaps"]}],
             "sideEffects":"None","admissionReviewVersions":["v1"]}]}
            """);
        await server.PostAsync(Group + "validatingadmissionpolicies", """
            {"metadata":{"name":"p"},"spec":{"matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["*"],"resources":["configmaps"]}]},
             "validations":[{"expression":"true"},{"expression":"false","message":"never"}],"auditAnnotations":[{"key":"size","valueExpression":"string(object.data.size())"},{"key":"none","valueExpression":"null"}]}}
            """);
        await server.PostAsync(Group + "validatingadmissionpolicybindings", """{"metadata":{"name":"b"},"spec":{"policyName":"p","validationActions":["Audit"]}}""");
        log.Clear();
        Assert.Equal(201, (await server.CreateMapAsync("a")).Code);
        var notes = log.All[^1]["annotations"]!;
        Assert.Equal("yes", notes["a.example.com/seen"]?.AsText());
        Assert.Equal("""{"configuration":"hooks","webhook":"a.example.com","mutated":true}""", notes["mutation.webhook.admission.k8s.io/round_0_index_0"]?.AsText());
        Assert.Equal("""{"configuration":"hooks","webhook":"b.example.com","mutated":false}""", notes["mutation.webhook.admission.k8s.io/round_0_index_1"]?.AsText());
        Assert.Equal("b.example.com", notes["failed-open.mutation.webhook.admission.k8s.io/round_0_index_1"]?.AsText());
        Assert.Equal("1", notes["p/size"]?.AsText());
        Assert.Null(notes["p/none"]);
        Assert.Equal("""[{"message":"never","policy":"p","binding":"b","expressionIndex":1,"validationActions":["Audit"]}]""", notes["validation.policy.admission.k8s.io/validation_failure"]?.AsText());
    }

    [Fact]
    public async Task What_a_webhook_changed_is_written_down_where_objects_are()
    {
        foreach (var level in (string[])["Metadata", "Request"])
        {
            var log = new Events();
            await using var server = await StartAsync(log, $"omitStages: [RequestReceived]\nrules:\n- level: {level}\n  resources: [{{group: \"\", resources: [configmaps]}}]");
            await using var hook = await Webhooks.HookServer.StartAsync(server.Clock);
            hook.Answer = (path, review) => review["request", "object", "metadata", "name"]?.AsText() == "a"
                ? $"\"allowed\":true,\"patchType\":\"JSONPatch\",\"patch\":\"{Convert.ToBase64String("""[{"op":"add","path":"/data","value":{"k":"v"}}]"""u8)}\""
                : "\"allowed\":true";
            await server.PostAsync("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations", $$$"""
                {"metadata":{"name":"hooks"},"webhooks":[{"name":"a.example.com","clientConfig":{"url":"https://127.0.0.1:{{{hook.Port}}}/","caBundle":"{{{hook.Bundle}}}"},"rules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["*"],"resources":["configmaps"]}],
                 "sideEffects":"None","admissionReviewVersions":["v1"]}]}
                """);
            log.Clear();
            Assert.Equal(201, (await server.CreateMapAsync("a")).Code);
            await log.UntilAsync(1);
            Assert.Equal(201, (await server.CreateMapAsync("b")).Code);
            await log.UntilAsync(2);
            const string Key = "patch.webhook.admission.k8s.io/round_0_index_0";
            var wanted = level == "Request" ? """{"configuration":"hooks","webhook":"a.example.com","patch":[{"op":"add","path":"/data","value":{"k":"v"}}],"patchType":"JSONPatch"}""" : null;
            Assert.Equal(wanted, log.All[0]["annotations", Key]?.AsText());
            Assert.Null(log.All[1]["annotations", Key]);
        }
    }

    [Fact]
    public async Task A_refusal_is_written_down_with_its_status_and_its_reason()
    {
        var log = new Events();
        await using var server = await StartAsync(log, "omitStages: [RequestReceived]\nrules:\n- level: Metadata");
        using var alice = new HttpClient(server.Server.CreateHandler(new UserInfo { Username = "alice", Groups = ["system:authenticated"] })) { BaseAddress = new Uri("https://localhost") };
        log.Clear();

        await TestServer.SendAsync(alice, "GET", "/api/v1/secrets");

        await log.UntilAsync(1);
        var entry = Assert.Single(log.All);
        Assert.Equal(403, entry["responseStatus", "code"]?.AsInteger());
        Assert.Equal("Forbidden", entry["responseStatus", "reason"]?.AsText());
        Assert.Equal("forbid", entry["annotations", "authorization.k8s.io/decision"]?.AsText());
        Assert.Equal("alice", entry["user", "username"]?.AsText());
    }

    [Fact]
    public async Task Who_acts_as_somebody_else_is_written_down_as_both()
    {
        var log = new Events();
        await using var server = await StartAsync(log, "omitStages: [RequestReceived]\nrules:\n- level: Metadata\n  resources: [{group: \"\", resources: [pods]}]");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/namespaces/default/pods") { Headers = { { "Impersonate-User", "bob" } } };
        log.Clear();

        using var response = await server.Client.SendAsync(request);

        await log.UntilAsync(1);
        var entry = Assert.Single(log.All);
        Assert.Equal("system:apiserver", entry["user", "username"]?.AsText());
        Assert.Equal("bob", entry["impersonatedUser", "username"]?.AsText());
    }

    [Fact]
    public async Task Who_cannot_prove_who_he_is_is_written_down()
    {
        var log = new Events();
        await using var server = await StartAsync(log, "omitStages: [RequestReceived]\nrules:\n- level: Metadata", listening: true);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/pods") { Version = new(2, 0), Headers = { { "Authorization", "Bearer wrong" }, { "X-Forwarded-For", "192.0.2.7, nonsense" } } };
        log.Clear();

        using var response = await server.Remote!.SendAsync(request);

        await log.UntilAsync(1);
        var entry = Assert.Single(log.All);
        Assert.Equal(401, entry["responseStatus", "code"]?.AsInteger());
        Assert.Equal("""["192.0.2.7","127.0.0.1"]""", entry["sourceIPs"]?.ToString());
    }

    [Fact]
    public async Task A_watch_is_written_down_when_it_begins_and_when_it_ends()
    {
        var log = new Events();
        await using var server = await StartAsync(log, "omitStages: [RequestReceived]\nrules:\n- level: Request\n  resources: [{group: \"\", resources: [configmaps]}]");
        log.Clear();

        var watch = await server.WatchAsync("/api/v1/namespaces/default/configmaps?watch=1");
        await log.UntilAsync(1);
        Assert.Equal("ResponseStarted", log.All[0]["stage"]?.AsText());
        await watch.DisposeAsync();

        await log.UntilAsync(2);
        Assert.Equal("ResponseComplete", log.All[1]["stage"]?.AsText());
        Assert.Equal(200, log.All[1]["responseStatus", "code"]?.AsInteger());
    }

    [Fact]
    public async Task What_pods_violate_is_written_down_where_their_namespace_wants_it()
    {
        var log = new Events();
        await using var server = await StartAsync(log, "omitStages: [RequestReceived]\nrules:\n- level: Metadata\n  resources: [{group: \"\", resources: [pods]}]");
        await server.PostAsync("/api/v1/namespaces", """{"metadata":{"name":"safe","labels":{"pod-security.kubernetes.io/audit":"baseline"}}}""");

        await server.PostAsync("/api/v1/namespaces/safe/pods", """{"metadata":{"name":"p"},"spec":{"hostNetwork":true,"containers":[{"name":"c","image":"i"}]}}""");

        await log.UntilAsync(1);
        var entry = Assert.Single(log.All);
        Assert.Equal(201, entry["responseStatus", "code"]?.AsInteger());
        Assert.Equal("privileged:latest", entry["annotations", "pod-security.kubernetes.io/enforce-policy"]?.AsText());
        Assert.StartsWith("would violate PodSecurity \"baseline:latest\": host namespaces", entry["annotations", "pod-security.kubernetes.io/audit-violations"]?.AsText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_strict_backend_that_fails_refuses_the_request_and_another_lets_it_pass()
    {
        var log = new Events();
        var lax = new Events { Broken = true };
        var policy = "rules:\n- level: Metadata\n  resources: [{group: \"\", resources: [configmaps]}]";
        await using var strict = await StartAsync(log, policy, mode: AuditMode.BlockingStrict);
        await using var server = await StartAsync(lax, policy);
        log.Broken = true;

        var refused = await strict.CreateMapAsync("a");
        var passed = await server.CreateMapAsync("a");
        log.Broken = false;
        await lax.UntilAskedAsync(2);

        Assert.Equal(500, refused.Code);
        Assert.Contains("failed to store audit event", refused.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await strict.GetAsync("/api/v1/namespaces/default/configmaps/a")).Code);
        Assert.Equal(201, passed.Code);
        Assert.Contains("apiserver_audit_error_total{plugin=\"test\"} 2", (await server.GetAsync("/metrics")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_is_written_when_it_is_full_or_has_waited_and_the_rest_at_the_end()
    {
        var log = new Events();
        var policy = "omitStages: [RequestReceived]\nrules:\n- level: Metadata\n  resources: [{group: \"\", resources: [configmaps]}]";
        await using (var server = await StartAsync(log, policy, mode: AuditMode.Batch, batch: 2))
        {
            await server.CreateMapAsync("a");
            await server.CreateMapAsync("b");
            await log.UntilAsync(2);
            await server.CreateMapAsync("c");
            await server.Clock.AdvanceUntilAsync(() => log.All.Count == 3, TimeSpan.FromMinutes(1));
            await server.CreateMapAsync("d");
        }

        Assert.Equal(["a", "b", "c", "d"], log.All.Select(entry => entry["objectRef", "name"]?.AsText()));
    }

    private static Task<TestServer> StartAsync(Events log, string policy, AuditMode mode = AuditMode.Blocking, int batch = 400, bool listening = false)
    {
        var audit = new AuditOptions
        {
            Policy = AuditPolicyReader.Read(Encoding.UTF8.GetBytes("apiVersion: audit.k8s.io/v1\nkind: Policy\n" + policy)),
            Backends = [(log, mode)],
            BatchSize = batch,
        };
        return listening ? TestServer.StartListeningAsync(options => options with { Audit = audit }) : TestServer.StartAsync(configure: options => options with { Audit = audit });
    }

    private sealed class Events : IAuditBackend
    {
        private readonly ConcurrentQueue<MapValue> _events = new();
        private readonly SemaphoreSlim _written = new(0);
        private readonly SemaphoreSlim _asked = new(0);

        public string Name => "test";

        public bool Broken { get; set; }

        public IReadOnlyList<MapValue> All => [.. _events];

        public void Clear() => _events.Clear();

        public ValueTask WriteAsync(IReadOnlyList<ReadOnlyMemory<byte>> events, CancellationToken cancel)
        {
            if (Broken)
            {
                _asked.Release();
                throw new IOException("no space left");
            }

            foreach (var written in events)
            {
                Assert.DoesNotContain((byte)'\n', written.ToArray());
                _events.Enqueue((MapValue)ValueReader.Read(written.Span));
                _written.Release();
            }

            return ValueTask.CompletedTask;
        }

        public async Task UntilAsync(int count)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (_events.Count < count) await _written.WaitAsync(limit.Token);
        }

        /// <summary>Waits until it has failed so often.</summary>
        public async Task UntilAskedAsync(int count)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            for (var i = 0; i < count; i++) await _asked.WaitAsync(limit.Token);
        }

        public ValueTask DisposeAsync()
        {
            _written.Dispose();
            _asked.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
