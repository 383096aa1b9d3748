using Keelson.Api.Validation;

namespace Keelson.Api.Coordination.V1Beta1;

public sealed partial record Lease : IHasRules
{
    public void Validate(FieldErrors errors) => SameShape.As<Lease, V1.Lease>(this).Validate(errors);

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(errors);
}
