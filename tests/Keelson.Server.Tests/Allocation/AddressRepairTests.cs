using System.Text;
using Keelson.Server.Allocation;
using Keelson.Storage;
using Keelson.Storage.Memory;
using Keelson.Testing.Faults;
using static Keelson.Server.Tests.Allocation.AddressWorld;

namespace Keelson.Server.Tests.Allocation;

public sealed class AddressRepairTests
{
    private const string RecordFolder = "/registry/networking.k8s.io/ipaddresses/";

    [Fact]
    public async Task Services_of_a_time_before_there_were_records_get_theirs_at_start()
    {
        await using var before = await TestServer.StartAsync(Both);
        for (var i = 0; i < 70; i++) await MadeAsync(CreateAsync(before, $"s{i}", i % 2 == 0 ? "\"ipFamilyPolicy\":\"RequireDualStack\"," : ""));
        await using var store = await CopyAsync(before, key => !key.StartsWith(RecordFolder, StringComparison.Ordinal));
        await using var server = await StartOverAsync(store);
        await AssertAgreeAsync(server);
        Assert.Equal(106, (await RecordsOfAsync(server)).Length);
        var events = await EventsAsync(server);
        Assert.Contains("ClusterIPNotAllocated: Cluster IP [IPv4]: 10.96.0.1 is not allocated; repairing", events);
        Assert.InRange(events.Length, 1, 100);
    }

    [Fact]
    public async Task A_record_that_somebody_deletes_comes_back_and_nobody_gets_its_address()
    {
        await using var server = await TestServer.StartAsync();
        await MadeAsync(CreateAsync(server, "a", "\"clusterIP\":\"10.96.0.50\","));
        Assert.Equal(200, (await server.DeleteAsync(Records + "/10.96.0.50")).Code);
        Assert.Contains("provided IP is already allocated", (await CreateAsync(server, "b", "\"clusterIP\":\"10.96.0.50\",")).Message, StringComparison.Ordinal);
        await WaitAsync(async () => (await server.GetAsync(Records + "/10.96.0.50")).Code == 200);
        await AssertAgreeAsync(server);
        await WaitAsync(async () => (await EventsAsync(server)).Contains("ClusterIPNotAllocated: Cluster IP [IPv4]: 10.96.0.50 is not allocated; repairing"));
    }

    [Fact]
    public async Task A_record_without_its_service_goes_after_a_minute()
    {
        await using var server = await TestServer.StartAsync();
        await MadeAsync(server.PostAsync(Records, Managed("10.96.0.50", "nobody")));
        server.Clock.Advance(TimeSpan.FromSeconds(59));
        await MadeAsync(CreateAsync(server, "meanwhile"));
        Assert.Equal(200, (await server.GetAsync(Records + "/10.96.0.50")).Code);
        await WaitAsync(async () =>
        {
            server.Clock.Advance(TimeSpan.FromSeconds(1));
            return (await server.GetAsync(Records + "/10.96.0.50")).Code == 404;
        });
        await WaitAsync(async () => (await EventsAsync(server)).Contains("IPAddressNotAllocated: IPAddress: 10.96.0.50 for Service default/nobody appears to have leaked: cleaning up"));
        await AssertAgreeAsync(server);
    }

    [Fact]
    public async Task A_record_of_a_service_that_has_another_address_goes()
    {
        await using var server = await TestServer.StartAsync();
        await MadeAsync(CreateAsync(server, "a"));
        await MadeAsync(server.PostAsync(Records, Managed("10.96.0.50", "a")));
        await WaitAsync(async () => (await server.GetAsync(Records + "/10.96.0.50")).Code == 404);
        await WaitAsync(async () => (await EventsAsync(server)).Contains("IPAddressWrongReference: IPAddress: 10.96.0.50 for Service default/a has a wrong reference; cleaning up"));
        await AssertAgreeAsync(server);
    }

    [Fact]
    public async Task A_record_that_says_it_is_the_server_s_and_refers_to_no_service_goes()
    {
        await using var server = await TestServer.StartAsync();
        await MadeAsync(server.PostAsync(Records, Managed("10.96.0.50", "a").Replace("services", "gateways", StringComparison.Ordinal)));
        await WaitAsync(async () => (await server.GetAsync(Records + "/10.96.0.50")).Code == 404);
    }

