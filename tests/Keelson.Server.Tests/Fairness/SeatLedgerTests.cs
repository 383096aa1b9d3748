using Keelson.Api.FlowControl.V1;
using Keelson.Api.Meta.V1;
using Keelson.Server.Fairness;
using Keelson.Testing;

namespace Keelson.Server.Tests.Fairness;

public sealed class SeatLedgerTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(15);

    private readonly VirtualClock _clock = new(VirtualClock.DefaultStart);

    [Fact]
    public void Seats_are_shared_out_by_shares()
    {
        var (ledger, _) = Make(Level("a", 45), Level("b", 50));

        Assert.Equal([("a", 45), ("b", 50), ("catch-all", 5), ("exempt", 0)], ledger.Look().Select(level => (level.Name, level.Nominal)).Order());
    }

    [Fact]
    public async Task What_is_too_much_waits_and_gets_the_seat_that_becomes_free()
    {
        var (ledger, level) = Make(Level("a", 1, queues: 1), Level("b", 94));
        var (_, first) = await ledger.TakeAsync(level["a"], 0, 1, Wait, CancellationToken.None);
        var second = ledger.TakeAsync(level["a"], 0, 1, Wait, CancellationToken.None).AsTask();

        Assert.False(second.IsCompleted);
        first!.Release();
        first.Release();

        Assert.NotNull((await second).Seats);
        Assert.Equal(1, ledger.Look().Single(state => state.Name == "a").InUse);
    }

    [Fact]
    public async Task A_level_without_queues_refuses_and_full_queues_refuse()
    {
        var (ledger, level) = Make(Level("a", 1), Level("b", 1, queues: 1, length: 1), Level("c", 93));
        await ledger.TakeAsync(level["a"], 0, 1, Wait, CancellationToken.None);
        await ledger.TakeAsync(level["b"], 0, 1, Wait, CancellationToken.None);
        var waiting = ledger.TakeAsync(level["b"], 0, 1, Wait, CancellationToken.None);

        Assert.Equal(SeatLedger.Refusal.ConcurrencyLimit, (await ledger.TakeAsync(level["a"], 0, 1, Wait, CancellationToken.None)).Refusal);
        Assert.Equal(SeatLedger.Refusal.QueueFull, (await ledger.TakeAsync(level["b"], 0, 1, Wait, CancellationToken.None)).Refusal);
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task Who_waits_too_long_or_goes_away_is_in_nobodys_way()
    {
        var (ledger, level) = Make(Level("a", 1, queues: 1), Level("b", 94));
        var (_, first) = await ledger.TakeAsync(level["a"], 0, 1, Wait, CancellationToken.None);
        using var gone = new CancellationTokenSource();
        var late = ledger.TakeAsync(level["a"], 0, 1, Wait, CancellationToken.None).AsTask();
        var left = ledger.TakeAsync(level["a"], 0, 1, Wait, gone.Token).AsTask();

        await gone.CancelAsync();
        Assert.Equal(SeatLedger.Refusal.Cancelled, (await left).Refusal);
        _clock.Advance(Wait);
        Assert.Equal(SeatLedger.Refusal.TimeOut, (await late).Refusal);
        first!.Release();

        Assert.Equal((0, 0), ledger.Look().Where(state => state.Name == "a").Select(state => (state.InUse, state.Waiting)).Single());
    }

    [Fact]
    public async Task What_a_level_does_not_need_and_lends_others_may_have()
    {
        var (ledger, level) = Make(Level("a", 50, queues: 1), Level("b", 45, lendable: 40));
        for (var i = 0; i < 50 + 18; i++) Assert.NotNull((await ledger.TakeAsync(level["a"], 0, 1, Wait, CancellationToken.None)).Seats);

        Assert.False(ledger.TakeAsync(level["a"], 0, 1, Wait, CancellationToken.None).IsCompleted);
        Assert.NotNull((await ledger.TakeAsync(level["b"], 0, 1, Wait, CancellationToken.None)).Seats);
    }

    [Fact]
    public async Task A_level_borrows_no_more_than_it_may()
    {
        var (ledger, level) = Make(Level("a", 50, borrowable: 10), Level("b", 45, lendable: 100));
        for (var i = 0; i < 55; i++) Assert.NotNull((await ledger.TakeAsync(level["a"], 0, 1, Wait, CancellationToken.None)).Seats);

        Assert.Equal(SeatLedger.Refusal.ConcurrencyLimit, (await ledger.TakeAsync(level["a"], 0, 1, Wait, CancellationToken.None)).Refusal);
    }

    [Fact]
    public async Task A_request_that_is_wider_than_its_level_has_it_alone()
    {
        var (ledger, level) = Make(Level("a", 2, queues: 1), Level("b", 93));
        var (_, wide) = await ledger.TakeAsync(level["a"], 0, 10, Wait, CancellationToken.None);
        var other = ledger.TakeAsync(level["a"], 0, 1, Wait, CancellationToken.None).AsTask();

        Assert.NotNull(wide);
        Assert.False(other.IsCompleted);
        wide.Release();
        Assert.NotNull((await other).Seats);
    }

    [Fact]
    public async Task Who_waits_at_a_level_that_is_removed_still_gets_his_turn()
    {
        var (ledger, level) = Make(Level("a", 1, queues: 1), Level("b", 94));
        var (_, first) = await ledger.TakeAsync(level["a"], 0, 1, Wait, CancellationToken.None);
        var second = ledger.TakeAsync(level["a"], 0, 1, Wait, CancellationToken.None).AsTask();

        ledger.Configure([Level("b", 95)]);
        first!.Release();

        Assert.NotNull((await second).Seats);
    }

    [Fact]
    public async Task What_is_exempt_is_never_held_up()
    {
        var (ledger, level) = Make(Level("a", 95));
        for (var i = 0; i < 1000; i++) Assert.NotNull((await ledger.TakeAsync(level["exempt"], 0, 1, Wait, CancellationToken.None)).Seats);
    }

    private (SeatLedger Ledger, IReadOnlyDictionary<string, PriorityLevel> Levels) Make(params PriorityLevelConfiguration[] levels)
    {
        var ledger = new SeatLedger(100, _clock);
        return (ledger, ledger.Configure(levels));
    }

    private static PriorityLevelConfiguration Level(string name, int shares, int lendable = 0, int? borrowable = null, int queues = 0, int length = 100) => new()
    {
        Metadata = new ObjectMeta { Name = name },
        Spec = new()
        {
            Type = PriorityLevelEnablement.Limited,
            Limited = new()
            {
                NominalConcurrencyShares = shares,
                LendablePercent = lendable,
                BorrowingLimitPercent = borrowable,
                LimitResponse = queues == 0 ? new() { Type = LimitResponseType.Reject } : new() { Type = LimitResponseType.Queue, Queuing = new() { Queues = queues, HandSize = 1, QueueLengthLimit = length } },
            },
        },
    };
}
