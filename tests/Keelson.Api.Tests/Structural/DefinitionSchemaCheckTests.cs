namespace Keelson.Api.Tests.Structural;

public sealed class DefinitionSchemaCheckTests
{
    private const string At = "spec.versions[0].schema.openAPIV3Schema";
    private const string X = At + ".properties[x]";

    [Theory]
    [InlineData("""{"type":"object"}""")]
    [InlineData("""{"type":"object","properties":{"apiVersion":{"type":"string"},"kind":{"type":"string"},"metadata":{"type":"object","properties":{"name":{"type":"string","maxLength":10}}},"spec":{"type":"object","default":{},"properties":{"a":{"type":"string","default":"b"}}},"status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}""")]
    [InlineData("""{"type":"object","properties":{"x":{"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"},{"type":"string"}]},"y":{"x-kubernetes-int-or-string":true,"allOf":[{"anyOf":[{"type":"integer"},{"type":"string"}]},{"pattern":"^a"}]}}}""")]
    [InlineData("""{"type":"object","properties":{"x":{"type":"object","properties":{"a":{"type":"integer"}},"oneOf":[{"required":["a"]},{"properties":{"a":{"minimum":1}}}]}}}""")]
    [InlineData("""{"type":"object","properties":{"x":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],"items":{"type":"object","required":["k"],"properties":{"k":{"type":"string"}}}}}}""")]
    [InlineData("""{"type":"object","properties":{"x":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true}}}""")]
    [InlineData("""{"type":"object","x-kubernetes-validations":[{"rule":"self.x > 0","message":"no","fieldPath":".x.y['z']","reason":"FieldValueRequired"}],"properties":{"x":{"type":"object","properties":{"y":{"type":"object","additionalProperties":{"type":"string"}}}}}}""")]
    public void A_good_schema_has_no_error(string schema)
    {
        Assert.Empty(Given.CheckDefinition(schema));
    }

