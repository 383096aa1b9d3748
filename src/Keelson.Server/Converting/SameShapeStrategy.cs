using Keelson.Api.Validation;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.Converting;

/// <summary>Another version with the fields of the stored one: what is special about that one holds here too.</summary>
internal sealed class SameShapeStrategy : ResourceStrategy
{
    private readonly VersionFamily _family;
    private readonly ResourceStrategy _stored;

    public SameShapeStrategy(VersionFamily family, ResourceStrategy stored)
    {
        (_family, _stored) = (family, stored);
        CountsGenerations = stored.CountsGenerations;
        NeedsVersion = stored.NeedsVersion;
        CheckName = stored.CheckName;
        SelectableFields = [.. stored.SelectableFields.Select(field => field with { Read = value => field.Read(Stored(value)) })];
    }

    public override void Validate(ApiObject created, FieldErrors errors) => _stored.Validate(Stored(created), errors);

    public override void ValidateUpdate(ApiObject updated, ApiObject current, FieldErrors errors) => _stored.ValidateUpdate(Stored(updated), Stored(current), errors);

    public override void ValidateStatusUpdate(ApiObject updated, ApiObject current, FieldErrors errors) => _stored.ValidateStatusUpdate(Stored(updated), Stored(current), errors);

    private TypedObject Stored(ApiObject value) => new(_family.ToStored(value.Typed!));
}
