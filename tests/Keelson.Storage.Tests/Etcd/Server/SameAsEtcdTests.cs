using System.Text.RegularExpressions;
using Google.Protobuf;
using Keelson.Rpc;
using Keelson.Rpc.Client;
using Keelson.Storage.Etcd;
using Keelson.Storage.Etcd.Protos;
using Keelson.Storage.Memory;

namespace Keelson.Storage.Tests.Etcd.Server;

/// <summary>The same requests to a real etcd and to the API over an engine of our own: every answer must be the same.</summary>
public sealed partial class SameAsEtcdTests
{
    private static readonly RpcCallOptions Patient = new() { Timeout = TimeSpan.FromSeconds(20) };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Random_requests_get_the_answers_of_etcd(int seed)
    {
        Assert.SkipUnless(EtcdProcess.IsInstalled, EtcdProcess.Missing);
        await using var etcd = await EtcdProcess.StartAsync(["--experimental-watch-progress-notify-interval", "50ms"]);
        await using var store = new MemoryStore(TimeProvider.System);
        await using var server = await ApiServer.StartAsync(store, TimeProvider.System, options => options with { ProgressInterval = TimeSpan.FromMilliseconds(50) });
        using var theirs = new RpcChannel(new() { Endpoints = [etcd.Endpoint], Time = TimeProvider.System, Random = new Random(1) });
        using var ours = server.Channel();
        var both = new Pair(theirs, ours);
        var random = new Random(seed);
        var requests = new RandomRequests(random);
        foreach (var lease in requests.Leases) await both.SameAsync(EtcdMethods.LeaseGrant, new() { ID = lease, TTL = 1000 });

        for (var round = 0; round < 250; round++)
        {
            var status = await store.StatusAsync();
            requests.Revision = status.Revision;
            switch (random.Next(20))
            {
                case < 5: await both.SameAsync(EtcdMethods.Put, requests.Put()); break;
                case < 10: await both.SameAsync(EtcdMethods.Range, requests.Range()); break;
                case < 12: await both.SameAsync(EtcdMethods.DeleteRange, requests.Delete()); break;
                case < 17: await both.SameAsync(EtcdMethods.Txn, requests.Transaction(), anyRefusal: true); break;
                case 17: await LeasesAsync(both, requests, random); break;
                case 18 when random.Next(5) == 0:
                    await both.SameAsync(EtcdMethods.Compact, new() { Revision = random.NextInt64(1, requests.Revision + 2) });
                    break;
                default:
                    // At the compacted revision itself etcd forgets what was before.
                    var start = random.NextInt64(1, requests.Revision + 1);
                    if (start == status.CompactedRevision) start++;
                    if (start <= requests.Revision && requests.Revision > 1) await WatchAsync(both, start, requests.Revision, random);
                    break;
            }
        }
    }

    [Fact]
    public async Task Refusals_have_the_codes_and_texts_of_etcd()
    {
        Assert.SkipUnless(EtcdProcess.IsInstalled, EtcdProcess.Missing);
        await using var etcd = await EtcdProcess.StartAsync(["--experimental-watch-progress-notify-interval", "50ms"]);
        await using var store = new MemoryStore(TimeProvider.System);
        await using var server = await ApiServer.StartAsync(store, TimeProvider.System, options => options with { ProgressInterval = TimeSpan.FromMilliseconds(50) });
        using var theirs = new RpcChannel(new() { Endpoints = [etcd.Endpoint], Time = TimeProvider.System, Random = new Random(1) });
        using var ours = server.Channel();
        var both = new Pair(theirs, ours);
        var key = ByteString.CopyFromUtf8("k");
        var many = new TxnRequest();
        for (var index = 0; index < 129; index++) many.Success.Add(new RequestOp { RequestPut = new() { Key = ByteString.CopyFromUtf8($"{index}") } });

        await both.SameAsync(EtcdMethods.Txn, many);
        await both.SameAsync(EtcdMethods.Put, new() { Key = key, Value = ByteString.CopyFrom(new byte[1_600_000]) });
        await both.SameAsync(EtcdMethods.Put, new() { Key = key, Lease = 5 });
        await both.SameAsync(EtcdMethods.LeaseGrant, new() { ID = 5, TTL = long.MaxValue });
        await both.SameAsync(EtcdMethods.LeaseGrant, new() { ID = 5, TTL = 100 });
        await both.SameAsync(EtcdMethods.LeaseGrant, new() { ID = 5, TTL = 100 });
        await both.SameAsync(EtcdMethods.LeaseRevoke, new() { ID = 6 });
        await both.SameAsync(EtcdMethods.LeaseTimeToLive, new() { ID = 6, Keys = true });
        await both.SameAsync(EtcdMethods.Compact, new() { Revision = 100 });
        await both.SameAsync(EtcdMethods.Compact, new() { Revision = 1 });
        await both.SameAsync(EtcdMethods.Compact, new() { Revision = 1 });
        await both.SameAsync(EtcdMethods.Compact, new() { Revision = 0 });
        await both.SameAsync(EtcdMethods.Authenticate, new() { Name = "root", Password = "x" });
        await both.SameAsync(EtcdMethods.AuthEnable, new());
        await both.SameAsync(EtcdMethods.Unlock, new() { Key = ByteString.CopyFromUtf8("nothing") });
        await both.SameAsync(EtcdMethods.Leader, new() { Name = ByteString.CopyFromUtf8("nobody") });
        await both.SameAsync(EtcdMethods.Resign, new());
        await both.SameAsync(EtcdMethods.Proclaim, new());
        await both.SameAsync(new RpcMethod<PutRequest, PutResponse>("/etcdserverpb.KV/Missing"), new());
        await both.SameAsync(new RpcMethod<PutRequest, PutResponse>("/etcdserverpb.Nothing/Put"), new());
        await both.SameAsync(EtcdMethods.HealthCheck, new());
        await both.SameAsync(EtcdMethods.HealthCheck, new() { Service = "nothing" });
    }

