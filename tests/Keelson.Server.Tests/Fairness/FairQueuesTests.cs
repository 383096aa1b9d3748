using Keelson.Api.FlowControl.V1;
using Keelson.Server.Fairness;

namespace Keelson.Server.Tests.Fairness;

public sealed class FairQueuesTests
{
    private static readonly QueuingConfiguration Sharded = new() { Queues = 64, HandSize = 6, QueueLengthLimit = 50 };

    [Fact]
    public void A_flow_that_floods_fills_its_own_hand_and_no_more()
    {
        var queues = new FairQueues(Sharded);
        var taken = Enumerable.Range(0, 1000).Count(_ => queues.TryEnqueue(0xABCDEF0123456789, 1) is not null);

        Assert.Equal(6 * 50, taken);
        Assert.NotNull(queues.TryEnqueue(0x1234, 1));
    }

    [Fact]
    public void Flows_have_different_hands()
    {
        var random = new Random(7);
        var hands = Enumerable.Range(0, 50).Select(_ =>
        {
            var queues = new FairQueues(Sharded);
            var flow = (ulong)random.NextInt64();
            return string.Join(",", Enumerable.Range(0, 6).Select(_ => queues.TryEnqueue(flow, 1)!.Queue).Order());
        }).ToList();

        Assert.Equal(50, hands.Distinct().Count());
        Assert.All(hands, hand => Assert.Equal(6, hand.Split(',').Distinct().Count()));
    }

    [Fact]
    public void One_request_of_a_quiet_flow_comes_before_the_many_of_a_loud_one()
    {
        var queues = new FairQueues(new QueuingConfiguration { Queues = 8, HandSize = 1, QueueLengthLimit = 100 });
        for (var i = 0; i < 50; i++) queues.TryEnqueue(0, 1);
        Take(queues);
        Take(queues);
        var quiet = queues.TryEnqueue(1, 1);

        var order = new List<Waiter> { Take(queues), Take(queues) };

        Assert.Contains(quiet, order);
    }

    [Fact]
    public void A_flow_whose_requests_take_long_gets_fewer_turns()
    {
        var queues = new FairQueues(new QueuingConfiguration { Queues = 2, HandSize = 1, QueueLengthLimit = 200 });
        for (var i = 0; i < 100; i++)
        {
            queues.TryEnqueue(0, 1);
            queues.TryEnqueue(1, 1);
        }

        var turns = new int[2];
        for (var i = 0; i < 100; i++)
        {
            var waiter = Take(queues);
            turns[waiter.Queue]++;
            queues.Served(waiter, TimeSpan.FromMilliseconds(waiter.Queue == 0 ? 30 : 10));
        }

        Assert.InRange(turns[1], 70, 80);
    }

    [Fact]
    public void Who_does_not_wait_any_longer_is_nobody_whose_turn_comes()
    {
        var queues = new FairQueues(Sharded);
        var first = queues.TryEnqueue(1, 1)!;

        Assert.True(queues.Remove(first));
        Assert.False(queues.Remove(first));
        Assert.Null(queues.Peek());
        Assert.Equal(0, queues.Count);
    }

    private static Waiter Take(FairQueues queues)
    {
        var waiter = queues.Peek()!;
        queues.Dequeue(waiter);
        return waiter;
    }
}
