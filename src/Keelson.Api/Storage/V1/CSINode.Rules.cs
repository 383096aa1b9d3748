using Keelson.Api.Core.V1;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Storage.V1;

public sealed partial record CSINode : IHasRules
{
    private const int MaximumNodeBytes = 256;

    public void Validate(FieldErrors errors)
    {
        using var scope = errors.In("spec");
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Spec.Drivers.Count; i++)
        {
            var driver = Spec.Drivers[i];
            using var inner = errors.In("drivers", i);
            PersistentVolumeSource.ExpectDriver("name", driver.Name, errors);
            errors.ExpectGiven("nodeID", driver.NodeID);
            if (NameMessage.IsLonger(driver.NodeID, MaximumNodeBytes)) errors.Invalid("nodeID", driver.NodeID, $"must be {MaximumNodeBytes} characters or less");
            if (driver.Allocatable?.Count is { } count) errors.ExpectNotNegative("allocatable.count", count);
            if (!names.Add(driver.Name)) errors.Duplicate("name", driver.Name);
            ValidateTopology(driver.TopologyKeys, errors);
        }
    }

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        Validate(errors);
        using var scope = errors.In("spec");
        foreach (var before in ((CSINode)old).Spec.Drivers)
        {
            foreach (var driver in Spec.Drivers)
            {
                if (driver.Name != before.Name) continue;
                // How many volumes a node takes may change.
                errors.ExpectSameObject("drivers", driver with { Allocatable = null }, before with { Allocatable = null });
            }
        }
    }

    private static void ValidateTopology(ApiList<string> keys, FieldErrors errors)
    {
        for (var i = 0; i < keys.Count; i++)
        {
            if (keys[i].Length == 0) errors.Required(null);
            if (keys.IndexOf(keys[i]) < i) errors.Duplicate(null, keys[i]);
            errors.Invalid(null, keys[i], LabelName.CheckKey(keys[i]), "format=qualified-name");
        }
    }
}
