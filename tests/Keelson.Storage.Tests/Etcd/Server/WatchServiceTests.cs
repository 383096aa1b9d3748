using Keelson.Rpc.Client;
using Keelson.Storage.Etcd;
using Keelson.Storage.Etcd.Protos;
using Wire = Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Tests.Etcd.Server;

/// <summary>Many watches on one stream, on a real etcd and on ours.</summary>
public sealed class WatchServiceTests
{
    private static readonly RpcCallOptions Patient = new() { Timeout = TimeSpan.FromSeconds(30) };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watches_are_made_and_ended_one_by_one(bool real)
    {
        await using var target = await ApiTarget.StartAsync(real);
        await using var call = await target.Channel.OpenAsync(EtcdMethods.Watch, Patient);
        Assert.Equal((0, true), await CreateAsync(call, new() { Key = ApiTarget.Bytes("a") }));
        Assert.Equal((1, true), await CreateAsync(call, new() { Key = ApiTarget.Bytes("b") }));
        Assert.Equal((7, true), await CreateAsync(call, new() { Key = ApiTarget.Bytes("b"), WatchId = 7 }));
        await target.PutAsync("b", "1");
        Assert.Equal([1L, 7L], new[] { (await EventsAsync(call)).WatchId, (await EventsAsync(call)).WatchId }.Order());

        await call.WriteAsync(new() { CancelRequest = new() { WatchId = 1 } });
        var cancelled = (await call.ReadAsync())!;
        Assert.Equal((1, true, 0L), (cancelled.WatchId, cancelled.Canceled, cancelled.CompactRevision));
        await target.PutAsync("b", "2");
        await target.PutAsync("a", "3");
        Assert.Equal(7, (await EventsAsync(call)).WatchId);
        Assert.Equal(0, (await EventsAsync(call)).WatchId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_number_that_is_taken_and_a_range_that_is_empty_are_refused(bool real)
    {
        await using var target = await ApiTarget.StartAsync(real);
        await using var call = await target.Channel.OpenAsync(EtcdMethods.Watch, Patient);
        Assert.Equal((5, true), await CreateAsync(call, new() { Key = ApiTarget.Bytes("a"), WatchId = 5 }));
        foreach (var senseless in new WatchCreateRequest[] { new() { Key = ApiTarget.Bytes("b"), WatchId = 5 }, new() { Key = ApiTarget.Bytes("b"), RangeEnd = ApiTarget.Bytes("a") } })
        {
            await call.WriteAsync(new() { CreateRequest = senseless });
            var refused = (await call.ReadAsync())!;
            Assert.Equal((-1, true, true), (refused.WatchId, refused.Created, refused.Canceled));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_watch_from_before_the_compaction_is_told_where_it_may_begin(bool real)
    {
        await using var target = await ApiTarget.StartAsync(real);
        long last = 0;
        for (var number = 0; number < 5; number++) last = await target.PutAsync("a", $"{number}");
        await target.Channel.CallAsync(EtcdMethods.Compact, new() { Revision = last - 1 });
        await using var call = await target.Channel.OpenAsync(EtcdMethods.Watch, Patient);
        await CreateAsync(call, new() { Key = ApiTarget.Bytes("b") });
        await CreateAsync(call, new() { Key = ApiTarget.Bytes("a"), StartRevision = 2 });
        var ended = (await call.ReadAsync())!;
        Assert.Equal((1, true, last - 1), (ended.WatchId, ended.Canceled, ended.CompactRevision));
        await target.PutAsync("b", "the other lives");
        Assert.Equal(0, (await EventsAsync(call)).WatchId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_watch_from_the_future_begins_there(bool real)
    {
        await using var target = await ApiTarget.StartAsync(real);
        var now = await target.PutAsync("a", "0");
        await using var call = await target.Channel.OpenAsync(EtcdMethods.Watch, Patient);
        await CreateAsync(call, new() { Key = ApiTarget.Bytes("a"), StartRevision = now + 2 });
        for (var number = 1; number <= 3; number++) await target.PutAsync("a", $"{number}");
        var first = await EventsAsync(call);
        Assert.Equal("2", first.Events[0].Kv.Value.ToStringUtf8());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Large_changes_come_in_fragments_to_who_asked_for_them(bool real)
    {
        await using var target = await ApiTarget.StartAsync(real);
        var value = new string('x', 400_000);
        var first = await target.PutAsync("big/0", value);
        for (var number = 1; number < 12; number++) await target.PutAsync($"big/{number}", value);
        foreach (var fragment in new[] { true, false })
        {
            await using var call = await target.Channel.OpenAsync(EtcdMethods.Watch, Patient);
            await CreateAsync(call, new() { Key = ApiTarget.Bytes("big/"), RangeEnd = ApiTarget.Bytes("big0"), StartRevision = first, Fragment = fragment });
            var (events, fragments) = (0, 0);
            while (events < 12)
            {
                var response = (await call.ReadAsync())!;
                events += response.Events.Count;
                if (response.Fragment) fragments++;
                if (fragment) Assert.True(response.CalculateSize() < 2_500_000);
            }

            // Ours never gathers so much that the rest would need a fragment of its own.
            if (real) Assert.Equal(fragment, fragments > 0);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_has_nothing_more_to_ask_still_gets_changes(bool real)
    {
        await using var target = await ApiTarget.StartAsync(real);
        await using var call = await target.Channel.OpenAsync(EtcdMethods.Watch, Patient);
        await CreateAsync(call, new() { Key = ApiTarget.Bytes("a") });
        call.Complete();
        await target.PutAsync("a", "1");
        Assert.Single((await EventsAsync(call)).Events);
    }

    [Fact]
    public async Task One_transaction_that_is_too_large_for_a_message_is_cut()
    {
        await using var target = await ApiTarget.StartAsync(real: false);
        await using var call = await target.Channel.OpenAsync(EtcdMethods.Watch, Patient);
        await CreateAsync(call, new() { Key = ApiTarget.Bytes("t/"), RangeEnd = ApiTarget.Bytes("t0"), Fragment = true, PrevKv = true });
        for (var round = 0; round < 2; round++)
        {
            // With the values before, the changes of the second round take twice what a request may.
            var transaction = new TxnRequest();
            for (var number = 0; number < 100; number++) transaction.Success.Add(new RequestOp { RequestPut = new() { Key = ApiTarget.Bytes($"t/{number:00}"), Value = ApiTarget.Bytes(new string('x', 14_000)) } });
            await target.Channel.CallAsync(EtcdMethods.Txn, transaction);
        }

        var marks = new List<bool>();
        var events = 0;
        while (events < 200)
        {
            var response = (await call.ReadAsync())!;
            events += response.Events.Count;
            marks.Add(response.Fragment);
        }

        Assert.Contains(true, marks);
        Assert.False(marks[^1]);
    }

    private static async Task<(long Id, bool Created)> CreateAsync(RpcCall<Wire.WatchRequest, WatchResponse> call, WatchCreateRequest create)
    {
        await call.WriteAsync(new() { CreateRequest = create });
        var response = (await call.ReadAsync())!;
        Assert.False(response.Canceled, response.CancelReason);
        return (response.WatchId, response.Created);
    }

    private static async Task<WatchResponse> EventsAsync(RpcCall<Wire.WatchRequest, WatchResponse> call)
    {
        WatchResponse response;
        do response = (await call.ReadAsync())!;
        while (response.Events.Count == 0);
        return response;
    }
}
