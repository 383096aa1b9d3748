using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Cel.Rules;
using Keelson.Api.Structural;
using Keelson.Api.Validation;
using Keelson.Api.Values;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.CustomResources;

/// <summary>Custom resources are what their schemas say. On a change, what was wrong before may stay.</summary>
internal sealed class CustomStrategy : ResourceStrategy
{
    private readonly SchemaSource _schema;
    private readonly CustomResourceSubresourceScale? _scale;
    private readonly Lazy<RuleSet?> _rules;

    public CustomStrategy(SchemaSource schema, CustomResourceSubresourceScale? scale)
    {
        _schema = schema;
        _scale = scale;
        _rules = new Lazy<RuleSet?>(() => RuleSet.Of(schema.Value));
        CountsGenerations = true;
    }

    public override void Validate(ApiObject created, FieldErrors errors) => Check(created.ToValue(), null, errors);

    public override void ValidateUpdate(ApiObject updated, ApiObject current, FieldErrors errors) =>
        Check(updated.ToValue(), current.ToValue(), errors);

    /// <summary>Only the status is held to its schema: what is wrong elsewhere is not for who writes it to put right.</summary>
    public override void ValidateStatusUpdate(ApiObject updated, ApiObject current, FieldErrors errors)
    {
        var (value, old) = (updated.ToValue(), current.ToValue());
        if (value["status"] is { } status && _schema.Value.FindProperty("status") is { } property)
        {
            using (errors.In("status")) ObjectPipeline.ValidateField(status, old["status"], property, errors);
        }

        if (_scale is not null) ScaleCheck.Observed(_scale, value, errors);
        CheckRules(value, old, errors);
    }

    public override IEnumerable<string> Warnings(ApiObject value, ApiObject? current) => ObjectMetaValidation.FinalizerWarnings(value.Metadata, current?.Metadata);

    private void Check(MapValue value, MapValue? old, FieldErrors errors)
    {
        ObjectPipeline.Validate(value, old, _schema.Value, errors);
        if (_scale is not null)
        {
            ScaleCheck.Wanted(_scale, value, errors);
            ScaleCheck.Observed(_scale, value, errors);
        }

        CheckRules(value, old, errors);
    }

    private void CheckRules(MapValue value, MapValue? old, FieldErrors errors)
    {
        if (_rules.Value is not { } rules) return;
        // What a rule may cost is bounded by what the schema allows, so the schema goes first.
        if (ObjectPipeline.BlocksExpressions(errors)) errors.Invalid(null, Value.Null, ObjectPipeline.ExpressionsSkipped);
        else rules.Validate(value, old, errors, errors.Cancel);
    }
}
