using Keelson.Api.Json;
using Keelson.Api.Schemas;
using Keelson.Api.Structural;
using Keelson.Api.Tests.Values;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Structural;

/// <summary>What holds for every schema and every value, tried on random ones.</summary>
public sealed class SchemaLawTests
{
    private const int Rounds = 2000;

    [Fact]
    public void A_pruned_value_has_no_unknown_field()
    {
        ForAll((schema, value) =>
        {
            var pruned = Pruner.Prune(value, schema, isRoot: false);
            var report = new DecodeReport();
            Assert.Same(pruned, Pruner.Prune(pruned, schema, isRoot: false, report));
            Assert.Empty(report.Findings);
        });
    }

    [Fact]
    public void A_report_is_made_exactly_when_something_is_dropped()
    {
        ForAll((schema, value) =>
        {
            var report = new DecodeReport();
            var pruned = Pruner.Prune(value, schema, isRoot: false, report);
            Assert.Equal(ReferenceEquals(pruned, value), report.IsClean);
        });
    }

    [Fact]
    public void Defaulting_again_changes_nothing()
    {
        ForAll((schema, value) =>
        {
            var once = Defaulter.Apply(value, schema);
            Assert.Same(once, Defaulter.Apply(once, schema));
        });
    }

    [Fact]
    public void Validation_never_throws_and_agrees_with_itself()
    {
        ForAll((schema, value) =>
        {
            var errors = new FieldErrors();
            ObjectPipeline.Validate(value, null, schema, errors);
            var schemaErrors = new FieldErrors();
            SchemaValidator.Validate(value, schema, schemaErrors);
            Assert.Equal(schemaErrors.IsEmpty, SchemaValidator.IsValid(value, schema));
            Assert.Equal(0, errors.Place.Depth);
        });
    }

    [Fact]
    public void An_unchanged_value_is_never_refused()
    {
        ForAll((schema, value) =>
        {
            var errors = new FieldErrors();
            SchemaValidator.ValidateUpdate(ValueReader.Read(value.ToString()), ValueReader.Read(value.ToString()), schema, errors);
            Assert.Empty(errors);
        });
    }

    [Fact]
    public void An_update_is_refused_only_for_what_a_new_object_would_be_refused_for()
    {
        var others = new RandomSchemas(99);
        ForAll((schema, value) =>
        {
            var created = new FieldErrors();
            SchemaValidator.Validate(value, schema, created);
            var updated = new FieldErrors();
            SchemaValidator.ValidateUpdate(value, others.ValueFor(schema, 4), schema, updated);
            if (created.IsEmpty) Assert.Empty(updated);
            Assert.True(updated.Count <= created.Count);
        });
    }

    [Fact]
    public void A_value_made_for_a_schema_of_types_alone_is_valid()
    {
        var random = new RandomSchemas(5);
        for (var round = 0; round < Rounds; round++)
        {
            var schema = random.Next(3, rules: false);
            var value = random.ValueFor(schema, 6, wrong: false);
            Assert.Empty(Given.Validate(schema, value));
        }
    }

    [Fact]
    public void The_pipeline_takes_any_value_through()
    {
        ForAll((schema, value) =>
        {
            var errors = new FieldErrors();
            if (ObjectPipeline.Admit(value, schema, errors) is { } admitted) ObjectPipeline.Validate(admitted, value, schema, errors);
            else Assert.NotEmpty(errors);
            Assert.NotNull(ObjectPipeline.Restore(value, schema));
        });
    }

    [Fact]
    public void A_definition_made_of_random_json_is_checked_without_breaking()
    {
        var values = new RandomValues(23);
        string[] keywords = ["type", "properties", "items", "default", "anyOf", "required", "x-kubernetes-list-type", "x-kubernetes-list-map-keys", "pattern", "enum", "additionalProperties", "metadata", "nullable", "x-kubernetes-embedded-resource"];
        var random = new Random(23);
        for (var round = 0; round < Rounds; round++)
        {
            var definition = MapValue.From(Enumerable.Range(0, 5).Select(_ => KeyValuePair.Create(keywords[random.Next(keywords.Length)], Below(3))));
            try
            {
                var parsed = Given.Definition(definition.ToString());
                DefinitionSchemaCheck.Check(parsed, round % 2 == 0, new FieldErrors());
                SchemaValidator.IsValid(values.Next(), StructuralSchema.Parse(parsed));
            }
            catch (ApiFormatException)
            {
                // Not a definition at all.
            }
        }

        Value Below(int depth) => random.Next(4) switch
        {
            0 => values.Next(1),
            1 => "object",
            2 => ListValue.Create([depth > 0 ? Below(depth - 1) : "a"]),
            _ => MapValue.From(Enumerable.Range(0, depth).Select(_ => KeyValuePair.Create(keywords[random.Next(keywords.Length)], Below(depth - 1)))),
        };
    }

    private static void ForAll(Action<Schema, Value> law)
    {
        var random = new RandomSchemas(1);
        var values = new RandomValues(2);
        for (var round = 0; round < Rounds; round++)
        {
            var schema = random.Next(3);
            law(schema, round % 5 == 0 ? values.Next() : random.ValueFor(schema, 5));
        }
    }
}
