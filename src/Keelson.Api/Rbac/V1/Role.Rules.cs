using Keelson.Api.Validation;

namespace Keelson.Api.Rbac.V1;

public sealed partial record Role : IHasRules
{
    public void Validate(FieldErrors errors)
    {
        RbacRules.Validate(Rules, isNamespaced: true, errors);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(errors);
}
