using Keelson.Api.Patch.Apply;
using Keelson.Api.Schemas;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Patch.Apply;

/// <summary>A resource in three versions, which call the same field scalar_v1, scalar_v2 and scalar_v3.</summary>
public sealed class VersionTests
{
    private static readonly string[] Versions = ["e.com/v1", "e.com/v2", "e.com/v3"];

    private static readonly Dictionary<string, Schema> Schemas = Versions.ToDictionary(version => version, version => Samples.Object(
        "Thing",
        new SchemaProperty("apiVersion", Schema.String),
        new SchemaProperty("kind", Schema.String),
        new SchemaProperty("metadata", Samples.ObjectMeta),
        new SchemaProperty("struct", Samples.Object(
            "Struct",
            new SchemaProperty("name", Schema.String),
            new SchemaProperty(In("scalar", version), Schema.String),
            new SchemaProperty(In("complex", version), Samples.Object("Complex", new SchemaProperty("name", Schema.String)))))));

    private readonly HashSet<string> _served = [.. Versions];

    private string _stored = Versions[0];

    [Fact]
    public void A_field_is_given_up_whatever_versions_it_was_said_in()
    {
        foreach (var (first, second, last) in Combinations())
        {
            var cluster = NewCluster();
            cluster.Applies("a", $"{{'struct':{{'name':'n','{In("scalar", first)}':'s','{In("complex", first)}':{{'name':'b'}}}}}}", version: Store(first));
            Serve(cluster, second);
            cluster.Applies("a", "{'struct':{'name':'n'}}", version: second);
            Samples.AssertSame(Samples.Json("{'struct':{'name':'n'}}"), Seen(cluster, last));
            Assert.Equal([$"a Apply {second}"], cluster.Owners());
        }
    }

    [Fact]
    public void A_field_that_another_owns_in_its_version_stays()
    {
        foreach (var (first, second, last) in Combinations())
        {
            var cluster = NewCluster();
            cluster.Applies("a", $"{{'struct':{{'name':'n','{In("scalar", first)}':'s'}}}}", version: Store(first));
            Serve(cluster, second);
            cluster.Applies("b", $"{{'struct':{{'{In("scalar", second)}':'s'}}}}", version: second);
            Serve(cluster, last);
            cluster.Applies("a", "{'struct':{'name':'n'}}", version: last);
            Samples.AssertSame(Samples.Json($"{{'struct':{{'name':'n','{In("scalar", last)}':'s'}}}}"), Seen(cluster, last));
            Assert.Equal($"{{\"f:struct\":{{\"f:{In("scalar", second)}\":{{}}}}}}", cluster.Fields("b"));
        }
    }

    [Fact]
    public void A_conflict_is_told_in_the_owners_version()
    {
        var cluster = NewCluster();
        cluster.Applies("a", "{'struct':{'scalar_v1':'s'}}", version: Store(Versions[0]));
        Serve(cluster, Versions[1]);
        var conflict = Assert.Single(cluster.Apply("b", "{'struct':{'scalar_v2':'t'}}", version: Versions[1]).Conflicts);
        Assert.Equal(".struct.scalar_v1", conflict.Path.ToString());
    }

    [Fact]
    public void A_writer_takes_fields_over_from_other_versions()
    {
        var cluster = NewCluster();
        cluster.Applies("a", "{'struct':{'name':'n','scalar_v1':'s'}}", version: Store(Versions[0]));
        Serve(cluster, Versions[1]);
        cluster.Update("b", "{'struct':{'name':'n','scalar_v2':'t'}}", version: Versions[1]);
        Assert.Equal("{\"f:struct\":{\"f:name\":{}}}", cluster.Fields("a"));
        Assert.Equal("{\"f:struct\":{\"f:scalar_v2\":{}}}", cluster.Fields("b", "Update"));
    }

    [Fact]
    public void Owners_in_versions_that_are_gone_are_forgotten()
    {
        var cluster = NewCluster();
        cluster.Applies("old", "{'struct':{'name':'n','scalar_v1':'s'}}", version: Store(Versions[0]));
        Serve(cluster, Versions[1]);
        cluster.Applies("new", "{'struct':{'scalar_v2':'s'}}", version: Versions[1]);
        _served.Remove(Versions[0]);
        cluster.Applies("new", "{'struct':{'scalar_v2':'t'}}", version: Versions[1]);
        Assert.Equal(["new Apply e.com/v2"], cluster.Owners());
    }

    [Fact]
    public void What_was_applied_in_a_version_that_is_gone_is_not_removed()
    {
        var cluster = NewCluster();
        cluster.Applies("a", "{'struct':{'name':'n','scalar_v1':'s'}}", version: Store(Versions[0]));
        Serve(cluster, Versions[1]);
        _served.Remove(Versions[0]);
        cluster.Applies("a", "{'struct':{'name':'n'}}", version: Versions[1]);
        Samples.AssertSame(Samples.Json("{'struct':{'name':'n','scalar_v2':'s'}}"), cluster.Content());
    }

    private static string In(string field, string version) => $"{field}_{version[^2..]}";

    private static IEnumerable<(string, string, string)> Combinations() =>
        from first in Versions from second in Versions from third in Versions select (first, second, third);

    private Cluster NewCluster() => new("Thing", Versions[0], (version, _) => new FieldManager(
        new FieldManagerOptions(GroupVersionKind.Parse(version, "Thing")!.Value, Schemas[version]) { Convert = Convert }));

    private VersionedObject? Convert(MapValue value, string apiVersion)
    {
        if (!_served.Contains(apiVersion)) return null;
        var from = value["apiVersion"]!.AsText()!;
        if (value["struct"] is MapValue fields)
        {
            var renamed = fields.Select(field => new KeyValuePair<string, Value>(field.Key.Replace($"_{from[^2..]}", $"_{apiVersion[^2..]}"), field.Value));
            value = value.With("struct", MapValue.From(renamed));
        }

        return new VersionedObject(value.With("apiVersion", apiVersion), Schemas[apiVersion]);
    }

    private string Store(string version) => _stored = version;

    /// <summary>Makes the stored object one of the version that the next request is in, as the server does.</summary>
    private void Serve(Cluster cluster, string version)
    {
        cluster.Live = Convert(cluster.Live!, version)!.Object;
        _stored = version;
    }

    private MapValue Seen(Cluster cluster, string version)
    {
        Assert.Equal(_stored, cluster.Live!["apiVersion"]!.AsText());
        Serve(cluster, version);
        return cluster.Content();
    }
}
