using System.Text.Json.Nodes;
using Keelson.Api.OpenApi;
using Keelson.Api.Schemas;
using Keelson.Api.Serving;
using Keelson.Api.Tests.Serving;

namespace Keelson.Api.Tests.OpenApi;

public sealed class CustomResourceTests
{
    private const string Name = "com.example.stable.v1.CronTab";

    [Fact]
    public void A_custom_resource_is_published_as_its_definition_says()
    {
        var spec = BuiltIn.Schemas(Document())[Name]!["properties"]!["spec"]!;
        Assert.Equal(
            """
            {"properties":{"anything":{"type":"object","x-kubernetes-preserve-unknown-fields":true},"limit":{"anyOf":[{"type":"integer"},{"type":"string"}],"x-kubernetes-int-or-string":true},"object":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true},"parts":{"items":{"properties":{"name":{"type":"string"}},"required":["name"],"type":"object"},"type":"array","x-kubernetes-list-map-keys":["name"],"x-kubernetes-list-type":"map"},"replicas":{"default":1,"format":"int32","maximum":10,"minimum":0.5,"nullable":true,"type":"integer"}},"required":["replicas"],"type":"object","x-kubernetes-validations":[{"message":"too many","rule":"self.replicas < 5"}]}
            """.Trim(),
            BuiltIn.Shape(spec));
    }

    [Fact]
    public void Its_kind_and_list_are_named_after_the_reversed_group()
    {
        var schemas = BuiltIn.Schemas(Document());
        Assert.Equal("""[{"group":"stable.example.com","kind":"CronTab","version":"v1"}]""", schemas[Name]!["x-kubernetes-group-version-kind"]!.ToJsonString());
        Assert.Equal("""{"$ref":"#/components/schemas/com.example.stable.v1.CronTab"}""", schemas[Name + "List"]!["properties"]!["items"]!["items"]!.ToJsonString());
        Assert.NotNull(schemas["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"]);
    }

    [Fact]
    public void Its_operations_speak_no_protobuf_and_no_strategic_merge()
    {
        var paths = Document()["paths"]!.AsObject();
        var item = paths["/apis/stable.example.com/v1/namespaces/{namespace}/crontabs/{name}"]!;
        Assert.Equal("readStableExampleComV1NamespacedCronTab", item["get"]!["operationId"]!.GetValue<string>());
        Assert.Equal("stableExampleCom_v1", item["get"]!["tags"]![0]!.GetValue<string>());
        Assert.Equal(
            ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"],
            item["patch"]!["requestBody"]!["content"]!.AsObject().Select(content => content.Key));
        Assert.Equal(["application/json", "application/yaml"], item["get"]!["responses"]!["200"]!["content"]!.AsObject().Select(content => content.Key));
        Assert.Equal("Scale", paths["/apis/stable.example.com/v1/namespaces/{namespace}/crontabs/{name}/scale"]!["put"]!["x-kubernetes-group-version-kind"]!["kind"]!.GetValue<string>());
        Assert.DoesNotContain(paths, path => path.Key.Contains("/watch/", StringComparison.Ordinal));
    }

    [Fact]
    public void Version_2_leaves_open_what_it_cannot_say()
    {
        var documents = new OpenApiDocuments([CronTabs()], "v1.36.0");
        var spec = BuiltIn.Parse(documents.Version2())["definitions"]![Name]!["properties"]!["spec"]!["properties"]!;
        Assert.Equal("""{"x-kubernetes-preserve-unknown-fields":true}""", BuiltIn.Shape(spec["anything"]!));
        Assert.Equal("""{"x-kubernetes-int-or-string":true}""", BuiltIn.Shape(spec["limit"]!));
        Assert.Equal("{}", BuiltIn.Shape(spec["replicas"]!));
    }

