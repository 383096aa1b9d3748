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
    private readonly Lazy<RuleSet?> _rules;

    public CustomStrategy(SchemaSource schema)
    {
        _schema = schema;
        _rules = new Lazy<RuleSet?>(() => RuleSet.Of(schema.Value));
        CountsGenerations = true;
    }

    public override void Validate(ApiObject created, FieldErrors errors) => Check(created.ToValue(), null, errors);

    public override void ValidateUpdate(ApiObject updated, ApiObject current, FieldErrors errors) =>
        Check(updated.ToValue(), current.ToValue(), errors);

    public override void ValidateStatusUpdate(ApiObject updated, ApiObject current, FieldErrors errors) => ValidateUpdate(updated, current, errors);

    private void Check(MapValue value, MapValue? old, FieldErrors errors)
    {
        ObjectPipeline.Validate(value, old, _schema.Value, errors);
        if (_rules.Value is not { } rules) return;
        // What a rule may cost is bounded by what the schema allows, so the schema goes first.
        if (ObjectPipeline.BlocksExpressions(errors)) errors.Invalid(null, Value.Null, ObjectPipeline.ExpressionsSkipped);
        else rules.Validate(value, old, errors, errors.Cancel);
    }
}