    [Fact]
    public async Task A_service_whose_record_is_another_s_gets_it_back()
    {
        await using var before = await TestServer.StartAsync();
        await MadeAsync(CreateAsync(before, "a", "\"clusterIP\":\"10.96.0.50\","));
        await using var other = await TestServer.StartAsync();
        await MadeAsync(other.PostAsync(Records, Managed("10.96.0.50", "gone").Replace("ipallocator.k8s.io", "somebody", StringComparison.Ordinal)));
        await using var store = await CopyAsync(before, key => key != RecordFolder + "10.96.0.50");
        await AddAsync(store, other, RecordFolder + "10.96.0.50");
        await using var server = await StartOverAsync(store);
        await WaitAsync(async () => (await EventsAsync(server)).Contains("ClusterIPNotAllocated: the ClusterIP [IPv4]: 10.96.0.50 for Service default/a has a wrong reference; repairing"));
        await AssertAgreeAsync(server);
        Assert.Equal("ipallocator.k8s.io", (await server.GetAsync(Records + "/10.96.0.50")).Json["metadata", "labels", "ipaddress.kubernetes.io/managed-by"]!.AsText());
    }

    [Fact]
    public async Task Of_two_services_with_one_address_the_one_without_the_record_is_told_to_be_made_anew()
    {
        await using var before = await TestServer.StartAsync();
        await MadeAsync(CreateAsync(before, "a", "\"clusterIP\":\"10.96.0.50\","));
        await using var other = await TestServer.StartAsync();
        await MadeAsync(CreateAsync(other, "b", "\"clusterIP\":\"10.96.0.50\","));
        await using var store = await CopyAsync(before, _ => true);
        await AddAsync(store, other, "/registry/core/services/default/b");
        await using var server = await StartOverAsync(store);
        await WaitAsync(async () => (await EventsAsync(server)).Contains("ClusterIPAlreadyAllocated: Cluster IP [IPv4]:10.96.0.50 was assigned to multiple services; please recreate service"));
        Assert.Equal(200, (await server.DeleteAsync(Services + "/b")).Code);
        await AssertAgreeAsync(server);
    }

    [Fact]
    public async Task A_service_outside_of_every_range_is_told_so_and_works_on()
    {
        await using var before = await TestServer.StartAsync();
        await MadeAsync(before.PostAsync(Ranges, """{"metadata":{"name":"more"},"spec":{"cidrs":["172.30.0.0/24"]}}"""));
        await MadeAsync(CreateAsync(before, "a", "\"clusterIP\":\"172.30.0.5\","));
        await before.DeleteAsync(Ranges + "/more");
        await MadeAsync(before.PatchAsync(Services + "/a", """{"metadata":{"labels":{"x":"y"}}}""", Merge));
        await WaitAsync(async () => (await EventsAsync(before)).Contains("ClusterIPOutOfRange: Cluster IP [IPv4]: 172.30.0.5 is not within any configured Service CIDR; please recreate service"));
        Assert.Equal(200, (await before.DeleteAsync(Services + "/a")).Code);
        await AssertAgreeAsync(before);
    }

    [Fact]
    public async Task A_record_that_a_finalizer_keeps_is_only_marked_and_still_keeps_its_address()
    {
        await using var server = await TestServer.StartAsync();
        await MadeAsync(CreateAsync(server, "a", "\"clusterIP\":\"10.96.0.50\","));
        await MadeAsync(server.PatchAsync(Records + "/10.96.0.50", """{"metadata":{"finalizers":["example.com/x"]}}""", Merge));
        Assert.Equal(200, (await server.DeleteAsync(Services + "/a")).Code);
        Assert.NotNull((await server.GetAsync(Records + "/10.96.0.50")).Json["metadata", "deletionTimestamp"]);
        Assert.Contains("already allocated", (await CreateAsync(server, "b", "\"clusterIP\":\"10.96.0.50\",")).Message, StringComparison.Ordinal);
        await server.PatchAsync(Records + "/10.96.0.50", """{"metadata":{"finalizers":null}}""", Merge);
        await MadeAsync(CreateAsync(server, "b", "\"clusterIP\":\"10.96.0.50\","));
        await AssertAgreeAsync(server);
    }

