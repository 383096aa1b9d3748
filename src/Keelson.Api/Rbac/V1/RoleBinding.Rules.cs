using Keelson.Api.Validation;

namespace Keelson.Api.Rbac.V1;

public sealed partial record RoleBinding : IHasDefaults, IHasRules
{
    public IResource WithDefaults() => this with { RoleRef = RbacRules.WithDefaults(RoleRef), Subjects = RbacRules.WithDefaults(Subjects) };

    public void Validate(FieldErrors errors) => RbacRules.Validate(RoleRef, Subjects, isNamespaced: true, errors);

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        Validate(errors);
        RbacRules.ValidateChange(RoleRef, ((RoleBinding)old).RoleRef, errors);
    }
}
