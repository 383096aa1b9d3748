using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Validation;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.Admission.Policies;

/// <summary>Validating admission policies: their expressions have to compile.</summary>
internal sealed class PolicyStrategy : ResourceStrategy
{
    public PolicyStrategy() => CountsGenerations = true;

    public override void Validate(ApiObject created, FieldErrors errors)
    {
        base.Validate(created, errors);
        CompiledPolicy.Compile((ValidatingAdmissionPolicy)created.Typed!).Check(errors);
    }

    public override void ValidateUpdate(ApiObject updated, ApiObject current, FieldErrors errors)
    {
        base.ValidateUpdate(updated, current, errors);
        var policy = (ValidatingAdmissionPolicy)updated.Typed!;

        // What was stored under other rules may stay as it is.
        if (policy.Spec != ((ValidatingAdmissionPolicy)current.Typed!).Spec) CompiledPolicy.Compile(policy).Check(errors);
    }
}
