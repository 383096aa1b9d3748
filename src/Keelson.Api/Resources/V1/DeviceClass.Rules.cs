using Keelson.Api.Core.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Resources.V1;

public sealed partial record DeviceClass : IHasRules
{
    private const int MaximumConfigurations = 32;

    public void Validate(FieldErrors errors)
    {
        using var scope = errors.In("spec");
        DeviceRules.Validate(Spec.Selectors, errors);
        DeviceRules.ExpectAtMost("config", Spec.Config.Count, MaximumConfigurations, errors);
        for (var i = 0; i < Spec.Config.Count; i++)
        {
            using (errors.In("config", i)) DeviceRules.Validate(Spec.Config[i].DeviceConfiguration, errors);
        }

        if (Spec.ExtendedResourceName is { } name && !StandardResources.IsExtended(name))
        {
            errors.Invalid("extendedResourceName", name, "must be a valid extended resource name", "format=k8s-extended-resource-name");
        }
    }

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(errors);
}
