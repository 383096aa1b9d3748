using Keelson.Api.Json;
using Keelson.Api.Structural;
using Keelson.Api.Validation;

namespace Keelson.Api.Tests.Structural;

public sealed class MetadataCoercionTests
{
    private const string Schema = """{"type":"object","properties":{"spec":{"type":"object","properties":{"templates":{"type":"array","items":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true}}}}}}""";

    [Fact]
    public void Unknown_fields_of_metadata_are_dropped_and_reported()
    {
        var report = new DecodeReport();
        var errors = new FieldErrors();
        var coerced = MetadataCoercion.Coerce(In("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","odd":1,"creationTimestamp":null}}"""), Given.Schema(Schema), false, errors, report);
        Assert.Equal(In("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}"""), coerced);
        Assert.Equal(["unknown field \"spec.templates[0].metadata.odd\""], report.Findings);
        Assert.Empty(errors);
    }

    [Fact]
    public void Malformed_metadata_is_an_error_on_writing()
    {
        var errors = new FieldErrors();
        Assert.Null(MetadataCoercion.Coerce(In("""{"metadata":{"name":1}}"""), Given.Schema(Schema), false, errors));
        Assert.Equal(
            "spec.templates[0].metadata: Invalid value: {\"name\":1}: json: cannot unmarshal number into Go struct field ObjectMeta.name of type string",
            errors.ToMessage());
    }

    [Fact]
    public void Malformed_metadata_is_dropped_on_reading()
    {
        var coerced = MetadataCoercion.Coerce(In("""{"apiVersion":1,"kind":"Pod","metadata":{"name":1,"labels":{"a":"b"},"finalizers":"x"}}"""), Given.Schema(Schema), false, null);
        Assert.Equal(In("""{"kind":"Pod","metadata":{"labels":{"a":"b"}}}"""), coerced);
    }

    [Theory]
    [InlineData("""{}""", "[spec.templates[0].apiVersion: Required value, spec.templates[0].kind: Required value]")]
    [InlineData("""{"apiVersion":"a/b/c","kind":"Pod"}""", "spec.templates[0].apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c")]
    [InlineData("""{"apiVersion":"v1","kind":1}""", "spec.templates[0].kind: Invalid value: 1: must be a string")]
    [InlineData("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a/b"}}""", "spec.templates[0].metadata.name: Invalid value: \"a/b\": may not contain '/'")]
    [InlineData("""{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"a"}}""", "")]
    public void Resources_inside_others_are_checked(string template, string message)
    {
        var errors = new FieldErrors();
        EmbeddedObjectValidation.Validate(In(template), Given.Schema(Schema), false, errors);
        Assert.Equal(message, errors.ToMessage());
    }

    [Fact]
    public void Metadata_in_form_stays_the_same_object()
    {
        var value = In("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{"b":"c"}}}""");
        Assert.Same(value, MetadataCoercion.Coerce(value, Given.Schema(Schema), false, new FieldErrors()));
    }

    private static Keelson.Api.Values.Value In(string template) => Given.Object($$$"""{"spec":{"templates":[{{{template}}}]}}""");
}
