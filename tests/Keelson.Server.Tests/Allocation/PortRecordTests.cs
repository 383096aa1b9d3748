using System.Text;
using Keelson.Api.Values;
using Keelson.Server.Allocation;
using Keelson.Storage;
using Keelson.Storage.Memory;
using Keelson.Testing.Faults;
using static Keelson.Server.Tests.Allocation.AddressWorld;

namespace Keelson.Server.Tests.Allocation;

public sealed class PortRecordTests
{
    private const string Folder = "/registry/keelson/nodeports/";
    private const string Balanced = "\"type\":\"LoadBalancer\",\"externalTrafficPolicy\":\"Local\",";

    private static readonly ServiceRanges Narrow = ServiceRanges.Default with { FirstPort = 30000, LastPort = 30003 };

    [Fact]
    public async Task A_port_has_a_record_from_the_service_s_creation_to_its_end()
    {
        await using var server = await TestServer.StartAsync();
        await MadeAsync(CreateAsync(server, "a", Balanced));
        Assert.Equal(2, (await RecordsAsync(server.Store)).Length);
        await AssertPortsAgreeAsync(server);
        await MadeAsync(PatchAsync(server, "a", "\"type\":\"NodePort\""));
        Assert.Single(await RecordsAsync(server.Store));
        await MadeAsync(PatchAsync(server, "a", "\"ports\":[{\"port\":80,\"nodePort\":30111}]"));
        Assert.Equal(["30111 default/a"], await RecordsAsync(server.Store));
        await server.DeleteAsync(Services + "/a");
        Assert.Empty(await RecordsAsync(server.Store));
        Assert.Equal(201, (await server.PostAsync(Services + "?dryRun=All", """{"metadata":{"name":"dry"},"spec":{"type":"NodePort","ports":[{"port":80}]}}""")).Code);
        Assert.Empty(await RecordsAsync(server.Store));
    }

    [Fact]
    public async Task One_service_may_have_a_number_under_several_protocols_and_two_may_not()
    {
        await using var server = await TestServer.StartAsync();
        var both = await MadeAsync(server.PostAsync(Services, """{"metadata":{"name":"dns"},"spec":{"type":"NodePort","ports":[{"name":"u","port":53,"protocol":"UDP","nodePort":30053},{"name":"t","port":53}]}}"""));
        Assert.Equal(["30053", "30053"], ((ListValue)both.Json["spec", "ports"]!).Select(port => port["nodePort"]!.ToString()));
        Assert.Equal(["30053 default/dns"], await RecordsAsync(server.Store));
        var other = await server.PostAsync(Services, """{"metadata":{"name":"sctp"},"spec":{"type":"NodePort","ports":[{"port":53,"protocol":"SCTP","nodePort":30053}]}}""");
        Assert.Equal((422, "Service \"sctp\" is invalid: spec.ports[0].nodePort: Invalid value: 30053: provided port is already allocated"), (other.Code, other.Message));
        var health = await CreateAsync(server, "health", Balanced + "\"healthCheckNodePort\":30053,");
        Assert.Equal((500, "Internal error occurred: failed to allocate requested HealthCheck NodePort 30053: provided port is already allocated"), (health.Code, health.Message));
        await AssertPortsAgreeAsync(server);
    }