    [Theory]
    [InlineData("""{}""", At + ".type: Required value: must not be empty at the root")]
    [InlineData("""{"type":"array","items":{"type":"string"}}""", At + ".type: Invalid value: \"array\": must be object at the root")]
    [InlineData("""{"type":"object","properties":{"x":{}}}""", X + ".type: Required value: must not be empty for specified object fields")]
    [InlineData("""{"type":"object","properties":{"x":{"type":"array","items":{}}}}""", X + ".items.type: Required value: must not be empty for specified array items")]
    [InlineData("""{"type":"object","properties":{"x":{"type":"array"}}}""", X + ".items: Required value: must be specified")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"string"}}""", At + ".additionalProperties: Forbidden: must not be used at the root")]
    [InlineData("""{"type":"object","properties":{"metadata":{"type":"object","properties":{"labels":{"type":"object"}}}}}""", At + ".properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified")]
    [InlineData("""{"type":"object","properties":{"kind":{"type":"integer"}}}""", At + ".properties[kind].type: Invalid value: \"integer\": must be string")]
    [InlineData("""{"type":"object","properties":{"x":{"type":"string","pattern":"("}}}""", X + ".pattern: Invalid value: \"(\": must be a valid regular expression, but isn't: error parsing regexp: missing closing ): `(`")]
    [InlineData("""{"type":"object","properties":{"x":{"type":"string","anyOf":[{"type":"string"}]}}}""", X + ".anyOf[0].type: Forbidden: must be empty to be structural")]
    [InlineData("""{"type":"object","properties":{"x":{"type":"string","allOf":[{"default":"a"}]}}}""", X + ".allOf[0].default: Forbidden: must be undefined to be structural")]
    [InlineData("""{"type":"object","properties":{"x":{"type":"string","not":{"nullable":true}}}}""", X + ".not.nullable: Forbidden: must be false to be structural")]
    [InlineData("""{"type":"object","properties":{"x":{"type":"object"}},"oneOf":[{"properties":{"x":{"properties":{"a":{"minimum":1}}}}}]}""", X + ".properties[a]: Required value: because it is defined in " + At + ".oneOf[0].properties[x].properties[a]")]
    [InlineData("""{"type":"object","anyOf":[{"properties":{"metadata":{"required":["name"]}}}],"properties":{"metadata":{"type":"object"}}}""", At + ".anyOf[0].properties[metadata]: Forbidden: must not be specified in a nested context")]
    [InlineData("""{"type":"object","properties":{"x":{"x-kubernetes-int-or-string":true,"x-kubernetes-preserve-unknown-fields":true}}}""", X + ".x-kubernetes-preserve-unknown-fields: Invalid value: true: must be false if x-kubernetes-int-or-string is true")]
    [InlineData("""{"type":"object","properties":{"x":{"type":"object","x-kubernetes-embedded-resource":true}}}""", X + ".properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields")]
    public void A_schema_that_is_not_structural_is_refused(string schema, string error)
    {
        Assert.True(Given.CheckDefinition(schema).Contains(error), schema);
        var errors = new Keelson.Api.Validation.FieldErrors();
        Assert.False(Keelson.Api.Structural.DefinitionSchemaCheck.IsStructural(Given.Definition(schema), errors));
        Assert.NotEmpty(errors);
    }

    [Theory]
    [InlineData("""{"type":"strange"}""", X + ".type: Unsupported value: \"strange\": supported values: \"array\", \"boolean\", \"integer\", \"number\", \"object\", \"string\"")]
    [InlineData("""{"type":"array","items":{"type":"string"},"uniqueItems":true}""", X + ".uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":{"type":"string"}}""", X + ".additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive")]
    [InlineData("""{"type":"object","$ref":"#/a"}""", X + ".$ref: Forbidden: $ref is not supported")]
    [InlineData("""{"type":"object","x-kubernetes-preserve-unknown-fields":false}""", X + ".x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined")]
    [InlineData("""{"type":"object","x-kubernetes-list-type":"set"}""", X + ".type: Invalid value: \"object\": must be array if x-kubernetes-list-type is specified")]
    [InlineData("""{"type":"array","items":{"type":"string"},"x-kubernetes-list-type":"bag"}""", X + ".x-kubernetes-list-type: Unsupported value: \"bag\": supported values: \"atomic\", \"set\", \"map\"")]
    [InlineData("""{"type":"array","items":{"type":"object"},"x-kubernetes-list-type":"set"}""", X + ".items.x-kubernetes-map-type: Invalid value: \"null\": must be atomic as item of a list with x-kubernetes-list-type=set")]
    [InlineData("""{"type":"string","x-kubernetes-map-type":"atomic"}""", X + ".type: Invalid value: \"string\": must be object if x-kubernetes-map-type is specified")]
    [InlineData("""{"type":"array","items":{"type":"object"},"x-kubernetes-list-type":"map"}""", X + ".x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map")]
    [InlineData("""{"type":"array","items":{"type":"string"},"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["a"]}""", X + ".items.type: Invalid value: \"string\": must be object if parent array's x-kubernetes-list-type is map")]
    [InlineData("""{"type":"array","items":{"type":"object"},"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["a"]}""", X + ".x-kubernetes-list-map-keys: Invalid value: [\"a\"]: entries must all be names of item properties")]
    [InlineData("""{"type":"array","items":{"type":"object","properties":{"a":{"type":"string"}}},"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["a"]}""", X + ".items.properties[a].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property")]
    [InlineData("""{"type":"array","items":{"type":"object","properties":{"a":{"type":"object"}},"required":["a"]},"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["a"]}""", X + ".items.properties[a].type: Invalid value: \"object\": must be a scalar type if parent array's x-kubernetes-list-type is map")]
    [InlineData("""{"type":"array","items":{"type":"string","nullable":true},"x-kubernetes-list-type":"set"}""", X + ".items.nullable: Forbidden: cannot be nullable when x-kubernetes-list-type is set")]
    [InlineData("""{"type":"string","x-kubernetes-validations":[{"rule":""}]}""", X + ".x-kubernetes-validations[0].rule: Required value: rule is not specified")]
    [InlineData("""{"type":"string","x-kubernetes-validations":[{"rule":"a\nb"}]}""", X + ".x-kubernetes-validations[0].message: Required value: message must be specified if rule contains line breaks")]
    [InlineData("""{"type":"object","x-kubernetes-validations":[{"rule":"true","fieldPath":".a"}]}""", X + ".x-kubernetes-validations[0].fieldPath: Invalid value: \".a\": fieldPath must be a valid path")]
    [InlineData("""{"type":"string","x-kubernetes-validations":[{"rule":"true","reason":"Odd"}]}""", X + ".x-kubernetes-validations[0].reason: Unsupported value: \"Odd\": supported values: \"FieldValueDuplicate\", \"FieldValueForbidden\", \"FieldValueInvalid\", \"FieldValueRequired\"")]
    public void A_field_that_misuses_OpenApi_is_refused(string field, string error)
    {
        Assert.Contains(error, Given.CheckDefinition("""{"type":"object","properties":{"x":""" + field + "}}"));
    }

    [Theory]
    [InlineData("""{"type":"integer","default":"a"}""", X + ".default: Invalid value: \"string\":  in body must be of type integer: \"string\"")]
    [InlineData("""{"type":"integer","default":0,"minimum":1}""", X + ".default: Invalid value: 0:  in body should be greater than or equal to 1")]
    [InlineData("""{"type":"object","default":{"b":1},"properties":{"a":{"type":"string"}}}""", X + ".default: Invalid value: {\"b\":1}: must not have unknown fields")]
    [InlineData("""{"type":"object","default":{"kind":"A"},"x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true}""", X + ".default.apiVersion: Required value")]
    [InlineData("""{"type":"object","x-kubernetes-embedded-resource":true,"properties":{"metadata":{"type":"object","properties":{"labels":{"type":"object","default":{"a b":"c"},"additionalProperties":{"type":"string"}}}}}}""", null)]
    public void A_default_that_its_own_schema_refuses_is_refused(string field, string? error)
    {
        var errors = Given.CheckDefinition("""{"type":"object","properties":{"x":""" + field + "}}");
        if (error is not null) Assert.Contains(error, errors);
        else Assert.Contains("must result in valid metadata: metadata.labels: Invalid value: \"a b\"", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_are_forbidden_in_the_metadata_of_the_root()
    {
        Assert.Contains(At + ".properties[metadata].properties[name].default: Forbidden: must not be set in top-level metadata",
            Given.CheckDefinition("""{"type":"object","properties":{"metadata":{"type":"object","properties":{"name":{"type":"string","default":"a"}}}}}"""));
    }

    [Fact]
    public void The_root_can_not_be_null_nor_beside_a_status_be_restricted_as_a_whole()
    {
        Assert.Contains(At + ".nullable: Forbidden: nullable cannot be true at the root", Given.CheckDefinition("""{"type":"object","nullable":true}"""));
        Assert.Empty(Given.CheckDefinition("""{"type":"object","required":["spec"]}""", hasStatus: true));
        var error = Assert.Single(Given.CheckDefinition("""{"type":"object","minProperties":1}""", hasStatus: true));
        Assert.StartsWith(At + ": Invalid value: {\"minProperties\":1,\"type\":\"object\"}: only [Description Type Format", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_deeper_than_the_bound_is_refused()
    {
        var deep = new Keelson.Api.ApiExtensions.V1.JSONSchemaProps { Type = "object" };
        for (var i = 0; i < 5000; i++) deep = new() { Type = "object", Properties = ApiMap<Keelson.Api.ApiExtensions.V1.JSONSchemaProps>.From(("a", deep)) };
        var errors = new Keelson.Api.Validation.FieldErrors();
        Keelson.Api.Structural.DefinitionSchemaCheck.Check(deep, false, errors);
        Assert.Equal("openAPIV3Schema: Forbidden: must not nest deeper than 250 levels", errors.ToMessage());
        Assert.Throws<FormatException>(() => Keelson.Api.Structural.StructuralSchema.Parse(deep));
    }

    [Fact]
    public void Errors_of_structure_come_in_the_order_of_their_text()
    {
        var errors = Given.CheckDefinition("""{"type":"object","properties":{"b":{},"a":{}}}""");
        Assert.Equal([At + ".properties[a].type: Required value: must not be empty for specified object fields", At + ".properties[b].type: Required value: must not be empty for specified object fields"], errors);
    }
}
