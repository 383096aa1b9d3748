using System.Text;
using Keelson.Api.Schemas;
using Keelson.Api.Structural;

namespace Keelson.Api.Tests.Structural;

public sealed class StructuralSchemaTests
{
    [Fact]
    public void Everything_that_a_definition_says_is_in_the_schema()
    {
        var schema = Given.Schema("""
            {"type":"object","description":"root","required":["a","elsewhere"],"properties":{
              "a":{"type":"string","format":"date-time","description":"text","default":"x","pattern":"^a","minLength":1,"maxLength":2,"enum":["x"]},
              "b":{"type":"integer","format":"int64","minimum":1,"maximum":5,"exclusiveMinimum":true,"exclusiveMaximum":true,"multipleOf":2,"nullable":true},
              "c":{"type":"array","minItems":1,"maxItems":2,"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],"items":{"type":"object","x-kubernetes-map-type":"atomic","properties":{"k":{"type":"string"}}}},
              "d":{"type":"object","additionalProperties":{"type":"boolean","default":true},"minProperties":1,"maxProperties":2},
              "e":{"x-kubernetes-int-or-string":true},
              "f":{"x-kubernetes-preserve-unknown-fields":true},
              "g":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true},
              "h":{"type":"number","allOf":[{"minimum":1}],"anyOf":[{"maximum":2}],"oneOf":[{"multipleOf":1}],"not":{"enum":[7]},
                   "x-kubernetes-validations":[{"rule":"self > 0","message":"m","reason":"FieldValueInvalid","fieldPath":".a","optionalOldSelf":true}]}}}
            """);
        Assert.Equal((SchemaType.Object, "root"), (schema.Type, schema.Description));
        Assert.Equal(["elsewhere"], schema.Rules.Required);
        var a = schema.FindProperty("a")!;
        Assert.Equal((true, "text", "\"x\"", "date-time"), (a.Required, a.Description, a.DefaultJson, a.Schema.Format));
        Assert.Equal(("^a", 1L, 2L), (a.Rules.Pattern, a.Rules.MinLength, a.Rules.MaxLength));
        Assert.Equal(["\"x\""], a.Rules.EnumJson);
        var b = schema.FindProperty("b")!;
        Assert.True(b.Schema.Nullable && b.Rules.ExclusiveMinimum && b.Rules.ExclusiveMaximum);
        Assert.Equal((1d, 5d, 2d), (b.Rules.Minimum, b.Rules.Maximum, b.Rules.MultipleOf));
        var c = schema.FindProperty("c")!;
        Assert.Equal((ListKind.Map, MapKind.Atomic), (c.Schema.ListKind, c.Schema.Items!.MapKind));
        Assert.Equal(["k"], c.Schema.ListMapKeys);
        var d = schema.FindProperty("d")!;
        Assert.Equal((SchemaType.Map, "true"), (d.Schema.Type, d.Schema.AdditionalProperties!.DefaultJson));
        Assert.True(schema.FindProperty("e")!.Schema.IntOrString);
        Assert.True(schema.FindProperty("f")!.Schema is { PreserveUnknownFields: true, Type: SchemaType.Any });
        Assert.True(schema.FindProperty("g")!.Schema is { EmbeddedResource: true, PreserveUnknownFields: true });
        var h = schema.FindProperty("h")!.Rules;
        Assert.Equal((1, 1, 1), (h.AllOf.Count, h.AnyOf.Count, h.OneOf.Count));
        Assert.NotNull(h.Not);
        Assert.Equal(new ExpressionRule("self > 0") { Message = "m", Reason = "FieldValueInvalid", FieldPath = ".a", OptionalOldSelf = true }, h.Expressions[0]);
    }

    [Fact]
    public void Plain_fields_share_their_schemas()
    {
        var schema = Given.Schema("""{"type":"object","properties":{"a":{"type":"string","description":"one"},"b":{"type":"string","pattern":"^b"},"c":{"type":"integer","format":"int32"},"d":{"type":"string","nullable":true},"e":{"type":"string","nullable":true}}}""");
        Assert.Same(Schema.String, schema.FindProperty("a")!.Schema);
        Assert.Same(Schema.String, schema.FindProperty("b")!.Schema);
        Assert.Same(Schema.Int32, schema.FindProperty("c")!.Schema);
        Assert.Same(schema.FindProperty("d")!.Schema, schema.FindProperty("e")!.Schema);
    }

    [Fact]
    public void A_whole_resource_has_the_metadata_of_every_object()
    {
        var parsed = Given.Schema("""{"type":"object","properties":{"metadata":{"type":"object","properties":{"name":{"type":"string","maxLength":3}}},"spec":{"type":"object","properties":{"a":{"type":"string"}}}}}""");
        var schema = StructuralSchema.ForResource(parsed, new GroupVersionKind("example.com", "v1", "Thing"));
        Assert.Equal(["apiVersion", "kind", "metadata", "spec"], schema.Properties.Select(property => property.Name));
        var value = Given.Object("""{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"long","labels":{"a":"b"},"odd":1},"spec":{"a":"b","c":1},"foo":1}""");
        var pruned = Pruner.Prune(value, schema, isRoot: true);
        Assert.Equal("""{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"long","labels":{"a":"b"}},"spec":{"a":"b"}}""", pruned.ToString());
        Assert.Equal(["metadata.name: Too long: may not be more than 3 bytes"], Given.Validate(schema, pruned));
    }

    [Fact]
    public void A_field_can_be_taken_out_as_a_schema_of_its_own()
    {
        var schema = Given.Schema("""{"type":"object","properties":{"status":{"type":"object","minProperties":1,"properties":{"a":{"type":"string"}}}}}""");
        var status = StructuralSchema.OfField(schema, "status")!;
        Assert.Equal(["<nil>: Invalid value: 0:  in body should have at least 1 properties"], Given.Validate(status, Given.Object("{}")));
        Assert.Null(StructuralSchema.OfField(schema, "spec"));
    }

    [Fact]
    public void A_definition_with_300_fields_takes_well_below_100_kB()
    {
        var json = new StringBuilder("""{"type":"object","properties":{""");
        for (var group = 0; group < 10; group++)
        {
            json.Append(group == 0 ? "" : ",").Append($$"""
                "group{{group}}":{"type":"object","description":"A group of fields.","required":["field1"],"properties":{
                """);
            for (var i = 0; i < 30; i++)
            {
                json.Append(i == 0 ? "" : ",").Append($"\"field{i}\":").Append((i % 6) switch
                {
                    0 => """{"type":"string","description":"Some text about the field that a reader may want."}""",
                    1 => """{"type":"string","pattern":"^[a-z]+$","maxLength":63}""",
                    2 => """{"type":"integer","format":"int32","minimum":0,"default":1}""",
                    3 => """{"type":"array","items":{"type":"string"}}""",
                    4 => """{"type":"object","additionalProperties":{"type":"string"}}""",
                    _ => """{"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"},{"type":"string"}]}""",
                });
            }

            json.Append("}}");
        }

        var definition = Given.Definition(json.Append("}}").ToString());
        var value = Given.Object("""{"group0":{"field1":"abc","field2":5,"field5":"a"}}""");
        Use();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var schema = Use();
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        GC.KeepAlive(schema);
        Assert.True(bytes < 90_000, $"{bytes} bytes");

        Schema Use()
        {
            var parsed = StructuralSchema.Parse(definition);
            SchemaValidator.IsValid(Defaulter.Apply(Pruner.Prune(value, parsed, false), parsed), parsed);
            return parsed;
        }
    }
}