    [Fact]
    public void A_custom_resource_that_comes_changes_no_other_document()
    {
        var more = BuiltIn.Documents.With([.. BuiltIn.Resources, CronTabs()]);
        Assert.NotNull(more.Find("apis/stable.example.com/v1"));
        Assert.NotNull(more.Find("apis/stable.example.com"));
        foreach (var path in BuiltIn.Documents.Paths) Assert.Equal(BuiltIn.Documents.FindHash(path), more.FindHash(path));
        Assert.NotEqual(BuiltIn.Documents.Version2().Hash, more.Version2().Hash);
        Assert.NotEqual(BuiltIn.Documents.Index().Hash, more.Index().Hash);
    }

    [Fact]
    public void A_schema_that_is_nested_too_deep_is_left_open_below_the_limit()
    {
        var schema = Schema.String;
        for (var depth = 0; depth < 1000; depth++) schema = new Schema(SchemaType.Object) { Properties = [new("in", schema)] };
        var info = CronTabs().Info;
        var deep = ServedResource.Custom(info, () => new Schema(SchemaType.Object) { Properties = [new("spec", schema)] }, info.Kind);
        var document = System.Text.Encoding.UTF8.GetString(new OpenApiDocuments([deep], "v1.36.0").Find("apis/stable.example.com/v1")!.Content.Span);
        Assert.Contains("""{"in":{"x-kubernetes-preserve-unknown-fields":true}}""", document, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubectl_explains_a_custom_resource()
    {
        await using var server = await DiscoveryServer.StartAsync([.. BuiltIn.Resources, CronTabs()], aggregates: true, TestContext.Current.CancellationToken);
        using var kubectl = new Kubectl("1.33", server.Url);
        Assert.Contains("crontabs", await kubectl.RunAsync("api-resources", "--api-group=stable.example.com"), StringComparison.Ordinal);
        var text = await kubectl.RunAsync("explain", "ct.spec");
        Assert.Contains("replicas\t<integer> -required-", text, StringComparison.Ordinal);
        Assert.Contains("parts\t<[]Object>", text, StringComparison.Ordinal);
        Assert.Contains("limit\t<Object>", text, StringComparison.Ordinal);
        Assert.Contains("metadata\t<ObjectMeta>", await kubectl.RunAsync("explain", "crontabs"), StringComparison.Ordinal);
    }

    internal static ServedResource CronTabs()
    {
        var info = new ResourceInfo(new("stable.example.com", "v1", "CronTab"), "crontabs", Scope.Namespaced)
        {
            Singular = "crontab",
            ShortNames = ["ct"],
            Subresources = [SubresourceInfo.Parse("status"), SubresourceInfo.Parse("scale:autoscaling/v1/Scale")],
        };
        var part = new Schema(SchemaType.Object) { Properties = [new("name", Schema.String) { Required = true }] };
        var spec = new Schema(SchemaType.Object)
        {
            Properties =
            [
                new("replicas", Schema.Int32 with { Nullable = true, DefaultJson = "1", Rules = new() { Minimum = 0.5, Maximum = 10 } }) { Required = true, Description = "How many." },
                new("limit", new Schema(SchemaType.Any) { IntOrString = true, Rules = new() { AnyOf = [new(SchemaType.Integer), new(SchemaType.String)] } }),
                new("parts", Schema.ListOf(part) with { ListKind = ListKind.Map, ListMapKeys = ["name"] }),
                new("anything", new Schema(SchemaType.Object) { PreserveUnknownFields = true }),
                new("object", new Schema(SchemaType.Object) { PreserveUnknownFields = true, EmbeddedResource = true }),
            ],
            Rules = new() { Expressions = [new("self.replicas < 5") { Message = "too many" }] },
        };
        var schema = new Schema(SchemaType.Object)
        {
            Description = "Runs something now and then.",
            Properties = [KnownSchemas.ApiVersionProperty, KnownSchemas.KindProperty, new("metadata", Meta.V1.ObjectMeta.TypeSchema), new("spec", spec)],
        };
        return ServedResource.Custom(info, () => schema, info.Kind);
    }

    private static JsonObject Document() => BuiltIn.Parse(new OpenApiDocuments([CronTabs()], "v1.36.0").Find("apis/stable.example.com/v1")!);
}
