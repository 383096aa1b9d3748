using Keelson.Api.Validation;

namespace Keelson.Api.Coordination.V1Beta1;

public sealed partial record LeaseCandidate : IHasRules
{
    private const string NotVersion = "must be a valid semantic version";

    public void Validate(FieldErrors errors)
    {
        using var scope = errors.In("spec");
        errors.ExpectGiven("leaseName", Spec.LeaseName);
        var emulation = Read("emulationVersion", Spec.EmulationVersion, errors);
        errors.ExpectGiven("binaryVersion", Spec.BinaryVersion);
        var binary = Read("binaryVersion", Spec.BinaryVersion, errors);
        if (binary is not null && emulation > binary)
        {
            errors.Invalid("binaryVersion", Spec.BinaryVersion, "must be greater than or equal to `emulationVersion`");
        }

        if (Spec.Strategy.Length == 0)
        {
            errors.Required("strategy");
            return;
        }

        if (Spec.Strategy == V1.CoordinatedLeaseStrategy.OldestEmulationVersion && Spec.EmulationVersion.Length == 0)
        {
            errors.Required("emulationVersion", "must be specified when `strategy` is 'OldestEmulationVersion'");
        }

        using (errors.In("strategy")) V1.Lease.ValidateStrategy(Spec.Strategy, errors);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        Validate(errors);
        using (errors.In("spec")) errors.ExpectSame("leaseName", Spec.LeaseName, ((LeaseCandidate)old).Spec.LeaseName);
    }

    private static Version? Read(string field, string text, FieldErrors errors)
    {
        if (text.Length == 0) return null;
        var end = text.AsSpan().IndexOfAny('-', '+');
        var core = end < 0 ? text : text[..end];
        if (core.AsSpan().Count('.') == 2 && !core.AsSpan().ContainsAnyExcept("0123456789.") && Version.TryParse(core, out var version)) return version;
        errors.Invalid(field, text, NotVersion);
        return null;
    }
}
