using Keelson.Rpc;
using Keelson.Rpc.Client;
using Keelson.Storage.Etcd;
using Keelson.Storage.Etcd.Protos;
using Wire = Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Tests.Etcd.Server;

/// <summary>What upstream's API server does with etcd, request by request.</summary>
public sealed class KubernetesUseTests
{
    private static readonly RpcCallOptions Patient = new() { Timeout = TimeSpan.FromSeconds(30) };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_object_is_created_updated_and_deleted_by_its_revision(bool real)
    {
        await using var target = await ApiTarget.StartAsync(real);
        const string Key = "/registry/configmaps/default/a";
        var created = await TransactAsync(target, Key, 0, PutOf(Key, "one"));
        Assert.True(created.Succeeded);

        var again = await TransactAsync(target, Key, 0, PutOf(Key, "other"));
        Assert.False(again.Succeeded);
        Assert.Equal("one", again.Responses[0].ResponseRange.Kvs[0].Value.ToStringUtf8());
        Assert.Equal(created.Header.Revision, again.Responses[0].ResponseRange.Kvs[0].ModRevision);

        var updated = await TransactAsync(target, Key, created.Header.Revision, PutOf(Key, "two"));
        Assert.True(updated.Succeeded);
        Assert.Equal(created.Header.Revision + 1, updated.Header.Revision);

        var stale = await TransactAsync(target, Key, created.Header.Revision, DeleteOf(Key));
        Assert.False(stale.Succeeded);
        Assert.Equal("two", stale.Responses[0].ResponseRange.Kvs[0].Value.ToStringUtf8());

        var deleted = await TransactAsync(target, Key, updated.Header.Revision, DeleteOf(Key));
        Assert.True(deleted.Succeeded);
        Assert.Equal(1, deleted.Responses[0].ResponseDeleteRange.Deleted);
        var gone = await TransactAsync(target, Key, updated.Header.Revision, DeleteOf(Key));
        Assert.False(gone.Succeeded);
        Assert.Empty(gone.Responses[0].ResponseRange.Kvs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_list_comes_in_pages_of_one_revision(bool real)
    {
        await using var target = await ApiTarget.StartAsync(real);
        for (var number = 0; number < 25; number++) await target.PutAsync($"/registry/pods/default/p{number:00}", $"{number}");
        var first = await ListAsync(target, "/registry/pods/", 10, 0);
        Assert.Equal((10, 25L, true), (first.Kvs.Count, first.Count, first.More));
        await target.PutAsync("/registry/pods/default/p12", "changed");
        await target.PutAsync("/registry/pods/default/p99", "late");

        var second = await ListAsync(target, first.Kvs[^1].Key.ToStringUtf8() + "\0", 10, first.Header.Revision);
        Assert.Equal((10, 15L, true), (second.Kvs.Count, second.Count, second.More));
        Assert.Equal("12", second.Kvs[2].Value.ToStringUtf8());
        var third = await ListAsync(target, second.Kvs[^1].Key.ToStringUtf8() + "\0", 10, first.Header.Revision);
        Assert.Equal((5, 5L, false), (third.Kvs.Count, third.Count, third.More));

        await target.Channel.CallAsync(EtcdMethods.Compact, new() { Revision = first.Header.Revision + 1 });
        var error = await Assert.ThrowsAsync<RpcException>(() => ListAsync(target, "/registry/pods/", 10, first.Header.Revision));
        Assert.Equal((RpcStatus.OutOfRange, EtcdErrors.Compacted), (error.Status, error.Message));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_watch_cache_sees_everything_with_what_was_before_and_how_far_it_is(bool real)
    {
        await using var target = await ApiTarget.StartAsync(real);
        var revision = await target.PutAsync("/registry/pods/default/a", "1");
        await using var call = await target.Channel.OpenAsync(EtcdMethods.Watch, Patient);
        await call.WriteAsync(new() { CreateRequest = Create("/registry/pods/", revision + 1) });
        await target.PutAsync("/registry/pods/default/a", "2");
        await target.PutAsync("/registry/nodes/n", "elsewhere");
        await target.Channel.CallAsync(EtcdMethods.DeleteRange, new() { Key = ApiTarget.Bytes("/registry/pods/default/a") });
        var last = await target.PutAsync("/registry/nodes/n", "elsewhere again");

        var events = new List<Event>();
        long marked = 0;
        while (marked < last)
        {
            var response = (await call.ReadAsync())!;
            Assert.False(response.Canceled);
            if (response.Events.Count > 0) Assert.Equal(0, marked);
            else if (!response.Created) marked = response.Header.Revision;
            events.AddRange(response.Events);
        }

        Assert.Equal(["2", ""], events.Select(item => item.Kv.Value.ToStringUtf8()));
        Assert.Equal(["1", "2"], events.Select(item => item.PrevKv.Value.ToStringUtf8()));
        Assert.Equal(Event.Types.EventType.Delete, events[1].Type);
        Assert.Equal(revision + 3, events[1].Kv.ModRevision);
    }

    [Fact]
    public async Task Progress_that_is_asked_for_never_overtakes_changes()
    {
        await using var target = await ApiTarget.StartAsync(real: false);
        var start = await target.PutAsync("/registry/pods/start", "");
        await using var call = await target.Channel.OpenAsync(EtcdMethods.Watch, Patient);
        for (var watch = 0; watch < 5; watch++) await call.WriteAsync(new() { CreateRequest = Create($"/registry/pods/{watch}", start + 1) });
        var writing = Task.Run(async () =>
        {
            long last = 0;
            for (var number = 0; number < 500; number++) last = await target.PutAsync($"/registry/pods/{number % 7}", $"{number}");
            return last;
        });

        long promised = 0;
        var answers = 0;
        await call.WriteAsync(new() { ProgressRequest = new() });
        while (!writing.IsCompleted || promised < await writing)
        {
            var response = (await call.ReadAsync())!;
            if (response.WatchId == -1)
            {
                answers++;
                promised = response.Header.Revision;
                await call.WriteAsync(new() { ProgressRequest = new() });
            }

            Assert.All(response.Events, item => Assert.True(item.Kv.ModRevision > promised, $"{item.Kv.ModRevision} came after {promised} was said to have been reached."));
        }

        Assert.True(answers > 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Several_servers_agree_on_who_compacts(bool real)
    {
        await using var target = await ApiTarget.StartAsync(real);
        for (var number = 0; number < 10; number++) await target.PutAsync("/registry/a", $"{number}");
        var (version, compacted, revision) = await CompactAsync(target, 0, 0);
        Assert.Equal((1L, 0L), (version, compacted));
        var (otherVersion, otherCompacted, _) = await CompactAsync(target, 0, revision);
        Assert.Equal((1L, 0L), (otherVersion, otherCompacted));

        for (var number = 0; number < 10; number++) await target.PutAsync("/registry/a", $"{number}");
        (version, compacted, _) = await CompactAsync(target, version, revision);
        Assert.Equal((2L, revision), (version, compacted));
        var error = await Assert.ThrowsAsync<RpcException>(() => ListAsync(target, "/registry/", 10, revision - 1));
        Assert.Equal(EtcdErrors.Compacted, error.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Events_share_a_lease_and_vanish_with_it(bool real)
    {
        await using var target = await ApiTarget.StartAsync(real);
        var lease = await target.Channel.CallAsync(EtcdMethods.LeaseGrant, new() { TTL = 2 });
        for (var number = 0; number < 20; number++) await target.PutAsync($"/registry/events/e{number:00}", "x", lease.ID);
        var last = await target.PutAsync("/registry/other", "x");
        await using var call = await target.Channel.OpenAsync(EtcdMethods.Watch, Patient);
        await call.WriteAsync(new() { CreateRequest = Create("/registry/events/", last + 1) });
        var gone = new List<Event>();
        while (gone.Count < 20) gone.AddRange((await call.ReadAsync())!.Events);
        Assert.All(gone, item => Assert.Equal((Event.Types.EventType.Delete, last + 1), (item.Type, item.Kv.ModRevision)));
        Assert.All(gone, item => Assert.Equal(lease.ID, item.PrevKv.Lease));
    }

    // The transaction by which one of several servers takes the turn to compact: version and revision as they were left, and the store's.
    private static async Task<(long Version, long Compacted, long Revision)> CompactAsync(ApiTarget target, long version, long revision)
    {
        var key = ApiTarget.Bytes("compact_rev_key");
        var transaction = new TxnRequest();
        transaction.Compare.Add(new Compare { Key = key, Target = Compare.Types.CompareTarget.Version, Version = version });
        transaction.Success.Add(new RequestOp { RequestPut = new() { Key = key, Value = ApiTarget.Bytes($"{revision}") } });
        transaction.Failure.Add(new RequestOp { RequestRange = new() { Key = key } });
        var response = await target.Channel.CallAsync(EtcdMethods.Txn, transaction);
        if (!response.Succeeded)
        {
            var item = response.Responses[0].ResponseRange.Kvs[0];
            return (item.Version, long.Parse(item.Value.ToStringUtf8(), System.Globalization.CultureInfo.InvariantCulture), response.Header.Revision);
        }

        if (revision > 0) await target.Channel.CallAsync(EtcdMethods.Compact, new() { Revision = revision });
        return (version + 1, revision, response.Header.Revision);
    }

    private static async Task<TxnResponse> TransactAsync(ApiTarget target, string key, long revision, RequestOp operation)
    {
        var transaction = new TxnRequest();
        transaction.Compare.Add(new Compare { Key = ApiTarget.Bytes(key), Target = Compare.Types.CompareTarget.Mod, ModRevision = revision });
        transaction.Success.Add(operation);
        transaction.Failure.Add(new RequestOp { RequestRange = new() { Key = ApiTarget.Bytes(key) } });
        return await target.Channel.CallAsync(EtcdMethods.Txn, transaction);
    }

    private static RequestOp PutOf(string key, string value) => new() { RequestPut = new() { Key = ApiTarget.Bytes(key), Value = ApiTarget.Bytes(value) } };

    private static RequestOp DeleteOf(string key) => new() { RequestDeleteRange = new() { Key = ApiTarget.Bytes(key) } };

    private static Task<RangeResponse> ListAsync(ApiTarget target, string start, long limit, long revision)
    {
        var prefix = start[..(start.IndexOf('/', "/registry/".Length - 1) + 1)];
        var end = start.StartsWith("/registry/pods/", StringComparison.Ordinal) ? "/registry/pods0" : prefix[..^1] + "0";
        return target.Channel.CallAsync(EtcdMethods.Range, new Wire.RangeRequest { Key = ApiTarget.Bytes(start), RangeEnd = ApiTarget.Bytes(end), Limit = limit, Revision = revision });
    }

    private static WatchCreateRequest Create(string prefix, long start) => new()
    {
        Key = ApiTarget.Bytes(prefix),
        RangeEnd = ApiTarget.Bytes(prefix[..^1] + (char)(prefix[^1] + 1)),
        StartRevision = start,
        PrevKv = true,
        ProgressNotify = true,
    };
}
