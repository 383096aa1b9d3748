namespace Keelson.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Each_transaction_that_changes_something_takes_the_next_revision()
    {
        var last = await PutAsync("a", "0");
        for (var i = 0; i < 20; i++)
        {
            var result = await CommitAsync(PutOf("a", $"{i}"), PutOf("b", $"{i}"), PutOf("c", $"{i}"));
            Assert.Equal(last + 1, result.Revision);
            last = result.Revision;
        }

        Assert.All((await RangeAsync()).Items, item => Assert.Equal(last, item.ModRevision));
    }

    [Fact]
    public async Task A_transaction_that_changes_nothing_takes_no_revision()
    {
        var revision = await PutAsync("a", "1");
        var deleted = await CommitAsync(DeleteOf("missing"));
        Assert.Equal((revision, true), (deleted.Revision, deleted.Succeeded));
        Assert.Equal(0, Assert.IsType<OperationResult.Delete>(deleted.Results[0]).Deleted);
        Assert.Equal(revision, (await CommitAsync()).Revision);
        Assert.Equal(revision + 1, await PutAsync("a", "2"));
    }

    [Fact]
    public async Task Writers_at_the_same_time_get_different_revisions_and_lose_nothing()
    {
        var revisions = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => PutAsync($"k{i:000}", $"{i}"))));
        Assert.Equal(200, revisions.Distinct().Count());
        var items = (await RangeAsync()).Items;
        Assert.Equal(200, items.Count);
        for (var i = 0; i < 200; i++) Assert.Equal(revisions[i], items[i].ModRevision);
    }

    [Fact]
    public async Task Of_many_who_create_one_key_exactly_one_succeeds()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () => await Store.CommitAsync(
            new Transaction([When("lock", CompareTarget.ModRevision, CompareOperator.Equal, 0)], [PutOf("lock", $"{i}")], [new Operation.Range(new RangeRequest(KeyRange.Single(Key("lock"))))]),
            Deadline))));
        Assert.Single(results, result => result.Succeeded);
    }

    public static TheoryData<CompareTarget, CompareOperator, int, bool> Comparisons()
    {
        // The difference is between what the key has and what it is compared with.
        var data = new TheoryData<CompareTarget, CompareOperator, int, bool>();
        foreach (var target in new[] { CompareTarget.ModRevision, CompareTarget.CreateRevision, CompareTarget.Version, CompareTarget.Lease })
        {
            foreach (var difference in new[] { -1, 0, 1 })
            {
                data.Add(target, CompareOperator.Equal, difference, difference == 0);
                data.Add(target, CompareOperator.NotEqual, difference, difference != 0);
                data.Add(target, CompareOperator.Less, difference, difference < 0);
                data.Add(target, CompareOperator.Greater, difference, difference > 0);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Comparisons))]
    public async Task A_number_is_compared(CompareTarget target, CompareOperator test, int difference, bool holds)
    {
        var lease = await Store.GrantLeaseAsync(TimeSpan.FromMinutes(10), 0, Deadline);
        var create = await PutAsync("a", "1");
        var modify = await PutAsync("a", "2", lease.Id);
        var actual = target switch
        {
            CompareTarget.CreateRevision => create,
            CompareTarget.ModRevision => modify,
            CompareTarget.Version => 2,
            _ => lease.Id,
        };

        var result = await Store.CommitAsync(new Transaction([When("a", target, test, actual - difference)], [PutOf("yes", "")], [PutOf("no", "")]), Deadline);
        Assert.Equal(holds, result.Succeeded);
        Assert.Equal(holds, await GetAsync("yes") is not null);
        Assert.Equal(!holds, await GetAsync("no") is not null);
    }

    [Theory]
    [InlineData(CompareOperator.Equal, "m", true)]
    [InlineData(CompareOperator.Equal, "ma", false)]
    [InlineData(CompareOperator.NotEqual, "ma", true)]
    [InlineData(CompareOperator.Less, "n", true)]
    [InlineData(CompareOperator.Less, "m", false)]
    [InlineData(CompareOperator.Greater, "lzzz", true)]
    [InlineData(CompareOperator.Greater, "m", false)]
    public async Task A_value_is_compared_by_its_bytes(CompareOperator test, string with, bool holds)
    {
        await PutAsync("a", "m");
        Assert.Equal(holds, (await Store.CommitAsync(new Transaction([WhenValue("a", test, with)], [], []), Deadline)).Succeeded);
    }

    [Theory]
    [InlineData(CompareTarget.ModRevision)]
    [InlineData(CompareTarget.CreateRevision)]
    [InlineData(CompareTarget.Version)]
    [InlineData(CompareTarget.Lease)]
    public async Task A_missing_key_counts_as_zeros(CompareTarget target)
    {
        await PutAsync("gone", "x");
        await DeleteAsync("gone");
        foreach (var key in new[] { "never", "gone" })
        {
            Assert.True(await HoldsAsync(When(key, target, CompareOperator.Equal, 0)));
            Assert.True(await HoldsAsync(When(key, target, CompareOperator.Less, 1)));
            Assert.False(await HoldsAsync(When(key, target, CompareOperator.Greater, 0)));
            Assert.False(await HoldsAsync(When(key, target, CompareOperator.NotEqual, 0)));
        }
    }

    [Theory]
    [InlineData(CompareOperator.Equal)]
    [InlineData(CompareOperator.NotEqual)]
    [InlineData(CompareOperator.Less)]
    [InlineData(CompareOperator.Greater)]
    public async Task No_comparison_with_a_missing_value_holds(CompareOperator test) => Assert.False(await HoldsAsync(WhenValue("never", test, "")));

    [Fact]
    public async Task A_comparison_of_a_range_holds_when_it_holds_for_every_key()
    {
        await PutAsync("r/a", "1");
        var last = await PutAsync("r/b", "2");
        var range = KeyRange.Prefix(Key("r/"));
        Assert.True(await HoldsAsync(new Comparison(range, CompareTarget.ModRevision, CompareOperator.Less, last + 1)));
        Assert.False(await HoldsAsync(new Comparison(range, CompareTarget.ModRevision, CompareOperator.Less, last)));
        Assert.True(await HoldsAsync(new Comparison(range, CompareTarget.Version, CompareOperator.Equal, 1)));
        Assert.True(await HoldsAsync(new Comparison(KeyRange.Prefix(Key("none/")), CompareTarget.Version, CompareOperator.Equal, 0)));
    }

    [Fact]
    public async Task All_comparisons_must_hold()
    {
        await PutAsync("a", "1");
        Assert.False((await Store.CommitAsync(new Transaction([WhenValue("a", CompareOperator.Equal, "1"), WhenValue("a", CompareOperator.Equal, "2")], [], []), Deadline)).Succeeded);
        Assert.True((await Store.CommitAsync(new Transaction([], [], []), Deadline)).Succeeded);
    }

    [Fact]
    public async Task Operations_answer_in_their_place_and_see_what_was_done_before_them()
    {
        await CommitAsync(PutOf("a", "old"), PutOf("b", "b"));
        var result = await CommitAsync(
            PutOf("c", "new"),
            new Operation.Range(new RangeRequest(Everything)),
            DeleteOf("b"),
            new Operation.Range(new RangeRequest(Everything, CountOnly: true)));

        Assert.IsType<OperationResult.Put>(result.Results[0]);
        var seen = Assert.IsType<OperationResult.Range>(result.Results[1]).Result;
        Assert.Equal(["a", "b", "c"], Names(seen.Items));
        Assert.Equal(("new", result.Revision), (Text(seen.Items[2].Value), seen.Items[2].ModRevision));
        Assert.Equal(1, Assert.IsType<OperationResult.Delete>(result.Results[2]).Deleted);
        Assert.Equal(2, Assert.IsType<OperationResult.Range>(result.Results[3]).Result.Count);
    }

    [Fact]
    public async Task Previous_versions_come_back_when_asked_for()
    {
        var first = await PutAsync("a", "one");
        await PutAsync("b", "two");

        var put = await CommitAsync(PutOf("a", "three", previous: true), PutOf("new", "x", previous: true));
        Same(new StoredItem(Key("a"), Bytes("one"), first, first, 1), Assert.IsType<OperationResult.Put>(put.Results[0]).Previous);
        Assert.Null(Assert.IsType<OperationResult.Put>(put.Results[1]).Previous);
        Assert.Null(Assert.IsType<OperationResult.Put>((await CommitAsync(PutOf("a", "four"))).Results[0]).Previous);

        var deletion = Assert.IsType<OperationResult.Delete>((await CommitAsync(new Operation.Delete(Everything, ReturnPrevious: true))).Results[0]);
        Assert.Equal(3, deletion.Deleted);
        Assert.Equal(["a=four", "b=two", "new=x"], deletion.Previous.Select(item => $"{Name(item.Key)}={Text(item.Value)}"));
    }

    [Fact]
    public async Task A_range_is_deleted_in_one_revision()
    {
        await CommitAsync(PutOf("r/a", "1"), PutOf("r/b", "2"), PutOf("s", "3"));
        var result = await CommitAsync(new Operation.Delete(KeyRange.Prefix(Key("r/"))));
        Assert.Equal(2, Assert.IsType<OperationResult.Delete>(result.Results[0]).Deleted);
        Assert.Equal(["s"], Names((await RangeAsync()).Items));
        Assert.Equal(3, (await RangeAsync(result.Revision - 1)).Count);
    }

    [Fact]
    public async Task Transactions_lie_in_one_another_and_take_one_revision_together()
    {
        var before = await PutAsync("a", "1");
        var inner = new Transaction([WhenValue("a", CompareOperator.Equal, "1")], [PutOf("b", "inner")], [PutOf("b", "not")]);
        var result = await CommitAsync(PutOf("c", "outer"), new Operation.Nested(inner), new Operation.Range(new RangeRequest(KeyRange.Single(Key("b")))));

        Assert.Equal(before + 1, result.Revision);
        var nested = Assert.IsType<OperationResult.Nested>(result.Results[1]).Result;
        Assert.True(nested.Succeeded);
        Assert.IsType<OperationResult.Put>(Assert.Single(nested.Results));
        Assert.Equal("inner", Text(Assert.IsType<OperationResult.Range>(result.Results[2]).Result.Items[0].Value));
        Assert.All(new[] { "b", "c" }, key => Assert.Equal(before + 1, GetAsync(key).Result!.ModRevision));
    }

    [Fact]
    public async Task A_key_is_changed_once_a_transaction()
    {
        var revision = await PutAsync("a", "1");
        Operation Nest(Operation inside) => new Operation.Nested(new Transaction([], [inside], []));
        Operation[][] refused =
        [
            [PutOf("a", "1"), PutOf("a", "2")],
            [PutOf("a", "1"), DeleteOf("a")],
            [new Operation.Delete(Everything), PutOf("a", "1")],
            [PutOf("a", "1"), Nest(PutOf("a", "2"))],
            [DeleteOf("a"), Nest(PutOf("a", "2"))],
            [Nest(DeleteOf("a")), PutOf("a", "2")],
            [Nest(PutOf("a", "1")), Nest(PutOf("a", "2"))],
        ];
        foreach (var operations in refused)
        {
            var refusal = await RefusedAsync(StoreError.InvalidRequest, () => CommitAsync(operations));
            Assert.Contains("duplicate key given in txn request", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal("1", await ValueAsync("a"));
        Assert.Equal(revision, (await Store.StatusAsync(Deadline)).Revision);
    }

    [Fact]
    public async Task Two_branches_may_write_the_same_key()
    {
        var both = new Transaction([], [PutOf("a", "yes")], [PutOf("a", "no")]);
        await Store.CommitAsync(both, Deadline);
        await CommitAsync(new Operation.Nested(both));
        await CommitAsync(DeleteOf("a"), DeleteOf("a"), new Operation.Delete(Everything));
        await CommitAsync(new Operation.Nested(new([], [PutOf("a", "yes")], [DeleteOf("a")])), PutOf("b", "beside"));
        await CommitAsync(new Operation.Nested(new([], [DeleteOf("a")], [PutOf("a", "no")])), new Operation.Nested(new([], [PutOf("b", "x")], [])));
        Assert.Null(await GetAsync("a"));
    }

    [Fact]
    public async Task A_transaction_that_is_refused_halfway_has_not_happened()
    {
        var revision = await PutAsync("a", "1");
        await RefusedAsync(StoreError.LeaseNotFound, () => CommitAsync(PutOf("a", "2"), DeleteOf("b"), PutOf("c", "3", lease: 123_456_789)));
        Assert.Equal("1", await ValueAsync("a"));
        Assert.Null(await GetAsync("c"));
        Assert.Equal(revision + 1, await PutAsync("a", "2"));
    }

    [Fact]
    public async Task A_put_can_keep_the_value_or_the_lease()
    {
        var lease = await Store.GrantLeaseAsync(TimeSpan.FromMinutes(10), 0, Deadline);
        await PutAsync("a", "1", lease.Id);
        await CommitAsync(new Operation.Put(Key("a"), Bytes("2"), KeepLease: true));
        Assert.Equal(("2", lease.Id), (await ValueAsync("a"), (await GetAsync("a"))!.Lease));
        await CommitAsync(new Operation.Put(Key("a"), default, KeepValue: true));
        Assert.Equal(("2", 0L, 3L), (await ValueAsync("a"), (await GetAsync("a"))!.Lease, (await GetAsync("a"))!.Version));
        await RefusedAsync(StoreError.InvalidRequest, () => CommitAsync(new Operation.Put(Key("none"), default, KeepValue: true)));
        await RefusedAsync(StoreError.InvalidRequest, () => CommitAsync(new Operation.Put(Key("none"), Bytes("x"), KeepLease: true)));
    }

    [Fact]
    public async Task A_cancelled_write_is_not_done()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Store.CommitAsync(new Transaction([], [PutOf("a", "1")], []), cancelled.Token));
        Assert.Null(await GetAsync("a"));
    }

    private async Task<bool> HoldsAsync(Comparison comparison) => (await Store.CommitAsync(new Transaction([comparison], [], []), Deadline)).Succeeded;
}
