using Keelson.Client.Reconciling;
using Keelson.Testing;

namespace Keelson.Client.Tests.Reconciling;

public sealed class ExpectationsTests
{
    private static readonly ObjectKey Owner = new("default", "web");

    private readonly VirtualClock _clock = new();

    [Fact]
    public void Nobody_plans_again_before_all_is_seen_that_was_done()
    {
        var expectations = new Expectations(_clock);
        Assert.True(expectations.IsSatisfied(Owner));
        expectations.Expect(Owner, creations: 2, [new ObjectKey("default", "old")]);
        expectations.CreationObserved(Owner);
        expectations.DeletionObserved(Owner, new ObjectKey("default", "another"));
        expectations.DeletionObserved(Owner, new ObjectKey("default", "old"));
        expectations.DeletionObserved(Owner, new ObjectKey("default", "old"));
        Assert.False(expectations.IsSatisfied(Owner));
        expectations.CreationObserved(Owner);
        Assert.True(expectations.IsSatisfied(Owner));
        Assert.Equal(0, expectations.Count);
    }

    [Fact]
    public void What_is_never_seen_does_not_hold_up_an_owner_for_ever()
    {
        var expectations = new Expectations(_clock);
        expectations.Expect(Owner, creations: 1);
        _clock.Advance(Expectations.Lifetime);
        Assert.False(expectations.IsSatisfied(Owner));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(expectations.IsSatisfied(Owner));
    }
}
