using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Cel.Rules;
using Keelson.Api.Schemas;
using Keelson.Api.Structural;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Cel;

[Collection(MeasuringCollection.Name)]
public sealed class RuleTests
{
    private const string Spec = """
        {"type":"object","properties":{
          "spec":{"type":"object","maxProperties":20,
            "x-kubernetes-validations":[
              {"rule":"self.min <= self.max","message":"min must not be above max","fieldPath":".min","reason":"FieldValueForbidden"},
              {"rule":"!has(self.name) || self.name.size() < 5","messageExpression":"'the name ' + self.name + ' is too long'"}],
            "properties":{
              "min":{"type":"integer"},"max":{"type":"integer"},
              "name":{"type":"string","maxLength":50,"x-kubernetes-validations":[{"rule":"self == oldSelf","message":"name is immutable"}]},
              "first":{"type":"string","maxLength":50,"x-kubernetes-validations":[{"rule":"!oldSelf.hasValue() || oldSelf.value() == self","optionalOldSelf":true,"message":"can't change"}]},
              "tags":{"type":"array","maxItems":10,"x-kubernetes-list-type":"set","items":{"type":"string","maxLength":10,"x-kubernetes-validations":[{"rule":"self != 'bad'"}]},
                "x-kubernetes-validations":[{"rule":"!('a' in self) || (self + ['a'] == self && self + ['x', 'y'] == self + ['y', 'x', 'x'])"}]},
              "ports":{"type":"array","maxItems":10,"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],
                "items":{"type":"object","required":["name"],"properties":{"name":{"type":"string","maxLength":10},"port":{"type":"integer"}},
                  "x-kubernetes-validations":[{"rule":"self.port >= oldSelf.port","message":"ports only grow"}]}},
              "labels":{"type":"object","maxProperties":5,"additionalProperties":{"type":"string","maxLength":20,"x-kubernetes-validations":[{"rule":"self.startsWith('v')","reason":"FieldValueRequired","message":"wants a v"}]}},
              "when":{"type":"string","format":"date-time"},
              "for":{"type":"string","format":"duration"},
              "amount":{"x-kubernetes-int-or-string":true},
              "my-field":{"type":"integer"},
              "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}},
          "x-kubernetes-validations":[{"rule":"self.metadata.name.startsWith('a') && self.kind == 'Thing'","message":"names begin with a"}]}
        """;

    private static Schema Parse(string json) => StructuralSchema.Parse(ApiJson.Decode<JSONSchemaProps>(System.Text.Encoding.UTF8.GetBytes(json)));

    private static FieldErrors Validate(string spec, string? old = null, string name = "a1", string schema = Spec)
    {
        var whole = StructuralSchema.ForResource(Parse(schema), GroupVersionKind.Parse("example.com/v1", "Thing")!.Value);
        var errors = new FieldErrors();
        RuleSet.Of(whole)!.Validate(Thing(spec), old is null ? null : Thing(old), errors);
        return errors;

        Value Thing(string body) => ValueReader.Read($$"""{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"{{name}}"},"spec":{{body}}}""");
    }

    [Theory]
    [InlineData("""{"min":1,"max":2}""", null, "")]
    [InlineData("""{"min":3,"max":2}""", null, "spec.min: Forbidden: min must not be above max")]
    [InlineData("""{"max":2}""", null, "spec: Invalid value: \"object\": no such key: min evaluating rule: min must not be above max")]
    [InlineData("""{"min":1,"max":2,"name":"longer"}""", null, "spec: Invalid value: \"object\": the name longer is too long")]
    [InlineData("""{"min":1,"max":2,"tags":["a","bad"]}""", null, "spec.tags[1]: Invalid value: \"string\": failed rule: self != 'bad'")]
    [InlineData("""{"min":1,"max":2,"tags":["b","a","c"]}""", null, "")]
    [InlineData("""{"min":1,"max":2,"labels":{"x":"w"}}""", null, "spec.labels[x]: Required value: wants a v")]
    [InlineData("""{"min":1,"max":2,"name":"b"}""", """{"min":1,"max":2,"name":"a"}""", "spec.name: Invalid value: \"string\": name is immutable")]
    [InlineData("""{"min":1,"max":2,"name":"b"}""", """{"min":1,"max":2}""", "")]
    [InlineData("""{"min":1,"max":2,"first":"b"}""", """{"min":1,"max":2,"first":"a"}""", "spec.first: Invalid value: \"string\": can't change")]
    [InlineData("""{"min":1,"max":2,"first":"b"}""", null, "")]
    [InlineData("""{"min":1,"max":2,"ports":[{"name":"b","port":1},{"name":"a","port":1}]}""", """{"min":1,"max":2,"ports":[{"name":"a","port":2},{"name":"b","port":1}]}""", "spec.ports[1]: Invalid value: \"object\": ports only grow")]
    [InlineData("""{"min":1,"max":2,"tags":["bad"]}""", """{"min":0,"max":2,"tags":["bad"]}""", "")]
    [InlineData("""{"min":3,"max":2,"tags":["a"]}""", """{"min":3,"max":2}""", "spec.min: Forbidden: min must not be above max")]
    [InlineData("""{"min":3,"max":2}""", """{"min":3,"max":2}""", "")]
    public void A_rule_is_evaluated(string spec, string? old, string expected) => Assert.Equal(expected, Validate(spec, old).ToMessage());

    [Fact]
    public void The_root_sees_what_every_object_has() =>
        Assert.Equal("<nil>: Invalid value: \"object\": names begin with a", Validate("""{"min":1,"max":2}""", name: "b").ToMessage());

