using Keelson.Api.Patch.Apply;
using Keelson.Api.Schemas;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Patch.Apply;

/// <summary>What holds of ownership whatever is written, by whom and in which order.</summary>
public sealed class OwnershipPropertyTests
{
    private static readonly (Schema Schema, string ApiVersion, string Kind)[] Kinds =
    [
        (Samples.Deployment, "apps/v1", "Deployment"),
        (Samples.Service, "v1", "Service"),
        (Samples.ConfigMap, "v1", "ConfigMap"),
        (Samples.Open, "e.com/v1", "Thing"),
    ];

    [Fact]
    public void Applying_twice_is_applying_once()
    {
        ForEach(150, (objects, schema, cluster) =>
        {
            cluster.Update("w", Make(objects, schema).ToString());
            var configuration = Make(objects, schema).ToString();
            cluster.Applies("a", configuration, force: true);
            var once = cluster.Live;
            Assert.False(cluster.Apply("a", configuration).Changes);
            Samples.AssertSame(once, cluster.Live);
        });
    }

    [Fact]
    public void Who_creates_an_object_owns_all_of_it()
    {
        ForEach(150, (objects, schema, cluster) =>
        {
            var content = Make(objects, schema);
            cluster.Update("w", content.ToString());
            var type = MergeType.Root(schema);
            var unowned = FieldSetOf.Value(cluster.Live!, type)
                .Difference(Owned(cluster))
                .Difference(FieldSetOf.Value(EmptyObject.Of(schema), type).WithNamedFields(type))
                .Difference(FieldSet.Of(
                    Path("apiVersion"), Path("kind"), Path("metadata"), Path("metadata", "name"), Path("metadata", "uid"), Path("metadata", "managedFields")));
            Assert.True(unowned.IsEmpty, $"nobody owns\n{unowned}\nof {cluster.Live}");
        });
    }

    [Fact]
    public void What_is_applied_without_conflict_leaves_nothing_behind_when_it_is_given_up()
    {
        var tried = 0;
        ForEach(400, (objects, schema, cluster) =>
        {
            cluster.Update("w", Make(objects, schema).ToString());
            var before = cluster.Content();
            var configuration = Make(objects, schema);
            if (cluster.Apply("a", configuration.ToString()).Outcome != ApplyOutcome.Applied) return;
            tried++;
            cluster.Applies("a", "{}");
            var comparison = Comparison.Of(WithoutHollows(before), WithoutHollows(cluster.Content()), MergeType.Root(schema));
            Assert.True(
                comparison.Changed.Union(comparison.Removed).IsEmpty,
                $"before {before}\nconfiguration {configuration}\nafter  {cluster.Content()}\n+ {comparison.Added}\n~ {comparison.Modified}\n- {comparison.Removed}");
            Assert.Null(cluster.Fields("a"));
        });
        Assert.True(tried > 50, $"only {tried} configurations had no conflict");
    }

    [Fact]
    public void Owners_own_what_there_is_and_appliers_what_they_said()
    {
        ForEach(120, (objects, schema, cluster) =>
        {
            var type = MergeType.Root(schema);
            var said = new Dictionary<string, MapValue>();
            cluster.Update("w", Make(objects, schema).ToString());
            for (var i = 0; i < 6; i++)
            {
                var manager = "abw"[i % 3].ToString();
                if (manager == "w")
                {
                    cluster.Update(manager, objects.Mutate(cluster.Content(), schema).ToString());
                }
                else
                {
                    var configuration = said.TryGetValue(manager, out var last) ? objects.Mutate(last, schema) : Make(objects, schema);
                    cluster.Applies(manager, configuration.ToString(), force: true);
                    said[manager] = configuration;
                }

                Check(cluster, type, said);
            }
        });
    }

    private static void Check(Cluster cluster, MergeType type, Dictionary<string, MapValue> said)
    {
        var there = FieldSetOf.Value(cluster.Live!, type).WithNamedFields(type);
        foreach (var (owner, owned) in ManagedFields.Of(cluster.Live!).Entries)
        {
            Assert.False(owned.Fields.IsEmpty);
            var missing = owned.Fields.Difference(there);
            Assert.True(missing.IsEmpty, $"{owner} owns what there isn't:\n{missing}\n{cluster.Live}");
            if (owner.Operation != FieldOperation.Apply) continue;
            var leaves = owned.Fields.Leaves();
            var difference = Comparison.Of(
                Removal.Extract(said[owner.Name], leaves, type), Removal.Extract(cluster.Live!, leaves, type), type);
            Assert.True(
                difference.Modified.Intersection(leaves).IsEmpty,
                $"{owner} owns what it did not say: {difference.Modified}\nsaid {said[owner.Name]}\nlive {cluster.Live}");
        }
    }

    private static void ForEach(int seeds, Action<RandomObjects, Schema, Cluster> test)
    {
        foreach (var (schema, apiVersion, kind) in Kinds)
        {
            for (var seed = 0; seed < seeds; seed++)
            {
                var cluster = new Cluster(new FieldManagerOptions(GroupVersionKind.Parse(apiVersion, kind)!.Value, schema)
                {
                    Empty = schema == Samples.Open ? MapValue.Empty : EmptyObject.Of(schema),
                });
                test(new RandomObjects(seed, empties: false), schema, cluster);
            }
        }
    }

    /// <summary>Built-in kinds write an object that nothing is in whether it was given or not.</summary>
    private static Value WithoutHollows(MapValue value) =>
        value.Rewrite(node => node is MapValue { Count: 0 } ? null : node) ?? MapValue.Empty;

    /// <summary>A random object without what identifies it and what only servers write.</summary>
    private static MapValue Make(RandomObjects objects, Schema schema)
    {
        var made = objects.Object(schema).Without("kind");
        foreach (var field in new[] { "name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp" })
        {
            made = made.Without(["metadata", field]);
        }

        return made;
    }

    private static FieldPath Path(params string[] names) => FieldPath.Of([.. names.Select(PathElement.Field)]);

    private static FieldSet Owned(Cluster cluster) =>
        ManagedFields.Of(cluster.Live!).Entries.Aggregate(FieldSet.Empty, (all, entry) => all.Union(entry.Value.Fields));
}
