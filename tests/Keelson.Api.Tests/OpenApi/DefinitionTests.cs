using System.Text.Json.Nodes;

namespace Keelson.Api.Tests.OpenApi;

public sealed class DefinitionTests
{
    [Theory]
    [MemberData(nameof(UpstreamShapes.All), MemberType = typeof(UpstreamShapes))]
    public void A_definition_has_the_shape_that_upstream_publishes(string document, string name, string expected)
    {
        var definition = BuiltIn.Schemas(BuiltIn.Version3(document))[name];
        Assert.NotNull(definition);
        Assert.Equal(expected, BuiltIn.Shape(definition));
    }

    [Fact]
    public void Every_reference_leads_to_a_definition()
    {
        foreach (var (name, document) in AllDocuments())
        {
            foreach (var reference in References(document))
            {
                JsonNode? target = document;
                foreach (var step in reference[2..].Split('/')) target = target?[step];
                Assert.True(target is not null, $"{name} refers to {reference}, which it does not have");
            }
        }
    }

    [Fact]
    public void In_version_3_nothing_stands_beside_a_reference()
    {
        foreach (var (name, document) in AllDocuments().Where(entry => entry.Name.Length > 0))
        {
            foreach (var (_, value) in BuiltIn.Walk(document))
            {
                if (value is JsonObject map && map["$ref"] is JsonValue) Assert.True(map.Count == 1, $"{name}: {map.ToJsonString()}");
            }
        }
    }

    [Fact]
    public void Every_served_kind_is_defined_and_each_of_its_fields_is_described()
    {
        foreach (var resource in BuiltIn.Resources)
        {
            var schemas = BuiltIn.Schemas(BuiltIn.Version3(BuiltIn.PathOf(resource)));
            var kind = resource.Info.Kind;
            var definition = Assert.Single(schemas, entry => IsOf(entry.Value!, kind));
            Described(schemas, definition.Key, []);
        }
    }

    [Fact]
    public void Every_declared_kind_has_a_description_and_so_have_its_fields()
    {
        foreach (var kind in Catalog.Kinds)
        {
            Assert.True(kind.Schema.Description.Length > 0, $"{kind.Kind} has no description");
            foreach (var property in kind.Schema.Properties) Assert.True(property.Description.Length > 0, $"{kind.Kind}.{property.Name} has no description");
        }
    }

    [Fact]
    public void Version_2_says_int_or_string_and_quantity_as_strings_and_gives_no_defaults()
    {
        var definitions = BuiltIn.Version2["definitions"]!;
        Assert.Equal("""{"format":"int-or-string","type":"string"}""", BuiltIn.Shape(definitions["io.k8s.apimachinery.pkg.util.intstr.IntOrString"]!));
        Assert.Equal("""{"type":"string"}""", BuiltIn.Shape(definitions["io.k8s.apimachinery.pkg.api.resource.Quantity"]!));
        Assert.Equal(
            """{"$ref":"#/definitions/io.k8s.api.core.v1.PodSpec"}""",
            BuiltIn.Shape(definitions["io.k8s.api.core.v1.Pod"]!["properties"]!["spec"]!));
        foreach (var definition in definitions.AsObject())
        {
            foreach (var property in definition.Value!["properties"]?.AsObject() ?? []) Assert.Null(property.Value!["default"]);
        }
    }

    [Fact]
    public void The_schemas_of_a_definition_say_what_may_stand_in_them()
    {
        var versions = BuiltIn.Schemas(BuiltIn.Version3("apis/apiextensions.k8s.io/v1"))["io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps"]!["properties"]!;
        Assert.Equal("""{"allOf":[{"$ref":"#/components/schemas/io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON"}]}""", BuiltIn.Shape(versions["default"]!));
        Assert.Equal("{}", BuiltIn.Shape(BuiltIn.Schemas(BuiltIn.Version3("apis/apiextensions.k8s.io/v1"))["io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON"]!));
        Assert.Equal("string", versions["$ref"]!["type"]!.GetValue<string>());
    }

    [Fact]
    public void A_field_with_known_values_lists_them()
    {
        var port = BuiltIn.Schemas(BuiltIn.Version3("api/v1"))["io.k8s.api.core.v1.ContainerPort"]!["properties"]!["protocol"]!;
        Assert.Equal("""{"default":"TCP","enum":["SCTP","TCP","UDP"],"type":"string"}""", BuiltIn.Shape(port));
    }

    private static bool IsOf(JsonNode definition, GroupVersionKind kind) =>
        definition["x-kubernetes-group-version-kind"]?.AsArray().Any(entry =>
            entry!["group"]!.GetValue<string>() == kind.Group && entry["version"]!.GetValue<string>() == kind.Version && entry["kind"]!.GetValue<string>() == kind.Kind) ?? false;

    private static void Described(JsonObject schemas, string name, HashSet<string> seen)
    {
        if (!seen.Add(name)) return;
        var definition = schemas[name]!.AsObject();
        Assert.True(definition["description"]?.GetValue<string>().Length > 0, $"{name} has no description");
        foreach (var property in definition["properties"]?.AsObject() ?? [])
        {
            Assert.True(property.Value!["description"]?.GetValue<string>().Length > 0, $"{name}.{property.Key} has no description");
        }

        foreach (var reference in References(definition)) Described(schemas, reference[(reference.LastIndexOf('/') + 1)..], seen);
    }

    private static IEnumerable<string> References(JsonNode node) =>
        BuiltIn.Walk(node).Where(entry => entry.Name == "$ref" && entry.Value is JsonValue).Select(entry => entry.Value.GetValue<string>());

    private static IEnumerable<(string Name, JsonObject Document)> AllDocuments() =>
        BuiltIn.Documents.Paths.Select(path => (path, BuiltIn.Version3(path))).Append(("", BuiltIn.Version2));
}
