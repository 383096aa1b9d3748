using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.StorageMigration.V1Beta1;

public sealed partial record StorageVersionMigration : IHasRules
{
    private const string Succeeded = "Succeeded";
    private const string Failed = "Failed";
    private const string Running = "Running";

    public void Validate(FieldErrors errors)
    {
        var (group, resource) = (Spec.Resource.Group, Spec.Resource.Resource);
        using var scope = errors.In(FieldPath.Of("spec", "resource"));
        if (resource.Length == 0) errors.Required("resource", "resource is required to be set");
        else if (DnsName.CheckLabel1035(resource) is { IsEmpty: false } wrong) errors.Invalid("resource", resource, string.Join(",", wrong));
        if (group.Length > 0 && DnsName.CheckSubdomain(group) is { IsEmpty: false } faults) errors.Invalid("group", group, string.Join(",", faults));
    }

    /// <summary>A migration that has begun stays what it is.</summary>
    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        Validate(errors);
        errors.ExpectSameObject("spec", Spec, ((StorageVersionMigration)old).Spec);
    }

    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        var before = (StorageVersionMigration)old;
        using var scope = errors.In("status");
        // It is not known before the objects were looked at; a migration can end before that.
        if (Status.ResourceVersion.Length > 0 && !IsVersion(Status.ResourceVersion)) errors.Invalid("resourceVersion", Status.ResourceVersion, $"resource version is not well formed: {Status.ResourceVersion}");
        errors.ExpectConditions("conditions", Status.Conditions);
        if (before.Status.ResourceVersion.Length > 0) errors.ExpectSame("resourceVersion", Status.ResourceVersion, before.Status.ResourceVersion);
        if (IsTrue(Succeeded) && IsTrue(Failed)) Conditions("Both success and failed conditions cannot be true at the same time");
        if (IsTrue(Succeeded) && IsTrue(Running)) Conditions("Running condition cannot be true when success condition is true");
        if (IsTrue(Failed) && IsTrue(Running)) Conditions("Running condition cannot be true when failed condition is true");
        if (before.IsTrue(Succeeded) && !IsTrue(Succeeded)) Conditions("Success condition cannot be set to false once it is true");
        if (before.IsTrue(Failed) && !IsTrue(Failed)) Conditions("Failed condition cannot be set to false once it is true");

        void Conditions(string detail) => errors.Invalid("conditions", Shown.Objects(Status.Conditions), detail);
    }

    private static bool IsVersion(string text) => text[0] != '0' && !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    private bool IsTrue(string type) => Status.Conditions.Any(condition => condition.Type == type && condition.Status == "True");
}
