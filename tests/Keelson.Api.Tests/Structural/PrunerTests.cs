namespace Keelson.Api.Tests.Structural;

public sealed class PrunerTests
{
    private const string Schema = """
        {"type":"object","properties":{
          "spec":{"type":"object","properties":{
            "known":{"type":"string"},
            "list":{"type":"array","items":{"type":"object","properties":{"a":{"type":"integer"}}}},
            "map":{"type":"object","additionalProperties":{"type":"object","properties":{"a":{"type":"integer"}}}},
            "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{"typed":{"type":"object","properties":{"a":{"type":"integer"}}}}},
            "any":{"type":"object","additionalProperties":true},
            "freeList":{"type":"array","x-kubernetes-preserve-unknown-fields":true,"items":{"type":"object","properties":{"deep":{"type":"object"}}}},
            "template":{"type":"object","x-kubernetes-embedded-resource":true,"properties":{"data":{"type":"string"}}}}}}}
        """;

    [Fact]
    public void Unknown_fields_are_dropped_and_reported_with_their_paths()
    {
        var (value, findings) = Given.Prune(Schema, """{"x":1,"spec":{"known":"a","foo":{"b":1},"list":[{"a":1},{"a":1,"z":2}],"map":{"k":{"a":1,"y":2}}}}""");
        Assert.Equal("""{"spec":{"known":"a","list":[{"a":1},{"a":1}],"map":{"k":{"a":1}}}}""", value);
        Assert.Equal(["unknown field \"spec.foo\"", "unknown field \"spec.list[1].z\"", "unknown field \"spec.map.k.y\"", "unknown field \"x\""], findings);
    }

    [Theory]
    [InlineData("""{"spec":{"free":{"u":{"v":1},"typed":{"a":1,"b":2}}}}""", """{"spec":{"free":{"u":{"v":1},"typed":{"a":1}}}}""")]
    [InlineData("""{"spec":{"any":{"scalar":1,"object":{"a":1},"list":[{"a":1},2]}}}""", """{"spec":{"any":{"scalar":1,"object":{},"list":[{},2]}}}""")]
    [InlineData("""{"spec":{"freeList":[{"u":{"v":1},"deep":{"w":1}}]}}""", """{"spec":{"freeList":[{"u":{"v":1},"deep":{}}]}}""")]
    [InlineData("""{"spec":{"known":{"wrong":"type"}}}""", """{"spec":{"known":{}}}""")]
    public void What_is_preserved_is_told_by_the_schema(string value, string pruned)
    {
        Assert.Equal(pruned, Given.Prune(Schema, value).Value);
    }

    [Fact]
    public void Resources_inside_others_keep_what_every_resource_has()
    {
        const string Template = """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","odd":1},"data":"d"}""";
        Assert.Equal($$$"""{"spec":{"template":{{{Template}}}}}""",
            Given.Prune(Schema, $$$"""{"spec":{"template":{{{Template[..^1]}}},"foo":1}}""" + "}").Value);
    }

    [Fact]
    public void The_root_keeps_what_every_resource_has()
    {
        const string Root = """{"apiVersion":"v1","kind":"A","metadata":{"name":"a"},"foo":1}""";
        Assert.Equal("""{"apiVersion":"v1","kind":"A","metadata":{"name":"a"}}""", Given.Prune(Schema, Root, isRoot: true).Value);
        Assert.Equal("{}", Given.Prune(Schema, Root).Value);
    }

    [Fact]
    public void An_object_without_unknown_fields_stays_the_same_object()
    {
        var value = Given.Object("""{"spec":{"known":"a","list":[{"a":1}]}}""");
        Assert.Same(value, Keelson.Api.Structural.Pruner.Prune(value, Given.Schema(Schema), isRoot: false));
    }

    [Fact]
    public void The_report_is_bounded()
    {
        var fields = string.Join(",", Enumerable.Range(0, 500).Select(i => $"\"f{i}\":1"));
        var (value, findings) = Given.Prune(Schema, $"{{{fields}}}");
        Assert.Equal("{}", value);
        Assert.Equal(Keelson.Api.Json.DecodeReport.Limit, findings.Count);
    }
}
