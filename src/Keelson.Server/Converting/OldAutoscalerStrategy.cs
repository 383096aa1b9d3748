using Keelson.Api.Validation;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using New = Keelson.Api.Autoscaling.V2;
using Old = Keelson.Api.Autoscaling.V1;

namespace Keelson.Server.Converting;

/// <summary>
/// Autoscalers of the older version. What they have in annotations is spec and status too, so who may write which, and what is
/// valid, is decided on the newer form.
/// </summary>
internal sealed class OldAutoscalerStrategy(VersionFamily family) : ResourceStrategy
{
    public override ApiObject PrepareForCreate(ApiObject created) => Change(created, value => value with { Status = New.HorizontalPodAutoscalerStatus.Empty });

    public override ApiObject PrepareForUpdate(ApiObject updated, ApiObject current) => Change(updated, value => value with { Status = Stored(current).Status });

    public override ApiObject PrepareForStatusUpdate(ApiObject updated, ApiObject current) => Change(updated, value => value with { Spec = Stored(current).Spec });

    public override void Validate(ApiObject created, FieldErrors errors) => Stored(created).Validate(errors);

    public override void ValidateUpdate(ApiObject updated, ApiObject current, FieldErrors errors) => Stored(updated).ValidateUpdate(Stored(current), errors);

    public override void ValidateStatusUpdate(ApiObject updated, ApiObject current, FieldErrors errors) => Stored(updated).ValidateStatusUpdate(Stored(current), errors);

    private New.HorizontalPodAutoscaler Stored(ApiObject value) => (New.HorizontalPodAutoscaler)family.ToStored(value.Typed!);

    private TypedObject Change(ApiObject value, Func<New.HorizontalPodAutoscaler, New.HorizontalPodAutoscaler> change) =>
        new(family.FromStored(change(Stored(value)), Old.HorizontalPodAutoscaler.GroupVersionKind));
}
