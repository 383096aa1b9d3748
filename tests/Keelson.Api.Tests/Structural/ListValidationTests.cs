using Keelson.Api.Structural;
using Keelson.Api.Validation;

namespace Keelson.Api.Tests.Structural;

public sealed class ListValidationTests
{
    private const string Schema = """
        {"type":"object","properties":{
          "set":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
          "map":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],"items":{"type":"object","properties":{
            "name":{"type":"string"},"inner":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"integer"}}}}},
          "two":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["port","protocol"],"items":{"type":"object"}},
          "byName":{"type":"object","additionalProperties":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}}}}}
        """;

    [Theory]
    [InlineData("""{"set":["a","b"],"map":[{"name":"a"},{"name":"b"}],"two":[{"port":1},{"port":1,"protocol":"TCP"}]}""", "")]
    [InlineData("""{"set":["a","b","a","a"]}""", "set[2]: Duplicate value: \"a\"")]
    [InlineData("""{"map":[{"name":"a"},{"name":"a"}]}""", "map[1]: Duplicate value: {\"name\":\"a\"}")]
    [InlineData("""{"map":[{},{}]}""", "map[1]: Duplicate value: {}")]
    [InlineData("""{"map":["a"]}""", "map[0]: Invalid value: \"a\": must be an object for an array of list-type map")]
    [InlineData("""{"two":[{"port":1,"protocol":"TCP"},{"protocol":"TCP","port":1}]}""", "two[1]: Duplicate value: {\"port\":1,\"protocol\":\"TCP\"}")]
    [InlineData("""{"map":[{"name":"a","inner":[1,1]}]}""", "map[0].inner[1]: Duplicate value: 1")]
    [InlineData("""{"byName":{"k":["a","a"]}}""", "byName[k][1]: Duplicate value: \"a\"")]
    public void Elements_must_differ_where_the_list_says_so(string value, string error)
    {
        var errors = new FieldErrors();
        ListValidation.Validate(Given.Object(value), Given.Schema(Schema), errors);
        Assert.Equal(error, errors.ToMessage());
    }
}
