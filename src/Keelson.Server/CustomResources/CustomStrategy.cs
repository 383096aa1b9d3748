using Keelson.Api.Schemas;
using Keelson.Api.Structural;
using Keelson.Api.Validation;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.CustomResources;

/// <summary>Custom resources are what their schemas say. On a change, what was wrong before may stay.</summary>
internal sealed class CustomStrategy : ResourceStrategy
{
    private readonly Schema _schema;

    public CustomStrategy(Schema schema)
    {
        _schema = schema;
        CountsGenerations = true;
    }

    public override void Validate(ApiObject created, FieldErrors errors) => ObjectPipeline.Validate(created.ToValue(), null, _schema, errors);

    public override void ValidateUpdate(ApiObject updated, ApiObject current, FieldErrors errors) =>
        ObjectPipeline.Validate(updated.ToValue(), current.ToValue(), _schema, errors);

    public override void ValidateStatusUpdate(ApiObject updated, ApiObject current, FieldErrors errors) => ValidateUpdate(updated, current, errors);
}
