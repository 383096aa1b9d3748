using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.StorageMigration.V1Beta1;

public sealed partial record StorageVersionMigration : IHasRules
{
    public void Validate(FieldErrors errors)
    {
        using var scope = errors.In(FieldPath.Of("spec", "resource"));
        errors.ExpectPathSegment("resource", Spec.Resource.Resource);
        if (Spec.Resource.Group.Length > 0) errors.Invalid("group", Spec.Resource.Group, DnsName.CheckSubdomain(Spec.Resource.Group));
    }

    /// <summary>A migration that has begun stays what it is.</summary>
    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        Validate(errors);
        errors.ExpectSameObject("spec", Spec, ((StorageVersionMigration)old).Spec);
    }

    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        var before = ((StorageVersionMigration)old).Status;
        using var scope = errors.In("status");
        if (before.ResourceVersion.Length > 0) errors.ExpectSame("resourceVersion", Status.ResourceVersion, before.ResourceVersion);
        if (IsTrue("Succeeded") && IsTrue("Failed")) errors.Invalid("conditions", Shown.Objects(Status.Conditions), "Both success and failed conditions cannot be true at the same time");
    }

    private bool IsTrue(string type) => Status.Conditions.Any(condition => condition.Type == type && condition.Status == "True");
}
