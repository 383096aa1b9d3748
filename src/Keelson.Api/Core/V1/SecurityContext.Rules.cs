using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record SecurityContext
{
    internal void Validate(bool hasHostUsers, FieldErrors errors)
    {
        SecurityRules.Id("runAsUser", RunAsUser, errors);
        SecurityRules.Id("runAsGroup", RunAsGroup, errors);
        if (ProcMount is { } mount)
        {
            errors.OneOf("procMount", mount, ProcMountType.Default, ProcMountType.Unmasked);
            if (hasHostUsers && mount == ProcMountType.Unmasked)
            {
                errors.Invalid("procMount", mount, "`hostUsers` must be false to use `Unmasked`");
            }
        }

        using (errors.In("seccompProfile")) SeccompProfile?.Validate(errors);
        if (AllowPrivilegeEscalation is false)
        {
            if (Privileged is true) errors.Invalid(null, this.AsValue(), "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
            if (Capabilities is { } capabilities && capabilities.Add.Contains("CAP_SYS_ADMIN"))
            {
                errors.Invalid(null, this.AsValue(), "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
            }
        }

        using (errors.In("windowsOptions")) WindowsOptions?.Validate(errors);
        using (errors.In("appArmorProfile")) AppArmorProfile?.Validate(errors);
    }
}

/// <summary>Checks that pods and containers share.</summary>
internal static class SecurityRules
{
    public static void Id(string field, long? id, FieldErrors errors)
    {
        if (id is not { } number) return;
        foreach (var message in FieldName.CheckUnixId(number)) errors.Invalid(field, number, message);
    }
}

public sealed partial record SeccompProfile
{
    internal void Validate(FieldErrors errors)
    {
        if (Type.Length == 0) errors.Required("type", "type is required when seccompProfile is set");
        else errors.OneOf("type", Type, SeccompProfileType.Localhost, SeccompProfileType.RuntimeDefault, SeccompProfileType.Unconfined);
        if (Type == SeccompProfileType.Localhost)
        {
            if (LocalhostProfile is null) errors.Required("localhostProfile", "must be set when seccomp type is Localhost");
            else PathRules.LocalDescending("localhostProfile", LocalhostProfile, errors);
        }
        else if (LocalhostProfile is not null)
        {
            errors.Invalid("localhostProfile", this.AsValue(), "can only be set when seccomp type is Localhost");
        }
    }
}

public sealed partial record AppArmorProfile
{
    private const int MaximumPathLength = 4095;

    internal void Validate(FieldErrors errors)
    {
        switch (Type)
        {
            case AppArmorProfileType.Localhost:
                ValidateLocalhost(errors);
                break;
            case AppArmorProfileType.RuntimeDefault or AppArmorProfileType.Unconfined:
                if (LocalhostProfile is { } profile) errors.Invalid("localhostProfile", profile, "can only be set when AppArmor type is Localhost");
                break;
            case "":
                errors.Required("type", "type is required when appArmorProfile is set");
                break;
            default:
                errors.NotSupported("type", Type, [AppArmorProfileType.Localhost, AppArmorProfileType.RuntimeDefault, AppArmorProfileType.Unconfined]);
                break;
        }
    }

    private void ValidateLocalhost(FieldErrors errors)
    {
        var trimmed = GoText.TrimSpace(LocalhostProfile ?? "");
        if (LocalhostProfile is null || (trimmed.Length == 0 && LocalhostProfile.Length == 0))
        {
            errors.Required("localhostProfile", "must be set when AppArmor type is Localhost");
            return;
        }

        if (trimmed != LocalhostProfile) errors.Invalid("localhostProfile", LocalhostProfile, "must not be padded with whitespace");
        if (NameMessage.IsLonger(LocalhostProfile, MaximumPathLength)) errors.TooLong("localhostProfile", MaximumPathLength);
    }
}