    private static async Task LeasesAsync(Pair both, RandomRequests requests, Random random)
    {
        var lease = requests.Lease();
        switch (random.Next(4))
        {
            case 0: await both.SameAsync(EtcdMethods.LeaseRevoke, new() { ID = lease }); break;
            case 1: await both.SameAsync(EtcdMethods.LeaseGrant, new() { ID = lease, TTL = 1000 }); break;
            case 2: await both.SameAsync(EtcdMethods.LeaseLeases, new()); break;
            default: await both.SameAsync(EtcdMethods.LeaseTimeToLive, new() { ID = lease, Keys = true }); break;
        }
    }

    // From a revision in the past, to the mark that both get for a key of their own.
    private static async Task WatchAsync(Pair both, long start, long last, Random random)
    {
        var create = new WatchCreateRequest
        {
            Key = ByteString.CopyFrom(0),
            RangeEnd = ByteString.CopyFrom(0),
            StartRevision = start,
            PrevKv = random.Next(2) == 0,
            ProgressNotify = true,
        };
        if (random.Next(4) == 0) create.Filters.Add(WatchCreateRequest.Types.FilterType.Noput);
        else if (random.Next(4) == 0) create.Filters.Add(WatchCreateRequest.Types.FilterType.Nodelete);
        var theirs = await EventsAsync(both.Theirs, create, last);
        var ours = await EventsAsync(both.Ours, create, last);
        Assert.True(theirs == ours, $"{create}\netcd:    {theirs}\nkeelson: {ours}");
    }

    private static async Task<string> EventsAsync(RpcChannel channel, WatchCreateRequest create, long last)
    {
        await using var call = await channel.OpenAsync(EtcdMethods.Watch, Patient);
        await call.WriteAsync(new() { CreateRequest = create });
        var seen = new List<string>();

        long reached = 0;
        while (reached < last)
        {
            var response = await call.ReadAsync() ?? throw new InvalidOperationException("The stream ended.");
            if (response.CompactRevision != 0) return $"compacted {response.CompactRevision}";
            foreach (var item in response.Events)
            {
                seen.Add(Pair.Plain(item));
                reached = item.Kv.ModRevision;
            }

            // With a filter the last event may not come; then there is a mark.
            if (response.Events.Count == 0 && !response.Created) break;
        }

        return string.Join("\n", seen);
    }

    private sealed partial record Pair(RpcChannel Theirs, RpcChannel Ours)
    {
        /// <param name="anyRefusal">Whether it is enough that both refuse: of several faults, each may see another first.</param>
        public async Task SameAsync<TRequest, TResponse>(RpcMethod<TRequest, TResponse> method, TRequest request, bool anyRefusal = false)
            where TRequest : class, IMessage<TRequest>, new()
            where TResponse : class, IMessage<TResponse>, new()
        {
            var theirs = await AnswerAsync(Theirs, method, request);
            var ours = await AnswerAsync(Ours, method, request);
            if (anyRefusal && IsRefusal(theirs) && IsRefusal(ours)) return;
            Assert.True(theirs == ours, $"{method.Path} {request}\netcd:    {theirs}\nkeelson: {ours}");
        }

        /// <summary>An answer without what two clusters cannot have in common: their numbers, and the time.</summary>
        public static string Plain(IMessage message) => Particular().Replace(message.ToString()!, "");

        private static bool IsRefusal(string answer) => !answer.StartsWith('{');

        private static async Task<string> AnswerAsync<TRequest, TResponse>(RpcChannel channel, RpcMethod<TRequest, TResponse> method, TRequest request)
            where TRequest : class, IMessage<TRequest>, new()
            where TResponse : class, IMessage<TResponse>, new()
        {
            try
            {
                var response = await channel.CallAsync(method, request, Patient);
                if (response is not LeaseLeasesResponse list) return Plain(response);

                // etcd's order is that of running out.
                return string.Join(' ', list.Leases.Select(lease => lease.ID).Order());
            }
            catch (RpcException error)
            {
                return $"{error.Status}: {error.Message}";
            }
        }

        [GeneratedRegex("""("clusterId"|"memberId"|"raftTerm"): "\d+",? ?|"TTL": "9\d\d",? ?""")]
        private static partial Regex Particular();
    }
}