    [Fact]
    public async Task Two_writers_race_for_the_last_port_and_one_of_them_gets_it()
    {
        await using var first = await TestServer.StartAsync(Narrow, options => options with { IsStoreShared = true });
        await using var second = await first.StartAnotherAsync(options => options with { IsStoreShared = true, ServiceRanges = Narrow });
        for (var i = 0; i < 3; i++) await MadeAsync(CreateAsync(first, $"s{i}", "\"type\":\"NodePort\","));
        for (var round = 0; round < 20; round++)
        {
            string[] taken = [.. (await RecordsAsync(first.Store)).Select(line => line.Split(' ')[0])];
            var free = Enumerable.Range(30000, 4).Select(port => $"{port}").Single(port => !taken.Contains(port));
            var fields = $"\"type\":\"NodePort\",\"ports\":[{{\"port\":80{(round % 2 == 0 ? "" : $",\"nodePort\":{free}")}}}]";
            var answers = await Task.WhenAll(PostAsync(first, "a", fields), PostAsync(second, "b", fields));
            Assert.Single(answers, answer => answer.Code == 201);
            var lost = Assert.Single(answers, answer => answer.Code != 201);
            Assert.Contains(round % 2 == 0 ? "failed to allocate a nodePort: range is full" : "provided port is already allocated", lost.Message, StringComparison.Ordinal);
            await AssertPortsAgreeAsync(first);
            await Task.WhenAll(first.DeleteAsync(Services + "/a"), second.DeleteAsync(Services + "/b"));
        }
    }

    [Fact]
    public async Task Services_of_a_time_before_there_were_records_get_theirs_at_start()
    {
        await using var before = await TestServer.StartAsync();
        for (var i = 0; i < 40; i++) await MadeAsync(CreateAsync(before, $"s{i}", i % 2 == 0 ? "\"type\":\"NodePort\"," : ""));
        await MadeAsync(CreateAsync(before, "x", "\"type\":\"NodePort\","));
        await MadeAsync(PatchAsync(before, "x", "\"ports\":[{\"port\":80,\"nodePort\":30007}]"));
        await using var other = await TestServer.StartAsync();
        await MadeAsync(PostAsync(other, "y", "\"type\":\"NodePort\",\"ports\":[{\"port\":80,\"nodePort\":30007}]"));
        await MadeAsync(PostAsync(other, "z", "\"type\":\"NodePort\",\"ports\":[{\"port\":80,\"nodePort\":32767}]"));
        await using var store = await CopyAsync(before);
        foreach (var name in (string[])["y", "z"]) await AddAsync(name);

        await using var server = await TestServer.StartAsync(ServiceRanges.Default with { LastPort = 32766 }, options => options with { Store = store });
        Assert.Contains("30007 default/x", await RecordsAsync(store));
        Assert.InRange((await RecordsAsync(store)).Length, 15, 21);
        await WaitAsync(async () =>
        {
            var events = await EventsAsync(server);
            return events.Contains("PortNotAllocated: Port 30007 is not allocated; repairing")
                && events.Contains("PortAlreadyAllocated: Port 30007 was assigned to multiple services; please recreate service")
                && events.Contains("PortOutOfRange: Port 32767 is not within the port range 30000-32766; please recreate service");
        });

        // Who has no record of its port takes none along.
        Assert.Equal(200, (await server.DeleteAsync(Services + "/y")).Code);
        Assert.Contains("30007 default/x", await RecordsAsync(store));
        Assert.Equal(422, (await PostAsync(server, "w", "\"type\":\"NodePort\",\"ports\":[{\"port\":80,\"nodePort\":30007}]")).Code);

        // Who shares a port has it once the other is gone.
        await AddAsync("y");
        Assert.Equal(200, (await server.DeleteAsync(Services + "/x")).Code);
        await WaitAsync(async () => (await RecordsAsync(store)).Contains("30007 default/y"));

        async Task AddAsync(string name)
        {
            var item = await other.Store.GetAsync(Encoding.UTF8.GetBytes("/registry/core/services/default/" + name));
            await store.CommitAsync(new Transaction([], [new Operation.Put(item!.Key, item.Value)], []));
        }
    }

    [Fact]
    public async Task A_record_that_is_lost_or_damaged_or_nobody_s_is_put_right()
    {
        await using var server = await TestServer.StartAsync();
        await MadeAsync(PostAsync(server, "a", "\"type\":\"NodePort\",\"ports\":[{\"port\":80,\"nodePort\":30001}]"));
        var good = await server.Store.GetAsync(Encoding.UTF8.GetBytes(Folder + "30001"));
        await WriteAsync(new Operation.Delete(KeyRange.Single(good!.Key)));
        Assert.Equal(422, (await PostAsync(server, "b", "\"type\":\"NodePort\",\"ports\":[{\"port\":80,\"nodePort\":30001}]")).Code);
        await WaitAsync(async () => (await RecordsAsync(server.Store)).SequenceEqual(["30001 default/a"]));
        await WriteAsync(new Operation.Put(Encoding.UTF8.GetBytes(Folder + "30555"), good.Value));
        await WaitAsync(async () => (await RecordsAsync(server.Store)).SequenceEqual(["30001 default/a"]));
        await WriteAsync(new Operation.Put(good.Key, "broken"u8.ToArray()));
        await WriteAsync(new Operation.Put(Encoding.UTF8.GetBytes(Folder + "30556"), "broken"u8.ToArray()));
        await using var again = await server.StartAnotherAsync();
        await WaitAsync(async () => (await RecordsAsync(server.Store)).SequenceEqual(["30001 default/a"]));
        await AssertPortsAgreeAsync(server);

        async Task WriteAsync(Operation change) => await server.Store.CommitAsync(new Transaction([], [change], []));
    }

    [Fact]
    public async Task Whatever_fails_between_no_port_is_lost_and_none_is_left_over()
    {
        await using var server = await TestServer.StartAsync(ServiceRanges.Default with { LastPort = 30031 });
        var random = new Random(11);
        string[] changes = ["\"type\":\"NodePort\"", "\"type\":\"ClusterIP\"", "\"type\":\"LoadBalancer\",\"externalTrafficPolicy\":\"Local\"", "\"type\":\"LoadBalancer\",\"externalTrafficPolicy\":\"Cluster\""];
        for (var step = 0; step < 400; step++)
        {
            var fault = random.Next(4);
            if (fault == 0) server.Faults.FailNext(1, StoreCalls.Commit);
            if (fault == 1) server.Faults.LoseAnswerOfNext();
            var name = $"s{random.Next(12)}";
            _ = random.Next(4) switch
            {
                0 => await PostAsync(server, name, $"\"type\":\"NodePort\",\"ports\":[{{\"port\":80,\"nodePort\":{random.Next(30000, 30032)}}}]"),
                1 => await CreateAsync(server, name, Balanced),
                2 => await server.DeleteAsync($"{Services}/{name}"),
                _ => await PatchAsync(server, name, changes[random.Next(changes.Length)]),
            };
            server.Faults.Clear();
            await AssertPortsAgreeAsync(server);
        }

        // Nothing of that was the repair's work, and who comes after a kill finds the same.
        Assert.DoesNotContain(await EventsAsync(server), text => text.StartsWith("Port", StringComparison.Ordinal));
        await using var store = await CopyAsync(server, withRecords: true);
        await using var again = await TestServer.StartAsync(configure: options => options with { Store = store });
        Assert.Equal(await RecordsAsync(server.Store), await RecordsAsync(store));
        await AssertPortsAgreeAsync(again, store);
    }

    [Fact]
    public async Task Many_writers_at_two_servers_never_share_a_port_nor_leave_one_over()
    {
        var ranges = ServiceRanges.Default with { LastPort = 30007 };
        await using var first = await TestServer.StartAsync(ranges, options => options with { IsStoreShared = true });
        await using var second = await first.StartAnotherAsync(options => options with { IsStoreShared = true, ServiceRanges = ranges });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => WriteAsync(writer % 2 == 0 ? first : second, new Random(writer))));
        await AssertPortsAgreeAsync(first);
        Assert.DoesNotContain(await EventsAsync(first), text => text.StartsWith("Port", StringComparison.Ordinal));

        static async Task WriteAsync(TestServer server, Random random)
        {
            for (var step = 0; step < 100; step++)
            {
                var name = $"s{random.Next(10)}";
                var answer = random.Next(5) switch
                {
                    0 => await PostAsync(server, name, "\"type\":\"NodePort\",\"ports\":[{\"port\":80}]"),
                    1 => await PostAsync(server, name, $"\"type\":\"NodePort\",\"ports\":[{{\"port\":80,\"nodePort\":{random.Next(30000, 30008)}}}]"),
                    2 => await server.DeleteAsync($"{Services}/{name}"),
                    3 => await PatchAsync(server, name, "\"type\":\"LoadBalancer\",\"externalTrafficPolicy\":\"Local\""),
                    _ => await PatchAsync(server, name, "\"type\":\"ClusterIP\""),
                };
                Assert.True(answer.Code is 200 or 201 or 404 or 409 or 422 || answer.Message.EndsWith("range is full", StringComparison.Ordinal), answer.Text);
            }
        }
    }

    [Fact]
    public async Task A_service_gets_at_most_a_hundred_ports_at_once_and_gives_back_all_that_it_has()
    {
        await using var server = await TestServer.StartAsync();
        var refused = await PostAsync(server, "a", $"\"type\":\"NodePort\",\"ports\":[{Ports(101)}]");
        Assert.Equal((422, "Service \"a\" is invalid: spec.ports: Invalid value: 101: a service can get at most 100 ports on nodes in one write"), (refused.Code, refused.Message));
        var made = await MadeAsync(PostAsync(server, "a", $"\"type\":\"NodePort\",\"ports\":[{Ports(100)}]"));
        var known = ((ListValue)made.Json["spec", "ports"]!).Select(port => $"{{\"name\":\"p{port["port"]}\",\"port\":{port["port"]},\"nodePort\":{port["nodePort"]}}}");
        var more = Enumerable.Range(101, 60).Select(port => $"{{\"name\":\"p{port}\",\"port\":{port}}}");
        await MadeAsync(PatchAsync(server, "a", $"\"ports\":[{string.Join(',', known.Concat(more))}]"));
        Assert.Equal(160, (await RecordsAsync(server.Store)).Length);
        Assert.Equal(200, (await server.DeleteAsync(Services + "/a")).Code);
        await WaitAsync(async () => (await RecordsAsync(server.Store)).Length == 0);
        static string Ports(int count) => string.Join(',', Enumerable.Range(1, count).Select(port => $"{{\"name\":\"p{port}\",\"port\":{port}}}"));
    }

    [Fact]
    public async Task The_lower_band_is_given_last_and_metrics_tell_how_much_is_taken()
    {
        await using var server = await TestServer.StartAsync(ServiceRanges.Default with { LastPort = 30019 });
        for (var i = 0; i < 4; i++) await MadeAsync(CreateAsync(server, $"s{i}", "\"type\":\"NodePort\","));
        Assert.All(await RecordsAsync(server.Store), line => Assert.True(string.CompareOrdinal(line, "30016") > 0, line));
        await MadeAsync(CreateAsync(server, "low", "\"type\":\"NodePort\","));
        Assert.Contains("30000 default/low", await RecordsAsync(server.Store));
        Assert.Equal(422, (await PostAsync(server, "x", "\"type\":\"NodePort\",\"ports\":[{\"port\":80,\"nodePort\":30000}]")).Code);
        await MadeAsync(PostAsync(server, "x", "\"type\":\"NodePort\",\"ports\":[{\"port\":80,\"nodePort\":30001}]"));

        // Metrics wait for nothing; a list waits until the cache has what was written.
        await server.GetAsync(Services);
        var metrics = (await server.GetAsync("/metrics")).Text;
        Assert.Contains("kube_apiserver_nodeport_allocator_allocated_ports 6\n", metrics, StringComparison.Ordinal);
        Assert.Contains("kube_apiserver_nodeport_allocator_available_ports 14\n", metrics, StringComparison.Ordinal);
        Assert.Contains("kube_apiserver_nodeport_allocator_allocation_total{scope=\"dynamic\"} 5\n", metrics, StringComparison.Ordinal);
        Assert.Contains("kube_apiserver_nodeport_allocator_allocation_total{scope=\"static\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("kube_apiserver_nodeport_allocator_allocation_errors_total{scope=\"static\"} 1\n", metrics, StringComparison.Ordinal);
    }

    private static Task<Answer> PostAsync(TestServer server, string name, string fields) =>
        server.PostAsync(Services, $$"""{"metadata":{"name":"{{name}}"},"spec":{ {{fields}} } }""");

    private static async Task<string[]> RecordsAsync(IStore store) => Shown(await store.RangeAsync(new RangeRequest(KeyRange.Prefix(Encoding.UTF8.GetBytes(Folder)))));

    private static string[] Shown(RangeResult range)
    {
        return [.. range.Items.Select(item => $"{Encoding.UTF8.GetString(item.Key.Span)[Folder.Length..]} {Owner(item)}").Order(StringComparer.Ordinal)];

        static string Owner(StoredItem item)
        {
            var text = Encoding.UTF8.GetString(item.Value.Span);
            var start = text.IndexOf('{', StringComparison.Ordinal);
            return start < 0 ? "" : ((MapValue)ValueReader.Read(text[start..]))["owner"]!.AsText()!;
        }
    }

    private static async Task AssertPortsAgreeAsync(TestServer server, IStore? store = null)
    {
        // Both as they were in one moment: a write whose answer was lost may not have come to the server yet.
        var range = await (store ?? server.Store).RangeAsync(new RangeRequest(KeyRange.Prefix(Encoding.UTF8.GetBytes(Folder))));
        var listed = await server.GetAsync($"/api/v1/services?resourceVersion={range.Revision}&resourceVersionMatch=Exact");
        var services = (ListValue)listed.Json["items"]!;
        var held = new List<string>();
        foreach (var service in services)
        {
            var name = $"{service["metadata", "namespace"]!.AsText()}/{service["metadata", "name"]!.AsText()}";
            var ports = ((ListValue)service["spec", "ports"]!).Select(port => port["nodePort"]).Append(service["spec", "healthCheckNodePort"]);
            held.AddRange(ports.Where(port => port is not null).Select(port => $"{port} {name}").Distinct());
        }

        Assert.Equal(held.Order(StringComparer.Ordinal), Shown(range));
        Assert.Equal(held.Count, held.Select(line => line.Split(' ')[0]).Distinct().Count());
    }

    private static async Task<MemoryStore> CopyAsync(TestServer server, bool withRecords = false)
    {
        var store = new MemoryStore(server.Clock);
        var all = await server.Store.RangeAsync(new RangeRequest(KeyRange.Prefix("/registry/"u8.ToArray())));
        foreach (var item in all.Items)
        {
            if (!withRecords && Encoding.UTF8.GetString(item.Key.Span).StartsWith(Folder, StringComparison.Ordinal)) continue;
            await store.CommitAsync(new Transaction([], [new Operation.Put(item.Key, item.Value)], []));
        }

        return store;
    }
}
