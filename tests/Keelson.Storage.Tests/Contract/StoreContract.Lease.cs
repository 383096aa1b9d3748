namespace Keelson.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    private static readonly TimeSpan LongLease = TimeSpan.FromMinutes(10);

    /// <summary>Long enough for every engine to grant it as asked: etcd's shortest is two seconds.</summary>
    private static readonly TimeSpan ShortLease = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task A_lease_is_granted_listed_described_and_revoked()
    {
        var lease = await Store.GrantLeaseAsync(LongLease, 0, Deadline);
        Assert.True(lease.Id > 0);
        Assert.Equal(LongLease, lease.TimeToLive);
        Assert.Contains(lease.Id, await Store.ListLeasesAsync(Deadline));
        await PutAsync("b", "1", lease.Id);
        await PutAsync("a", "1", lease.Id);

        var state = await Store.GetLeaseAsync(lease.Id, Deadline);
        Assert.Equal((lease.Id, LongLease), (state!.Id, state.TimeToLive));
        Assert.InRange(state.Remaining, TimeSpan.FromSeconds(1), LongLease);
        Assert.Equal(["a", "b"], state.Keys.Select(key => Name(key)).Order(StringComparer.Ordinal));
        Assert.Equal(lease.Id, (await GetAsync("a"))!.Lease);

        Assert.True(await Store.RevokeLeaseAsync(lease.Id, Deadline));
        Assert.DoesNotContain(lease.Id, await Store.ListLeasesAsync(Deadline));
        Assert.Null(await Store.GetLeaseAsync(lease.Id, Deadline));
    }

    [Fact]
    public async Task Revoking_deletes_the_keys_in_one_revision()
    {
        var lease = await Store.GrantLeaseAsync(LongLease, 0, Deadline);
        await CommitAsync(PutOf("a", "1", lease.Id), PutOf("b", "2", lease.Id), PutOf("c", "3"));
        var before = (await Store.StatusAsync(Deadline)).Revision;
        await using var watch = Watch(new WatchRequest(Everything, before + 1));
        await Store.RevokeLeaseAsync(lease.Id, Deadline);

        Assert.Equal(["c"], Names((await RangeAsync()).Items));
        var changes = await watch.TakeAsync(2);
        Assert.Equal(["-a", "-b"], changes.Select(Told).Order(StringComparer.Ordinal));
        Assert.All(changes, change => Assert.Equal(before + 1, change.Item.ModRevision));
    }

    [Fact]
    public async Task A_lease_without_keys_ends_without_a_revision()
    {
        var lease = await Store.GrantLeaseAsync(LongLease, 0, Deadline);
        var revision = await PutAsync("a", "1");
        await Store.RevokeLeaseAsync(lease.Id, Deadline);
        Assert.Equal(revision + 1, await PutAsync("a", "2"));
    }

    [Fact]
    public async Task A_lease_that_nobody_keeps_alive_takes_its_keys_with_it_in_one_revision()
    {
        var lease = await Store.GrantLeaseAsync(ShortLease, 0, Deadline);
        await CommitAsync(PutOf("a", "1", lease.Id), PutOf("b", "2", lease.Id), PutOf("c", "3"));
        var before = (await Store.StatusAsync(Deadline)).Revision;
        await PassTimeAsync(ShortLease);
        await UntilAsync(async () => await GetAsync("a") is null);
        await using var watch = Watch(new WatchRequest(Everything, before + 1));

        // One revision, and not necessarily the next: on a store that outlives the test, another test's lease may end meanwhile.
        Assert.Single((await watch.TakeAsync(2)).Select(change => change.Item.ModRevision).Distinct());
        Assert.Equal(["c"], Names((await RangeAsync()).Items));
        Assert.Null(await Store.KeepLeaseAliveAsync(lease.Id, Deadline));
        Assert.Null(await Store.GetLeaseAsync(lease.Id, Deadline));
    }

    [Fact]
    public async Task A_lease_that_is_kept_alive_stays()
    {
        var lease = await Store.GrantLeaseAsync(ShortLease, 0, Deadline);
        await PutAsync("a", "1", lease.Id);
        for (var i = 0; i < 4; i++)
        {
            await PassTimeAsync(ShortLease / 3);
            var kept = await Store.KeepLeaseAliveAsync(lease.Id, Deadline);
            Assert.Equal(ShortLease, kept!.TimeToLive);
        }

        Assert.NotNull(await GetAsync("a"));
    }

    [Fact]
    public async Task A_key_hangs_on_the_lease_it_was_last_put_with()
    {
        var one = await Store.GrantLeaseAsync(LongLease, 0, Deadline);
        var other = await Store.GrantLeaseAsync(LongLease, 0, Deadline);
        await CommitAsync(PutOf("moved", "1", one.Id), PutOf("freed", "1", one.Id), PutOf("deleted", "1", one.Id), PutOf("kept", "1", one.Id));
        await CommitAsync(PutOf("moved", "2", other.Id), PutOf("freed", "2"), DeleteOf("deleted"));

        Assert.Equal(["kept"], (await Store.GetLeaseAsync(one.Id, Deadline))!.Keys.Select(key => Name(key)));
        Assert.Equal(["moved"], (await Store.GetLeaseAsync(other.Id, Deadline))!.Keys.Select(key => Name(key)));
        await Store.RevokeLeaseAsync(one.Id, Deadline);
        Assert.Equal(["freed", "moved"], Names((await RangeAsync()).Items));
    }

    [Fact]
    public async Task An_unknown_lease_is_refused_or_not_found()
    {
        const long Unknown = 987_654_321;
        await RefusedAsync(StoreError.LeaseNotFound, () => PutAsync("a", "1", Unknown));
        Assert.Null(await GetAsync("a"));
        Assert.Null(await Store.GetLeaseAsync(Unknown, Deadline));
        Assert.Null(await Store.KeepLeaseAliveAsync(Unknown, Deadline));
        Assert.False(await Store.RevokeLeaseAsync(Unknown, Deadline));
    }

    [Fact]
    public async Task A_lease_can_have_a_number_of_ones_own_choice_once()
    {
        var id = 4_000_000_000L + Environment.ProcessId * 1000L + Interlocked.Increment(ref s_prefixes);
        Assert.Equal(id, (await Store.GrantLeaseAsync(LongLease, id, Deadline)).Id);
        await RefusedAsync(StoreError.LeaseExists, async () => await Store.GrantLeaseAsync(LongLease, id, Deadline));
        await Store.RevokeLeaseAsync(id, Deadline);
        Assert.Equal(id, (await Store.GrantLeaseAsync(LongLease, id, Deadline)).Id);
        await Store.RevokeLeaseAsync(id, Deadline);
    }
}
