using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Control.Controllers.GarbageCollection;

namespace Keelson.Control.Tests.Controllers.GarbageCollection;

public sealed class CollectionTests
{
    [Fact]
    public void An_object_with_a_solid_owner_is_never_deleted_and_one_without_always()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var owners = Enumerable.Range(0, random.Next(1, 5)).Select(i => (new OwnerReference { Uid = "u" + i }, (OwnerState)random.Next(3))).ToList();
            var verdict = Collection.Decide(ObjectMeta.Empty, owners, random.Next(2) == 0);
            var solid = owners.Where(entry => entry.Item2 == OwnerState.Solid).Select(entry => entry.Item1).ToApiList();
            Assert.Equal(solid.IsEmpty, verdict.Propagation is not null);
            if (!solid.IsEmpty && solid.Count < owners.Count) Assert.Equal(solid, verdict.Owners);
            else Assert.Null(verdict.Owners);
        }
    }

    [Fact]
    public void An_object_that_owns_others_goes_after_them_when_its_owner_waits() =>
        Assert.Equal("Foreground", Collection.Decide(ObjectMeta.Empty, [(new OwnerReference(), OwnerState.Waiting)], hasDependents: true).Propagation);

    [Fact]
    public void An_object_that_wants_its_dependents_orphaned_keeps_that_wish() =>
        Assert.Equal("Orphan", Collection.Decide(new ObjectMeta { Finalizers = ["orphan"] }, [(new OwnerReference(), OwnerState.Absent)], hasDependents: true).Propagation);

    [Fact]
    public void An_object_without_owners_is_left_alone() => Assert.Equal(Collection.Nothing, Collection.Decide(ObjectMeta.Empty, [], hasDependents: true));
}
