using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Validation;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.Admission.Policies;

/// <summary>Admission policies: their expressions have to compile.</summary>
internal sealed class PolicyStrategy : ResourceStrategy
{
    public PolicyStrategy() => CountsGenerations = true;

    public override void Validate(ApiObject created, FieldErrors errors)
    {
        base.Validate(created, errors);
        Compile(created).Check(errors);
    }

    public override void ValidateUpdate(ApiObject updated, ApiObject current, FieldErrors errors)
    {
        base.ValidateUpdate(updated, current, errors);

        // What was stored under other rules may stay as it is.
        if (updated.ToValue()["spec"] != current.ToValue()["spec"]) Compile(updated).Check(errors);
    }

    private static CompiledPolicy Compile(ApiObject value) => value.Typed is MutatingAdmissionPolicy mutating
        ? CompiledPolicy.Compile(mutating)
        : CompiledPolicy.Compile((ValidatingAdmissionPolicy)value.Typed!);
}
