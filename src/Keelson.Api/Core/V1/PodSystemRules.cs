using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <summary>Checks what depends on the operating system, and on how much of the host a pod shares.</summary>
internal static class PodSystemRules
{
    private const string NotForWindows = "cannot be set for a windows pod";
    private const string NotForLinux = "windows options cannot be set for a linux pod";

    public static void HostUsers(PodSpec spec, FieldErrors errors)
    {
        const string Detail = "when `pod.Spec.HostUsers` is false";
        if (spec.HostUsers is not false) return;
        if (spec.HostNetwork) errors.Forbidden("hostNetwork", Detail);
        // Upstream writes these two with a capital letter.
        if (spec.HostPID) errors.Forbidden("HostPID", Detail);
        if (spec.HostIPC) errors.Forbidden("HostIPC", Detail);
    }

    public static void HostProcesses(PodSpec spec, FieldErrors errors)
    {
        var (containers, hosted) = (0, 0);
        var ofPod = spec.SecurityContext?.WindowsOptions?.HostProcess;
        PodScope.ForEachContainer(spec, errors, container =>
        {
            containers++;
            var own = container.SecurityContext?.WindowsOptions?.HostProcess;
            if (own ?? ofPod ?? false) hosted++;
            if (ofPod is not { } whole || own is not { } mine || whole == mine) return;
            using (errors.In("securityContext"))
            using (errors.In("windowsOptions"))
            {
                errors.Invalid("hostProcess", mine, $"pod hostProcess value must be identical if both are specified, was {(whole ? "true" : "false")}");
            }
        });
        if (hosted == 0) return;
        if (hosted != containers) errors.Invalid(null, "", "If pod contains any hostProcess containers then all containers must be HostProcess containers");
        if (!spec.HostNetwork) errors.Invalid("hostNetwork", false, "hostNetwork must be true if pod contains any hostProcess containers");
    }

    public static void OperatingSystem(PodSpec spec, FieldErrors errors)
    {
        switch (spec.Os?.Name)
        {
            case null:
                break;
            case "":
                using (errors.In("os")) errors.Required("name", "cannot be empty");
                break;
            case OSName.Linux:
                Linux(spec, errors);
                break;
            case OSName.Windows:
                Windows(spec, errors);
                break;
            default:
                errors.NotSupported("os", spec.Os.Name, [OSName.Linux, OSName.Windows]);
                break;
        }
    }

    private static void Linux(PodSpec spec, FieldErrors errors)
    {
        using (errors.In("securityContext"))
        {
            if (spec.SecurityContext?.WindowsOptions is not null) errors.Forbidden("windowsOptions", NotForLinux);
        }

        PodScope.ForEachContainer(spec, errors, container =>
        {
            if (container.SecurityContext?.WindowsOptions is null) return;
            using (errors.In("securityContext")) errors.Forbidden("windowsOptions", NotForLinux);
        });
    }

    private static void Windows(PodSpec spec, FieldErrors errors)
    {
        var context = spec.SecurityContext ?? PodSecurityContext.Empty;
        using (errors.In("securityContext"))
        {
            Unset("appArmorProfile", context.AppArmorProfile is not null, errors);
            Unset("seLinuxOptions", context.SeLinuxOptions is not null, errors);
        }

        Unset("hostUsers", spec.HostUsers is not null, errors);
        Unset("hostPID", spec.HostPID, errors);
        Unset("hostIPC", spec.HostIPC, errors);
        using (errors.In("securityContext"))
        {
            Unset("seccompProfile", context.SeccompProfile is not null, errors);
            Unset("fsGroup", context.FsGroup is not null, errors);
            Unset("fsGroupChangePolicy", context.FsGroupChangePolicy is not null, errors);
            Unset("sysctls", !context.Sysctls.IsEmpty, errors);
        }

        Unset("shareProcessNamespace", spec.ShareProcessNamespace is not null, errors);
        using (errors.In("securityContext"))
        {
            Unset("runAsUser", context.RunAsUser is not null, errors);
            Unset("runAsGroup", context.RunAsGroup is not null, errors);
            Unset("supplementalGroups", !context.SupplementalGroups.IsNil, errors);
            Unset("supplementalGroupsPolicy", context.SupplementalGroupsPolicy is not null, errors);
            Unset("seLinuxChangePolicy", context.SeLinuxChangePolicy is not null, errors);
        }

        Unset("resources", spec.Resources is not null, errors);
        PodScope.ForEachContainer(spec, errors, container => WindowsContainer(container, errors));
    }

    private static void WindowsContainer(Container container, FieldErrors errors)
    {
        if (container.SecurityContext is not { } context) return;
        using (errors.In("securityContext"))
        {
            Unset("appArmorProfile", context.AppArmorProfile is not null, errors);
            Unset("seLinuxOptions", context.SeLinuxOptions is not null, errors);
            Unset("seccompProfile", context.SeccompProfile is not null, errors);
            Unset("capabilities", context.Capabilities is not null, errors);
            Unset("readOnlyRootFilesystem", context.ReadOnlyRootFilesystem is not null, errors);
            Unset("privileged", context.Privileged is not null, errors);
            Unset("allowPrivilegeEscalation", context.AllowPrivilegeEscalation is not null, errors);
            Unset("procMount", context.ProcMount is not null, errors);
            Unset("runAsUser", context.RunAsUser is not null, errors);
            Unset("runAsGroup", context.RunAsGroup is not null, errors);
        }
    }

    private static void Unset(string field, bool isSet, FieldErrors errors)
    {
        if (isSet) errors.Forbidden(field, NotForWindows);
    }
}
