using Keelson.Api.Validation;

namespace Keelson.Api.Scheduling.V1;

public sealed partial record PriorityClass : IHasDefaults, IHasRules
{
    private const string SystemPrefix = "system-";
    private const int HighestOfUsers = 1_000_000_000;
    private const int ClusterCritical = 2 * HighestOfUsers;
    private const int NodeCritical = ClusterCritical + 1000;

    public IResource WithDefaults() => PreemptionPolicy is null ? this with { PreemptionPolicy = Core.V1.PreemptionPolicy.PreemptLowerPriority } : this;

    public void Validate(FieldErrors errors)
    {
        var name = Metadata.Name;
        if (name.StartsWith(SystemPrefix, StringComparison.Ordinal))
        {
            var value = name switch { "system-node-critical" => NodeCritical, "system-cluster-critical" => ClusterCritical, _ => 0 };
            var wrong = value == 0 ? $"{name} is not a known system priority class"
                : Value != value ? $"value of {name} PriorityClass must be {value}"
                : GlobalDefault ? $"globalDefault of {name} PriorityClass must be false" : null;
            if (wrong is not null)
            {
                errors.Forbidden("metadata.name", $"priority class names with '{SystemPrefix}' prefix are reserved for system use only. error: {wrong}");
            }
        }
        else if (Value > HighestOfUsers)
        {
            errors.Forbidden("value", $"maximum allowed value of a user defined priority is {HighestOfUsers}");
        }

        if (PreemptionPolicy is not { } policy) return;
        errors.ExpectOneOf("preemptionPolicy", policy, Core.V1.PreemptionPolicy.PreemptLowerPriority, Core.V1.PreemptionPolicy.Never);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        var before = (PriorityClass)old;
        if (Value != before.Value) errors.Forbidden("value", "may not be changed in an update.");
        errors.ExpectSame("preemptionPolicy", PreemptionPolicy, before.PreemptionPolicy, Shown.Text(PreemptionPolicy));
    }
}
