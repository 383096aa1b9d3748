namespace Keelson.Api.Tests.Structural;

public sealed class SchemaValidatorTests
{
    [Theory]
    [InlineData("""{"type":"integer"}""", "\"a\"", "spec.x: Invalid value: \"string\": spec.x in body must be of type integer: \"string\"")]
    [InlineData("""{"type":"integer"}""", "1.5", "spec.x: Invalid value: \"number\": spec.x in body must be of type integer: \"number\"")]
    [InlineData("""{"type":"integer","format":"int32"}""", "1.5", "spec.x: Invalid value: \"float64\": spec.x in body must be of type int32: \"float64\"")]
    [InlineData("""{"type":"string"}""", "1", "spec.x: Invalid value: \"integer\": spec.x in body must be of type string: \"integer\"")]
    [InlineData("""{"type":"string"}""", "null", "spec.x: Invalid value: \"null\": spec.x in body must be of type string: \"null\"")]
    [InlineData("""{"type":"boolean"}""", "[]", "spec.x: Invalid value: \"array\": spec.x in body must be of type boolean: \"array\"")]
    [InlineData("""{"type":"object"}""", "true", "spec.x: Invalid value: \"boolean\": spec.x in body must be of type object: \"boolean\"")]
    [InlineData("""{"type":"array","items":{"type":"string"}}""", "{}", "spec.x: Invalid value: \"object\": spec.x in body must be of type array: \"object\"")]
    [InlineData("""{"x-kubernetes-int-or-string":true}""", "1.5", "spec.x: Invalid value: \"number\": spec.x in body must be of type integer,string: \"number\"")]
    [InlineData("""{"type":"string","format":"date-time"}""", "5", "spec.x: Invalid value: \"int64\": spec.x in body must be of type date-time: \"int64\"")]
    [InlineData("""{"type":"string","format":"date-time"}""", "\"now\"", "spec.x: Invalid value: \"now\": spec.x in body must be of type date-time: \"now\"")]
    [InlineData("""{"type":"array","items":{"type":"string"}}""", "[1]", "spec.x[0]: Invalid value: \"integer\": spec.x[0] in body must be of type string: \"integer\"")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"string"}}""", "{\"k\":1}", "spec.x.k: Invalid value: \"integer\": spec.x.k in body must be of type string: \"integer\"")]
    public void A_value_of_the_wrong_type_is_refused(string field, string value, string error)
    {
        Assert.Equal([error], Given.Validate(Given.Spec(field), $$$"""{"spec":{"x":{{{value}}}}}"""));
    }

    [Theory]
    [InlineData("""{"type":"integer","minimum":1}""", "0", "spec.x: Invalid value: 0: spec.x in body should be greater than or equal to 1")]
    [InlineData("""{"type":"integer","minimum":1,"exclusiveMinimum":true}""", "1", "spec.x: Invalid value: 1: spec.x in body should be greater than 1")]
    [InlineData("""{"type":"number","maximum":1.5}""", "2.5", "spec.x: Invalid value: 2.5: spec.x in body should be less than or equal to 1.5")]
    [InlineData("""{"type":"integer","maximum":100000000000000000}""", "100000000000000001", "spec.x: Invalid value: 100000000000000001: spec.x in body should be less than or equal to 100000000000000000")]
    [InlineData("""{"type":"number","maximum":1,"exclusiveMaximum":true}""", "1", "spec.x: Invalid value: 1: spec.x in body should be less than 1")]
    [InlineData("""{"type":"integer","multipleOf":3}""", "7", "spec.x: Invalid value: 7: spec.x in body should be a multiple of 3")]
    [InlineData("""{"type":"number","multipleOf":0.1}""", "0.25", "spec.x: Invalid value: 0.25: spec.x in body should be a multiple of 0.1")]
    [InlineData("""{"type":"string","minLength":2}""", "\"a\"", "spec.x: Invalid value: \"a\": spec.x in body should be at least 2 chars long")]
    [InlineData("""{"type":"string","maxLength":2}""", "\"abc\"", "spec.x: Too long: may not be more than 2 bytes")]
    [InlineData("""{"type":"string","pattern":"^a"}""", "\"b\"", "spec.x: Invalid value: \"b\": spec.x in body should match '^a'")]
    [InlineData("""{"type":"string","enum":["A","B"]}""", "\"x\"", "spec.x: Unsupported value: \"x\": supported values: \"A\", \"B\"")]
    [InlineData("""{"type":"integer","enum":[1,2]}""", "3", "spec.x: Unsupported value: 3: supported values: \"1\", \"2\"")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":2}""", "[1]", "spec.x: Invalid value: 1: spec.x in body should have at least 2 items")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"maxItems":3}""", "[1,2,3,4,5]", "spec.x: Too many: 5: must have at most 3 items")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"string"},"minProperties":1}""", "{}", "spec.x: Invalid value: 0: spec.x in body should have at least 1 properties")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"string"},"maxProperties":1}""", "{\"a\":\"\",\"b\":\"\"}", "spec.x: Too many: 2: must have at most 1 item")]
    [InlineData("""{"type":"object","additionalProperties":false}""", "{\"a\":1}", "spec.x: Invalid value: \"a\": spec.x.a in body is a forbidden property")]
    public void A_value_out_of_bounds_is_refused(string field, string value, string error)
    {
        Assert.Equal([error], Given.Validate(Given.Spec(field), $$$"""{"spec":{"x":{{{value}}}}}"""));
    }

    [Theory]
    [InlineData("""{"type":"integer"}""", "1.0")]
    [InlineData("""{"type":"number"}""", "1")]
    [InlineData("""{"type":"string","nullable":true}""", "null")]
    [InlineData("""{"type":"string","maxLength":2}""", "\"\ud83d\ude00\ud83d\ude00\"")]
    [InlineData("""{"type":"string","format":"no-such-format"}""", "\"a\"")]
    [InlineData("""{"type":"integer","format":"int32"}""", "9999999999")]
    [InlineData("""{"x-kubernetes-int-or-string":true}""", "\"50%\"")]
    [InlineData("""{"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"},{"type":"string"}]}""", "80")]
    [InlineData("""{"x-kubernetes-preserve-unknown-fields":true}""", "[{\"a\":null}]")]
    [InlineData("""{"type":"number","multipleOf":0.1}""", "0.3")]
    [InlineData("""{"type":"integer","enum":[1]}""", "1.0")]
    public void A_value_that_keeps_to_the_schema_passes(string field, string value)
    {
        Assert.Empty(Given.Validate(Given.Spec(field), $$$"""{"spec":{"x":{{{value}}}}}"""));
    }

    [Fact]
    public void Required_fields_must_be_there()
    {
        const string Schema = """{"type":"object","required":["spec"],"properties":{"spec":{"type":"object","required":["x","y"],"properties":{"x":{"type":"string"}}}}}""";
        Assert.Equal(["spec: Required value"], Given.Validate(Schema, "{}"));
        Assert.Equal(["spec.x: Required value", "spec.y: Required value"], Given.Validate(Schema, """{"spec":{}}"""));
    }

    [Fact]
    public void None_of_any_is_told_with_the_errors_of_the_nearest()
    {
        var schema = Given.Spec("""{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"integer"}},"anyOf":[{"required":["a"]},{"properties":{"a":{"minimum":5}},"required":["b"]}]}""");
        Assert.Equal(
        [
            "<nil>: Invalid value: \"\": \"spec.x\" must validate at least one schema (anyOf)",
            "spec.x.a: Required value",
        ], Given.Validate(schema, """{"spec":{"x":{}}}"""));
        Assert.Empty(Given.Validate(schema, """{"spec":{"x":{"b":1}}}"""));
    }

    [Fact]
    public void Exactly_one_of_the_alternatives_must_hold()
    {
        var schema = Given.Spec("""{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"integer"}},"oneOf":[{"required":["a"]},{"required":["b"]}]}""");
        Assert.Empty(Given.Validate(schema, """{"spec":{"x":{"a":1}}}"""));
        Assert.Equal(
        [
            "<nil>: Invalid value: \"\": \"spec.x\" must validate one and only one schema (oneOf). Found none valid",
            "spec.x.a: Required value",
        ], Given.Validate(schema, """{"spec":{"x":{}}}"""));
        Assert.Equal(
            ["<nil>: Invalid value: \"\": \"spec.x\" must validate one and only one schema (oneOf). Found 2 valid alternatives"],
            Given.Validate(schema, """{"spec":{"x":{"a":1,"b":2}}}"""));
    }

    [Fact]
    public void All_of_the_schemas_must_hold()
    {
        var schema = Given.Spec("""{"type":"integer","allOf":[{"minimum":1},{"maximum":5}]}""");
        Assert.Empty(Given.Validate(schema, """{"spec":{"x":3}}"""));
        Assert.Equal(
        [
            "spec.x: Invalid value: 9: spec.x in body should be less than or equal to 5",
            "<nil>: Invalid value: \"\": \"spec.x\" must validate all the schemas (allOf)",
        ], Given.Validate(schema, """{"spec":{"x":9}}"""));
    }

    [Fact]
    public void What_is_excluded_must_not_hold()
    {
        var schema = Given.Spec("""{"type":"object","properties":{"a":{"type":"integer"}},"not":{"required":["a"]}}""");
        Assert.Empty(Given.Validate(schema, """{"spec":{"x":{}}}"""));
        Assert.Equal(["<nil>: Invalid value: \"\": \"spec.x\" must not validate the schema (not)"], Given.Validate(schema, """{"spec":{"x":{"a":1}}}"""));
    }

    [Fact]
    public void The_message_of_a_real_cluster_for_a_fraction_as_a_quantity_is_repeated()
    {
        // As a user of a real cluster saw it: the limit was given as the number 0.5.
        var schema = Given.Spec("""{"type":"object","additionalProperties":{"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"},{"type":"string"}],"pattern":"^[0-9]+$"}}""");
        Assert.Equal(
        [
            "spec.x.cpu: Invalid value: \"number\": spec.x.cpu in body must be of type integer,string: \"number\"",
            "<nil>: Invalid value: \"\": \"spec.x.cpu\" must validate at least one schema (anyOf)",
            "spec.x.cpu: Invalid value: \"number\": spec.x.cpu in body must be of type integer: \"number\"",
        ], Given.Validate(schema, """{"spec":{"x":{"cpu":0.5}}}"""));
    }

    [Fact]
    public void The_example_of_the_documentation_is_refused_in_its_words()
    {
        var schema = Given.Schema("""
            {"type":"object","properties":{"spec":{"type":"object","properties":{
              "cronSpec":{"type":"string","pattern":"^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$"},"image":{"type":"string"},
              "replicas":{"type":"integer","minimum":1,"maximum":10}}}}}
            """);
        var errors = new Keelson.Api.Validation.FieldErrors();
        Keelson.Api.Structural.SchemaValidator.Validate(Given.Object("""{"spec":{"cronSpec":"* * * *","image":"my-awesome-cron-image","replicas":15}}"""), schema, errors);
        Assert.Equal(
            """CronTab.stable.example.com "my-new-cron-object" is invalid: [spec.cronSpec: Invalid value: "* * * *": spec.cronSpec in body should match """
            + @"'^(\d+|\*)(/\d+)?(\s+(\d+|\*)(/\d+)?){4}$', spec.replicas: Invalid value: 15: spec.replicas in body should be less than or equal to 10]",
            Keelson.Api.Validation.InvalidObject.Status("stable.example.com", "CronTab", "my-new-cron-object", errors).Message);
        Assert.Empty(Given.Validate(schema, Given.Object("""{"spec":{"cronSpec":"* * * * */5","replicas":5}}""")));
    }

    [Fact]
    public void What_several_alternatives_demand_is_told_once()
    {
        Assert.Equal(
        [
            "spec.x.a: Required value",
            "<nil>: Invalid value: \"\": \"spec.x\" must validate all the schemas (allOf). None validated",
        ], Given.Validate(Given.Spec("""{"type":"object","properties":{"a":{"type":"string"}},"allOf":[{"required":["a"]},{"required":["a"]}]}"""), """{"spec":{"x":{}}}"""));
    }

    [Fact]
    public void A_validation_that_takes_too_long_is_given_up_with_an_error()
    {
        var clauses = string.Join(",", Enumerable.Repeat("""{"minimum":1}""", 200));
        var schema = Given.Schema("""{"type":"object","properties":{"a":{"type":"array","items":{"type":"integer","allOf":[""" + clauses + "]}}}}");
        var value = Given.Object($$"""{"a":[{{string.Join(",", Enumerable.Repeat("5", 60_000))}}]}""");
        Assert.Equal(["<nil>: Internal error: validation was given up after 10000000 steps"], Given.Validate(schema, value));
    }

    [Fact]
    public void A_status_is_checked_at_its_own_place()
    {
        var errors = new Keelson.Api.Validation.FieldErrors();
        using (errors.In("status"))
        {
            Keelson.Api.Structural.SchemaValidator.Validate(
                Given.Object("""{"phase":1}"""), Given.Schema("""{"type":"object","properties":{"phase":{"type":"string"}}}"""), errors);
        }

        Assert.Equal(["status.phase: Invalid value: \"integer\": phase in body must be of type string: \"integer\""], Given.Texts(errors));
    }

    [Fact]
    public void A_valid_object_is_checked_without_allocating()
    {
        var schema = Given.Schema("""{"type":"object","properties":{"a":{"type":"array","items":{"type":"object","required":["n"],"properties":{"n":{"type":"string","pattern":"^[a-z]+$","maxLength":5},"p":{"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"},{"type":"string"}]}}}}}}""");
        var value = Given.Object("""{"a":[{"n":"abc","p":1},{"n":"d","p":"http"},{"n":"e"}]}""");
        var errors = new Keelson.Api.Validation.FieldErrors();
        Keelson.Api.Structural.SchemaValidator.Validate(value, schema, errors);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Keelson.Api.Structural.SchemaValidator.Validate(value, schema, errors);

        // The walk itself is an object.
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 200);
    }
}