    [Theory]
    [InlineData("self.spec.when > timestamp('2020-01-01T00:00:00Z')", """{"when":"2024-01-01T00:00:00Z"}""")]
    [InlineData("self.spec.__for__ == duration('90m')", """{"for":"1h30m"}""")]
    [InlineData("self.spec.amount == 5 || self.spec.amount == '5'", """{"amount":"5"}""")]
    [InlineData("self.spec.my__dash__field == 1", """{"my-field":1}""")]
    [InlineData("self.spec.free.anything.goes == 'here'", """{"free":{"anything":{"goes":"here"}}}""")]
    [InlineData("self.spec.labels.all(k, self.spec.labels[k] == k)", """{"labels":{"a":"a"}}""")]
    [InlineData("self.spec.ports.exists(p, p.name == 'a' && p.port == 1)", """{"ports":[{"name":"a","port":1}]}""")]
    [InlineData("(self.spec.ports + [self.spec.ports[1]]).size() == 2", """{"ports":[{"name":"a","port":1},{"name":"b"}]}""")]
    public void Schemas_give_types_to_expressions(string rule, string spec)
    {
        var schema = Spec.Replace("self.metadata.name.startsWith('a') && self.kind == 'Thing'", rule, StringComparison.Ordinal).Replace("\"x-kubernetes-validations\":[{\"rule\":\"self +", "\"x\":[{\"rule\":\"self +", StringComparison.Ordinal);
        var whole = StructuralSchema.ForResource(Parse(schema), GroupVersionKind.Parse("example.com/v1", "Thing")!.Value);
        var errors = new FieldErrors();
        RuleSet.Of(whole)!.Validate(ValueReader.Read($$"""{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"a"},"spec":{{spec}}}"""), null, errors);
        Assert.DoesNotContain(errors, error => error.Field == FieldPath.None);
    }

    private static FieldErrors Check(string schema)
    {
        var errors = new FieldErrors();
        using (errors.In("openAPIV3Schema")) RuleCheck.Check(Parse(schema), errors);
        return errors;
    }

    [Fact]
    public void The_rules_of_a_sound_definition_pass() => Assert.Equal("", Check(Spec).ToMessage());

    [Theory]
    [InlineData("self.size >", "openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule", "compilation failed: ERROR: <input>:1:12: Syntax error: mismatched input '<EOF>' expecting")]
    [InlineData("self.other == 1", "openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule", "compilation failed: ERROR: <input>:1:5: undefined field 'other'\n | self.other == 1\n | ....^")]
    [InlineData("self.size", "openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule", "cel expression must evaluate to a bool")]
    public void A_wrong_rule_is_refused_with_its_path(string rule, string path, string message)
    {
        var error = Assert.Single(Check($$$$"""{"type":"object","properties":{"spec":{"type":"object","properties":{"size":{"type":"integer"}},"x-kubernetes-validations":[{"rule":"{{{{rule}}}}"}]}}}"""));
        Assert.Equal(path, error.Field);
        Assert.StartsWith(message, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_can_cost_too_much_is_refused_and_bounds_help()
    {
        const string Nested = """{"type":"object","properties":{"list":{"type":"array",#"items":{"type":"array",#"items":{"type":"string"%}}}},"x-kubernetes-validations":[{"rule":"self.list.all(a, a.all(b, b.contains('x')))"}]}""";
        var errors = Check(Nested.Replace("#", "", StringComparison.Ordinal).Replace("%", "", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Type == FieldErrorType.Forbidden && error.Field == "openAPIV3Schema.x-kubernetes-validations[0].rule"
            && error.Detail == "estimated rule cost exceeds budget by factor of more than 100x (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)");
        Assert.Empty(Check(Nested.Replace("#", "\"maxItems\":10,", StringComparison.Ordinal).Replace("%", ",\"maxLength\":100", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_old_value_is_refused_where_elements_can_not_be_told_apart()
    {
        var errors = Check("""{"type":"object","properties":{"list":{"type":"array","maxItems":5,"items":{"type":"string","maxLength":5,"x-kubernetes-validations":[{"rule":"self == oldSelf"}]}}}}""");
        Assert.Equal(
            "openAPIV3Schema.properties[list].items.x-kubernetes-validations[0].rule: Invalid value: \"self == oldSelf\": oldSelf cannot be used on the uncorrelatable portion of the schema within openAPIV3Schema.properties[list].items",
            errors.ToMessage());
    }

    [Fact]
    public void A_run_that_costs_too_much_is_given_up()
    {
        const string Schema = """{"type":"object","properties":{"spec":{"type":"object","properties":{"list":{"type":"array","items":{"type":"integer"}}},"x-kubernetes-validations":[{"rule":"self.list.all(a, self.list.all(b, a + b < 0 || true))"}]}}}""";
        var list = string.Join(',', Enumerable.Range(0, 2000));
        Assert.Equal(
            "spec: Invalid value: \"object\": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: self.list.all(a, self.list.all(b, a + b < 0 || true))",
            Validate($$"""{"list":[{{list}}]}""", schema: Schema).ToMessage());
    }

    [Fact]
    public void Compiled_rules_are_small()
    {
        var whole = StructuralSchema.ForResource(Parse(Spec), GroupVersionKind.Parse("example.com/v1", "Thing")!.Value);
        Use(RuleSet.Of(whole)!);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var kept = Enumerable.Range(0, 100).Select(_ => RuleSet.Of(whole)!).ToList();
        kept.ForEach(Use);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / kept.Count;
        Assert.True(each < 30_000, $"{each} bytes");
        GC.KeepAlive(kept);

        static void Use(RuleSet rules) => rules.Validate(
            ValueReader.Read("""{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"a"},"spec":{"min":1,"max":2,"name":"a","first":"b","tags":["a"],"ports":[{"name":"a","port":1}],"labels":{"a":"v"}}}"""), null, new FieldErrors());
    }
}
