using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Networking.V1;

public sealed partial record IPAddress : IHasRules
{
    public void Validate(FieldErrors errors)
    {
        using var scope = errors.In("spec");
        if (Spec.ParentRef is not { } parent)
        {
            errors.Required("parentRef");
            return;
        }

        using var inner = errors.In("parentRef");
        if (parent.Group.Length > 0) errors.Invalid("group", parent.Group, DnsName.CheckSubdomain(parent.Group));
        errors.ExpectPathSegment("resource", parent.Resource);
        errors.ExpectPathSegment("name", parent.Name);
        if (parent.Namespace.Length > 0) errors.Invalid("namespace", parent.Namespace, FieldName.CheckPathSegment(parent.Namespace));
    }

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        using (errors.In("spec")) errors.ExpectSameObject("parentRef", Spec.ParentRef, ((IPAddress)old).Spec.ParentRef);
    }
}
