using Keelson.Api.Meta.V1;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Validation;

public sealed class FieldErrorsTests
{
    private readonly FieldErrors _errors = new();

    [Fact]
    public void Errors_have_the_words_of_upstream()
    {
        using (_errors.In("spec"))
        {
            _errors.Invalid("replicas", -1, "must be greater than or equal to 0");
            _errors.Required("name");
            _errors.Required("name", "must be set");
            _errors.NotSupported("type", "x", ["A", "B"]);
            _errors.TooLong("text", 63);
            _errors.TooLong("text", 1);
            _errors.TooLong("text", -1);
            _errors.TooLongCharacters("text", 5);
            _errors.TooMany("items", 5, 3);
            _errors.TooMany("items", -1, -1);
            _errors.TooFew("items", 1, 2);
            _errors.TooShort("text", 1);
            _errors.Duplicate("names", "a");
            _errors.Forbidden("node", "may not be set");
            _errors.NotFound("claim", "c");
            _errors.Internal(null, "broken");
            _errors.TypeInvalid("port", "string", "must be a number");
        }

        Assert.Equal(
        [
            "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
            "spec.name: Required value",
            "spec.name: Required value: must be set",
            "spec.type: Unsupported value: \"x\": supported values: \"A\", \"B\"",
            "spec.text: Too long: may not be more than 63 bytes",
            "spec.text: Too long: may not be more than 1 byte",
            "spec.text: Too long: value is too long",
            "spec.text: Too long: may not be more than 5 characters",
            "spec.items: Too many: 5: must have at most 3 items",
            "spec.items: Too many: has too many items",
            "spec.items: Too few: 1: must have at least 2 items",
            "spec.text: Too short: must be at least 1 character",
            "spec.names: Duplicate value: \"a\"",
            "spec.node: Forbidden: may not be set",
            "spec.claim: Not found: \"c\"",
            "spec: Internal error: broken",
            "spec.port: Invalid value: \"string\": must be a number",
        ], _errors.Select(error => error.ToString()));
    }

    [Fact]
    public void Values_are_shown_as_upstream_shows_them()
    {
        _errors.Invalid("a", "say \"hi\"\n\u2028", "x");
        _errors.Invalid("a", 1.5, "x");
        _errors.Invalid("a", 1e21, "x");
        _errors.Invalid("a", true, "x");
        _errors.Invalid("a", Value.Null, "x");
        _errors.Invalid("a", MapValue.Of(("b", ListValue.Create([1, "<"])), ("a", 2)), "x");

        Assert.Equal(
        [
            "a: Invalid value: \"say \\\"hi\\\"\\n\\u2028\": x",
            "a: Invalid value: 1.5: x",
            "a: Invalid value: 1e+21: x",
            "a: Invalid value: true: x",
            "a: Invalid value: \"null\": x",
            "a: Invalid value: {\"a\":2,\"b\":[1,\"\\u003c\"]}: x",
        ], _errors.Select(error => error.ToString()));
    }

    [Fact]
    public void The_object_as_a_whole_has_upstreams_odd_name()
    {
        _errors.Required(null);
        Assert.Equal("<nil>: Required value", _errors[0].ToString());
    }

    [Fact]
    public void One_error_is_the_message_of_the_status()
    {
        _errors.Required("spec");
        var status = InvalidObject.Status("apps", "Deployment", "x", _errors);

        Assert.Equal("Deployment.apps \"x\" is invalid: spec: Required value", status.Message);
        Assert.Equal(StatusReason.Invalid, status.Reason);
        Assert.Equal(422, status.Code);
        Assert.Equal("Failure", status.StatusValue);
        var cause = Assert.Single(status.Details!.Causes);
        Assert.Equal(("FieldValueRequired", "Required value", "spec"), (cause.Reason, cause.Message, cause.Field));
        Assert.Equal(("apps", "Deployment", "x"), (status.Details.Group, status.Details.Kind, status.Details.Name));
    }

    [Fact]
    public void Several_errors_stand_in_brackets_and_none_twice()
    {
        _errors.Required("a");
        _errors.Required("b");
        _errors.Required("a");
        Assert.Equal("Pod \"x\" is invalid: [a: Required value, b: Required value]", InvalidObject.Status("", "Pod", "x", _errors).Message);
        Assert.Equal(3, _errors.ToCauses().Count);
    }

    [Fact]
    public void The_same_error_twice_is_told_as_one()
    {
        _errors.Required("a");
        _errors.Required("a");
        Assert.Equal("a: Required value", _errors.ToMessage());
    }

    [Fact]
    public void Every_category_has_a_reason_and_a_title()
    {
        foreach (var type in Enum.GetValues<FieldErrorType>())
        {
            Assert.NotEmpty(type.Reason());
            Assert.NotEmpty(type.Title());
        }
    }

    [Fact]
    public void Errors_beyond_the_limit_are_counted_only()
    {
        var few = new FieldErrors(limit: 2);
        for (var i = 0; i < 5; i++) few.Required("a");
        Assert.Equal(2, few.Count);
        Assert.Equal(3, few.Dropped);
    }

    [Fact]
    public void Nothing_is_allocated_while_nothing_is_wrong()
    {
        Walk(_errors);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Walk(_errors);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Walk(FieldErrors errors)
        {
            using (errors.In("spec"))
            {
                for (var i = 0; i < 100; i++)
                {
                    using (errors.In("ports", i))
                    using (errors.In("labels", "key"))
                    using (errors.At(1))
                    {
                        errors.Invalid("name", "fine", default(ApiList<string>));
                    }
                }
            }
        }
    }
}
