using Keelson.Api.Structural;
using Keelson.Api.Validation;

namespace Keelson.Api.Tests.Structural;

public sealed class RatchetingTests
{
    private const string Fields = """{"type":"object","properties":{"a":{"type":"string","maxLength":2},"b":{"type":"string","maxLength":2},"m":{"type":"object","additionalProperties":{"type":"integer","minimum":5}}},"required":["c"]}""";

    private const string Lists = """{"type":"object","properties":{"byKey":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["n"],"items":{"type":"object","required":["n"],"properties":{"n":{"type":"string"},"v":{"type":"integer","minimum":5}}}},"plain":{"type":"array","items":{"type":"integer","minimum":5}}}}""";

    [Fact]
    public void What_was_wrong_before_may_stay()
    {
        Assert.Empty(Given.ValidateUpdate(Fields, """{"a":"long"}""", """{"a":"long"}"""));
        Assert.Empty(Given.ValidateUpdate(Fields, """{"c":1,"a":"long","m":{"x":1}}""", """{"c":1,"a":"long","m":{"x":1,"y":7},"b":"ok"}"""));
    }

    [Fact]
    public void What_has_changed_must_be_right()
    {
        Assert.Equal(["a: Too long: may not be more than 2 bytes"], Given.ValidateUpdate(Fields, """{"c":1,"a":"long"}""", """{"c":1,"a":"longer"}"""));
        Assert.Equal(["b: Too long: may not be more than 2 bytes"], Given.ValidateUpdate(Fields, """{"c":1,"a":"long"}""", """{"c":1,"a":"long","b":"long"}"""));
        Assert.Equal(["c: Required value"], Given.ValidateUpdate(Fields, """{"a":"long"}""", """{"a":"long","b":"ok"}"""));
        Assert.Equal(["m.x: Invalid value: 2: m.x in body should be greater than or equal to 5"], Given.ValidateUpdate(Fields, """{"c":1,"m":{"x":1}}""", """{"c":1,"m":{"x":2}}"""));
    }

    [Fact]
    public void Elements_with_keys_are_found_wherever_they_have_moved()
    {
        Assert.Empty(Given.ValidateUpdate(Lists,
            """{"byKey":[{"n":"a","v":1},{"n":"b","v":7}]}""",
            """{"byKey":[{"n":"b","v":8},{"n":"a","v":1}]}"""));
        Assert.Equal(["byKey[0].v: Invalid value: 2: byKey[0].v in body should be greater than or equal to 5"], Given.ValidateUpdate(Lists,
            """{"byKey":[{"n":"a","v":1}]}""",
            """{"byKey":[{"n":"a","v":2}]}"""));
    }

    [Fact]
    public void Elements_without_keys_pass_only_with_their_whole_list()
    {
        Assert.Empty(Given.ValidateUpdate(Lists, """{"plain":[1,6]}""", """{"plain":[1,6],"byKey":[]}"""));
        Assert.Equal(["plain[0]: Invalid value: 1: plain[0] in body should be greater than or equal to 5"], Given.ValidateUpdate(Lists, """{"plain":[1,6]}""", """{"plain":[1,7]}"""));
    }

    [Fact]
    public void Duplicates_that_were_there_before_let_new_ones_pass()
    {
        var schema = Given.Schema("""{"type":"object","properties":{"s":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}}}}""");
        Assert.Equal("s[1]: Duplicate value: \"a\"", Update("""{"s":["a"]}""", """{"s":["a","a"]}"""));
        Assert.Equal("", Update("""{"s":["b","b"]}""", """{"s":["a","a"]}"""));

        string Update(string old, string value)
        {
            var errors = new FieldErrors();
            ListValidation.ValidateUpdate(Given.Object(value), Given.Object(old), schema, errors);
            return errors.ToMessage();
        }
    }
}
