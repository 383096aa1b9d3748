using Keelson.Rpc;
using Keelson.Storage.Etcd;
using Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Tests.Etcd.Server;

/// <summary>The services by which a server stands in line for its client, on a real etcd and on ours.</summary>
public sealed class LockAndElectionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lock_goes_from_hand_to_hand_in_order(bool real)
    {
        await using var target = await ApiTarget.StartAsync(real);
        var leases = new List<long>();
        for (var number = 0; number < 3; number++) leases.Add((await target.Channel.CallAsync(EtcdMethods.LeaseGrant, new() { TTL = 100 })).ID);
        var first = await LockAsync(target, leases[0]);
        Assert.Equal($"l/{leases[0]:x}", first.Key.ToStringUtf8());
        Assert.Equal(first.Key, (await LockAsync(target, leases[0])).Key);

        var second = LockAsync(target, leases[1]);
        await WaitingAsync(target, "l/", 2);
        using var given = new CancellationTokenSource();
        var third = LockAsync(target, leases[2], given.Token);
        await WaitingAsync(target, "l/", 3);
        Assert.False(second.IsCompleted || third.IsCompleted);

        await target.Channel.CallAsync(EtcdMethods.Unlock, new() { Key = first.Key });
        Assert.Equal($"l/{leases[1]:x}", (await second).Key.ToStringUtf8());
        Assert.False(third.IsCompleted);

        // Who no longer waits leaves the line.
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        await WaitingAsync(target, "l/", 1);

        // A lease that ends takes the lock with it.
        var fourth = LockAsync(target, leases[2]);
        await WaitingAsync(target, "l/", 2);
        await target.Channel.CallAsync(EtcdMethods.LeaseRevoke, new() { ID = leases[1] });
        Assert.Equal($"l/{leases[2]:x}", (await fourth).Key.ToStringUtf8());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_leader_is_elected_proclaims_and_resigns(bool real)
    {
        await using var target = await ApiTarget.StartAsync(real);
        var one = (await target.Channel.CallAsync(EtcdMethods.LeaseGrant, new() { TTL = 100 })).ID;
        var other = (await target.Channel.CallAsync(EtcdMethods.LeaseGrant, new() { TTL = 100 })).ID;
        var name = ApiTarget.Bytes("e");
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var observed = target.Channel.StreamAsync(EtcdMethods.Observe, new() { Name = name }, cancel: over.Token).GetAsyncEnumerator(over.Token);
        var observing = ValueOfNextAsync(observed);

        var first = await target.Channel.CallAsync(EtcdMethods.Campaign, new() { Name = name, Lease = one, Value = ApiTarget.Bytes("one") });
        Assert.Equal("one", await observing);
        Assert.Equal((name, one), (first.Leader.Name, first.Leader.Lease));
        var second = target.Channel.CallAsync(EtcdMethods.Campaign, new() { Name = name, Lease = other, Value = ApiTarget.Bytes("other") });
        await WaitingAsync(target, "e/", 2);
        Assert.False(second.IsCompleted);

        observing = ValueOfNextAsync(observed);
        await target.Channel.CallAsync(EtcdMethods.Proclaim, new() { Leader = first.Leader, Value = ApiTarget.Bytes("one, still") });
        Assert.Equal("one, still", await observing);
        Assert.Equal("one, still", (await target.Channel.CallAsync(EtcdMethods.Leader, new() { Name = name })).Kv.Value.ToStringUtf8());

        observing = ValueOfNextAsync(observed);
        await target.Channel.CallAsync(EtcdMethods.Resign, new() { Leader = first.Leader });
        Assert.Equal("other", await observing);
        Assert.Equal(other, (await second).Leader.Lease);
        var error = await Assert.ThrowsAsync<RpcException>(() => target.Channel.CallAsync(EtcdMethods.Proclaim, new() { Leader = first.Leader, Value = ApiTarget.Bytes("x") }));
        Assert.Equal("election: not leader", error.Message);
    }

    private static async Task<string> ValueOfNextAsync(IAsyncEnumerator<LeaderResponse> observed)
    {
        Assert.True(await observed.MoveNextAsync());
        return observed.Current.Kv.Value.ToStringUtf8();
    }

    private static Task<LockResponse> LockAsync(ApiTarget target, long lease, CancellationToken cancel = default) =>
        target.Channel.CallAsync(EtcdMethods.Lock, new() { Name = ApiTarget.Bytes("l"), Lease = lease }, cancel: cancel);

    private static async Task WaitingAsync(ApiTarget target, string prefix, int count)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var line = await target.Channel.CallAsync(
                EtcdMethods.Range, new() { Key = ApiTarget.Bytes(prefix), RangeEnd = ApiTarget.Bytes(prefix[..^1] + "0"), CountOnly = true }, cancel: deadline.Token);
            if (line.Count == count) return;
            await Task.Delay(10, deadline.Token);
        }
    }
}
