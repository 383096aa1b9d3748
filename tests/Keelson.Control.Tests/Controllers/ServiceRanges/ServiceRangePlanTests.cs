using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Api.Networking.V1;
using Keelson.Control.Controllers.ServiceRanges;

namespace Keelson.Control.Tests.Controllers.ServiceRanges;

public sealed class ServiceRangePlanTests
{
    private static readonly Time Now = Time.FromDateTimeOffset(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_new_range_is_kept_from_deletion_and_said_to_be_ready()
    {
        var plan = Compute(Range("a", "10.0.0.0/24"), []);
        Assert.Equal<string>([ServiceRangePlan.Finalizer], plan.Finalizers!.Value);
        Assert.Equal(("Ready", "True", "", "Kubernetes Service CIDR is ready"), (plan.Ready!.Type, plan.Ready.Status, plan.Ready.Reason, plan.Ready.Message));
        var settled = Range("a", "10.0.0.0/24") with { Status = new ServiceCIDRStatus { Conditions = [plan.Ready] } };
        settled = settled with { Metadata = settled.Metadata with { Finalizers = plan.Finalizers.Value } };
        Assert.Equal(new ServiceRangePlan(null, null, null), Compute(settled, []));
    }

    [Theory]
    [InlineData("10.0.0.5", true)]
    [InlineData("10.0.1.5", false)]
    [InlineData("10.0.0.255", false)]
    [InlineData("fd00::5", true)]
    [InlineData("fd00:1::5", false)]
    public void A_deleted_range_stays_as_long_as_a_service_has_an_address_from_it(string address, bool stays)
    {
        var plan = Compute(Deleted("a", 60, "10.0.0.0/24", "fd00::/112"), [Record(address)]);
        Assert.Equal(stays ? "False Terminating" : "", plan.Ready is { } ready ? $"{ready.Status} {ready.Reason}" : "");
        Assert.Equal(stays, plan.Finalizers is null);
    }

    [Fact]
    public void A_deleted_range_goes_ten_seconds_later_at_the_earliest()
    {
        Assert.Equal(TimeSpan.FromSeconds(7), Compute(Deleted("a", 3, "10.0.0.0/24"), []).Again);
        Assert.Empty(Compute(Deleted("a", 10, "10.0.0.0/24"), []).Finalizers!.Value);
    }

    [Fact]
    public void A_range_that_others_cover_keeps_no_address()
    {
        var going = Deleted("a", 60, "10.0.0.0/24");
        Assert.NotNull(Compute(going, [Record("10.0.0.5")], Range("b", "10.0.0.0/16")).Finalizers);
        Assert.NotNull(Compute(going, [Record("10.0.0.5")], Range("b", "10.0.0.0/24")).Finalizers);
        Assert.NotNull(Compute(going, [Record("10.0.0.5")], Range("b", "10.0.0.0/28")).Finalizers);
        Assert.Null(Compute(going, [Record("10.0.0.50")], Range("b", "10.0.0.0/28")).Finalizers);
        Assert.NotNull(Compute(going, [Record("10.0.0.5") with { Metadata = new ObjectMeta { Name = "10.0.0.5" } }]).Finalizers);
    }

    [Fact]
    public void Of_two_alike_that_are_deleted_together_none_leaves_an_address_without_a_range()
    {
        var (one, other) = (Deleted("a", 60, "10.0.0.0/24"), Deleted("b", 60, "10.0.0.0/24"));
        Assert.Null(Compute(one, [Record("10.0.0.5")], other).Finalizers);
        Assert.Null(Compute(other, [Record("10.0.0.5")], one).Finalizers);
    }

    private static ServiceRangePlan Compute(ServiceCIDR range, IPAddress[] addresses, params ServiceCIDR[] others) => ServiceRangePlan.Compute(range, [range, .. others], addresses, Now);

    private static ServiceCIDR Range(string name, params string[] ranges) => new() { Metadata = new ObjectMeta { Name = name }, Spec = new ServiceCIDRSpec { Cidrs = ranges } };

    private static ServiceCIDR Deleted(string name, int secondsAgo, params string[] ranges)
    {
        var range = Range(name, ranges);
        return range with { Metadata = range.Metadata with { Finalizers = [ServiceRangePlan.Finalizer], DeletionTimestamp = Now - TimeSpan.FromSeconds(secondsAgo) } };
    }

    private static IPAddress Record(string address) => new() { Metadata = new ObjectMeta { Name = address, Labels = ApiMap<string>.From(("ipaddress.kubernetes.io/managed-by", "ipallocator.k8s.io")) } };
}
