using Keelson.Api.Structural;

namespace Keelson.Api.Tests.Structural;

public sealed class DefaulterTests
{
    private const string Schema = """
        {"type":"object","properties":{
          "spec":{"type":"object","default":{},"properties":{
            "replicas":{"type":"integer","default":1},
            "mode":{"type":"string","nullable":true,"default":"fast"},
            "plain":{"type":"string"},
            "kept":{"type":"string","nullable":true},
            "list":{"type":"array","items":{"type":"object","properties":{"protocol":{"type":"string","default":"TCP"}}}},
            "numbers":{"type":"array","items":{"type":"integer","default":7}},
            "map":{"type":"object","additionalProperties":{"type":"object","properties":{"on":{"type":"boolean","default":true}}}},
            "values":{"type":"object","additionalProperties":{"type":"integer","default":3}}}}}}
        """;

    [Theory]
    [InlineData("{}", """{"spec":{"replicas":1,"mode":"fast"}}""")]
    [InlineData("""{"spec":{"replicas":5,"mode":"slow"}}""", """{"spec":{"replicas":5,"mode":"slow"}}""")]
    [InlineData("""{"spec":{"replicas":null,"mode":null}}""", """{"spec":{"replicas":1,"mode":null}}""")]
    [InlineData("""{"spec":{"mode":"a","plain":null,"kept":null}}""", """{"spec":{"mode":"a","kept":null,"replicas":1}}""")]
    [InlineData("""{"spec":{"replicas":2,"mode":"a","list":[{},{"protocol":"UDP"}],"numbers":[null,1]}}""", """{"spec":{"replicas":2,"mode":"a","list":[{"protocol":"TCP"},{"protocol":"UDP"}],"numbers":[7,1]}}""")]
    [InlineData("""{"spec":{"replicas":2,"mode":"a","map":{"k":{},"n":null},"values":{"a":null}}}""", """{"spec":{"replicas":2,"mode":"a","map":{"k":{"on":true}},"values":{"a":3}}}""")]
    [InlineData("""{"spec":"of the wrong type"}""", """{"spec":"of the wrong type"}""")]
    public void What_is_not_given_is_filled_in(string given, string defaulted)
    {
        Assert.Equal(Given.Object(defaulted), Defaulter.Apply(Given.Object(given), Given.Schema(Schema)));
    }

    [Fact]
    public void An_object_that_needs_no_default_stays_the_same_object()
    {
        var value = Given.Object("""{"spec":{"replicas":2,"mode":"a","list":[{"protocol":"TCP"}]}}""");
        Assert.Same(value, Defaulter.Apply(value, Given.Schema(Schema)));
    }
}