    [Fact]
    public async Task Whatever_fails_between_no_address_is_lost_and_none_is_left_over()
    {
        await using var server = await TestServer.StartAsync(Both);
        var random = new Random(7);
        string[] changes =
        [
            "\"ipFamilyPolicy\":\"RequireDualStack\"", "\"ipFamilyPolicy\":\"SingleStack\"", "\"type\":\"ExternalName\",\"externalName\":\"x.example\"",
            "\"type\":\"ClusterIP\",\"externalName\":null", "\"type\":\"NodePort\",\"externalName\":null",
        ];
        for (var step = 0; step < 400; step++)
        {
            var fault = random.Next(4);
            if (fault == 0) server.Faults.FailNext(1, StoreCalls.Commit);
            if (fault == 1) server.Faults.LoseAnswerOfNext();
            var name = $"s{random.Next(12)}";
            _ = random.Next(3) switch
            {
                0 => await CreateAsync(server, name, random.Next(2) == 0 ? "" : $"\"clusterIP\":\"10.96.0.{random.Next(20, 40)}\","),
                1 => await server.DeleteAsync($"{Services}/{name}"),
                _ => await PatchAsync(server, name, changes[random.Next(changes.Length)]),
            };
            server.Faults.Clear();
            await AssertAgreeAsync(server);
        }

        // Nothing of that was the repair's work.
        Assert.DoesNotContain(await EventsAsync(server), text => text.Contains("IP", StringComparison.Ordinal));
        await using var again = await server.StartAnotherAsync(options => options with { ServiceRanges = Both });
        await AssertAgreeAsync(again);
    }

    [Fact]
    public async Task Many_writers_at_two_servers_never_share_an_address_nor_leave_one_over()
    {
        var ranges = ServiceRanges.Parse("10.96.0.0/28,fd00:96::/124");
        await using var first = await TestServer.StartAsync(ranges, options => options with { IsStoreShared = true });
        await using var second = await first.StartAnotherAsync(options => options with { IsStoreShared = true, ServiceRanges = ranges });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => WriteAsync(writer % 2 == 0 ? first : second, new Random(writer))));
        await AssertAgreeAsync(first);
        await AssertAgreeAsync(second);
        var (services, _) = await BothSidesAsync(first);
        Assert.Equal(services.Length, services.Select(line => line.Split(' ')[0]).Distinct().Count());
        Assert.DoesNotContain(await EventsAsync(first), text => text.Contains("IP", StringComparison.Ordinal));

        static async Task WriteAsync(TestServer server, Random random)
        {
            for (var step = 0; step < 150; step++)
            {
                var name = $"s{random.Next(14)}";
                var answer = random.Next(6) switch
                {
                    0 => await CreateAsync(server, name, "\"ipFamilyPolicy\":\"PreferDualStack\","),
                    1 => await CreateAsync(server, name, $"\"clusterIP\":\"10.96.0.{random.Next(1, 15)}\","),
                    2 => await server.DeleteAsync($"{Services}/{name}"),
                    3 => await PatchAsync(server, name, "\"ipFamilyPolicy\":\"RequireDualStack\""),
                    4 => await PatchAsync(server, name, "\"ipFamilyPolicy\":\"SingleStack\""),

                    // So that records are at other versions than a server last saw.
                    _ => await server.PatchAsync($"{Records}/10.96.0.{random.Next(2, 15)}", $$"""{"metadata":{"annotations":{"step":"{{step}}"} } }""", Merge),
                };
                Assert.True(answer.Code is 200 or 201 or 404 or 409 or 422 || answer.Message.EndsWith("range is full", StringComparison.Ordinal), answer.Text);
            }
        }
    }

    private static string Managed(string name, string service) =>
        $$"""{"metadata":{"name":"{{name}}","labels":{"ipaddress.kubernetes.io/ip-family":"IPv4","ipaddress.kubernetes.io/managed-by":"ipallocator.k8s.io"} },"spec":{"parentRef":{"resource":"services","namespace":"default","name":"{{service}}"} } }""";

    private static Task<TestServer> StartOverAsync(MemoryStore store) => TestServer.StartAsync(Both, options => options with { Store = store });

    private static async Task<MemoryStore> CopyAsync(TestServer server, Func<string, bool> isCopied)
    {
        var store = new MemoryStore(server.Clock);
        var all = await server.Store.RangeAsync(new RangeRequest(KeyRange.Prefix("/registry/"u8.ToArray())));
        foreach (var item in all.Items.Where(item => isCopied(Encoding.UTF8.GetString(item.Key.Span)))) await PutAsync(store, item);
        return store;
    }

    private static async Task AddAsync(MemoryStore store, TestServer from, string key) =>
        await PutAsync(store, await from.Store.GetAsync(Encoding.UTF8.GetBytes(key)) ?? throw new InvalidOperationException($"{key} is not there"));

    private static async Task PutAsync(MemoryStore store, StoredItem item) => await store.CommitAsync(new Transaction([], [new Operation.Put(item.Key, item.Value)], []));
}
