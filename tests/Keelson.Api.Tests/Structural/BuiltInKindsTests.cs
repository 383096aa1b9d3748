using Keelson.Api.Json;
using Keelson.Api.Schemas;
using Keelson.Api.Structural;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Structural;

/// <summary>The functions made for custom resources do their work on built-in kinds too.</summary>
public sealed class BuiltInKindsTests
{
    private const string Deployment = """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","labels":{"a":"b"}},
         "spec":{"replicas":3,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},
           "spec":{"containers":[{"name":"c","image":"i","ports":[{"containerPort":80}],"resources":{"limits":{"cpu":"500m","memory":1}}}]}}}}
        """;

    [Fact]
    public void A_deployment_is_pruned_by_its_own_schema()
    {
        var report = new DecodeReport();
        var value = Given.Object(Deployment.Replace("\"replicas\":3", "\"replicas\":3,\"replica\":4", StringComparison.Ordinal).Replace("\"image\":\"i\"", "\"image\":\"i\",\"imagee\":1", StringComparison.Ordinal));
        Assert.Equal(Given.Object(Deployment), Pruner.Prune(value, Schema("Deployment"), isRoot: true, report));
        Assert.Equal(["unknown field \"spec.replica\"", "unknown field \"spec.template.spec.containers[0].imagee\""], report.Findings);
    }

    [Fact]
    public void A_deployment_is_checked_by_its_own_schema()
    {
        var schema = Schema("Deployment");
        Assert.Empty(Given.Validate(schema, Given.Object(Deployment)));
        Assert.Equal(
        [
            "spec.replicas: Invalid value: \"string\": spec.replicas in body must be of type integer: \"string\"",
            "spec.template.spec.containers[0].resources.limits.cpu: Invalid value: \"much\": spec.template.spec.containers[0].resources.limits.cpu in body must be of type quantity: \"much\"",
        ], Given.Validate(schema, Given.Object(Deployment.Replace("\"replicas\":3", "\"replicas\":\"3\"", StringComparison.Ordinal).Replace("500m", "much", StringComparison.Ordinal))));
    }

    [Fact]
    public void Defaults_that_are_declared_are_filled_in()
    {
        var defaulted = Defaulter.Apply(Given.Object(Deployment), Schema("Deployment"));
        Assert.Equal("TCP", ((ListValue)((MapValue)((ListValue)defaulted["spec", "template", "spec", "containers"]!)[0])["ports"]!)[0]["protocol"]?.AsText());
    }

    [Fact]
    public void Every_declared_default_and_enumeration_is_json()
    {
        var seen = new HashSet<Schema>();
        foreach (var kind in Catalog.Kinds) Visit(kind.Schema);
        Assert.True(seen.Count > 500);

        void Visit(Schema? schema)
        {
            if (schema is null || !seen.Add(schema)) return;
            _ = schema.Default;
            _ = schema.Rules.EnumValues;
            foreach (var property in schema.Properties)
            {
                _ = property.Default;
                _ = property.Rules.EnumValues;
                Visit(property.Schema);
            }

            Visit(schema.Items);
            Visit(schema.AdditionalProperties);
        }
    }

    [Fact]
    public void What_upstream_wrote_loses_nothing_and_has_no_wrong_type()
    {
        if (SharedFolder.Find("api-goldens") is not { } folder)
        {
            Assert.Skip("the golden objects are not beside the project");
            return;
        }

        foreach (var path in Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            var value = ValueReader.Read(File.ReadAllBytes(path));
            // The objects have placeholders in every field, also in these two; the file's name tells what they are.
            var parts = Path.GetFileNameWithoutExtension(path).Split('.');
            if (parts[^1] == "WatchEvent") continue;
            var group = string.Join('.', parts[..^2]);
            var kind = Catalog.Find(new GroupVersionKind(group == "core" ? "" : group, parts[^2], parts[^1]))!;
            var report = new DecodeReport();
            Pruner.Prune(value, kind.Schema, isRoot: true, report);
            Assert.True(report.IsClean, $"{Path.GetFileName(path)}: {string.Join(", ", report.Findings)}");
            var errors = new FieldErrors();
            SchemaValidator.Validate(value, kind.Schema, errors);
            Assert.DoesNotContain(errors, error => error.Type is FieldErrorType.TypeInvalid or FieldErrorType.Required);
        }
    }

    [Fact]
    public void The_deepest_value_fits_a_small_stack()
    {
        // Definitions are the one kind whose schema is as deep as its values.
        var schema = Catalog.Find(new GroupVersionKind("apiextensions.k8s.io", "v1", "CustomResourceDefinition"))!.Schema;
        Value deep = MapValue.Of(("type", "object"), ("z", 1));
        while (deep.Depth < Value.MaxDepth - 10) deep = MapValue.Of(("not", deep));
        var value = MapValue.Of(("spec", MapValue.Of(("versions", ListValue.Create([MapValue.Of(("schema", MapValue.Of(("openAPIV3Schema", deep))))])))));
        var preserving = Given.Schema("""{"type":"object","x-kubernetes-preserve-unknown-fields":true}""");
        var done = 0;
        var thread = new Thread(() =>
        {
            foreach (var each in new[] { schema, preserving, Given.Schema("""{"type":"object","additionalProperties":true}""") })
            {
                var errors = new FieldErrors();
                if (ObjectPipeline.Admit(value, each, errors) is { } admitted) ObjectPipeline.Validate(admitted, value, each, errors);
                done++;
            }
        }, maxStackSize: 1024 * 1024);
        thread.Start();
        thread.Join();
        Assert.Equal(3, done);
    }

    private static Schema Schema(string kind) => Catalog.Find(new GroupVersionKind("apps", "v1", kind))!.Schema;
}
