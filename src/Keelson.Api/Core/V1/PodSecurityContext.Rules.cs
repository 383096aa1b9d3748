using System.Text.RegularExpressions;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record PodSecurityContext
{
    private const int MaximumSysctlLength = 253;
    private const string SysctlPattern = @"^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";

    private static readonly Regex SysctlName = new(
        @"^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?\z", RegexOptions.NonBacktracking);

    /// <summary>Reports what is wrong with the context of a pod; the place of the errors is the context.</summary>
    internal void Validate(PodSpec spec, FieldErrors errors)
    {
        SecurityRules.Id("fsGroup", FsGroup, errors);
        SecurityRules.Id("runAsUser", RunAsUser, errors);
        SecurityRules.Id("runAsGroup", RunAsGroup, errors);
        for (var i = 0; i < SupplementalGroups.Count; i++)
        {
            using (errors.In("supplementalGroups", i))
            {
                foreach (var message in FieldName.CheckUnixId(SupplementalGroups[i])) errors.Invalid(null, SupplementalGroups[i], message);
            }
        }

        if (spec is { ShareProcessNamespace: true, HostPID: true })
        {
            errors.Invalid("shareProcessNamespace", true, "ShareProcessNamespace and HostPID cannot both be enabled");
        }

        ValidateSysctls(spec, errors);
        if (FsGroupChangePolicy is { } change) errors.OneOf("fsGroupChangePolicy", change, PodFSGroupChangePolicy.Always, PodFSGroupChangePolicy.OnRootMismatch);
        using (errors.In("seccompProfile")) SeccompProfile?.Validate(errors);
        using (errors.In("windowsOptions")) WindowsOptions?.Validate(errors);
        using (errors.In("appArmorProfile")) AppArmorProfile?.Validate(errors);
        if (SupplementalGroupsPolicy is { } groups)
        {
            errors.OneOf("supplementalGroupsPolicy", groups, V1.SupplementalGroupsPolicy.Merge, V1.SupplementalGroupsPolicy.Strict);
        }

        if (SeLinuxChangePolicy is { } policy)
        {
            errors.OneOf("seLinuxChangePolicy", policy, PodSELinuxChangePolicy.MountOption, PodSELinuxChangePolicy.Recursive);
        }
    }

    private void ValidateSysctls(PodSpec spec, FieldErrors errors)
    {
        HashSet<string>? names = null;
        for (var i = 0; i < Sysctls.Count; i++)
        {
            var name = Sysctls[i].Name;
            using (errors.In("sysctls", i))
            {
                var isNew = (names ??= new(StringComparer.Ordinal)).Add(name);
                if (name.Length == 0) errors.Required("name");
                else if (name.Length > MaximumSysctlLength || !SysctlName.IsMatch(name))
                {
                    errors.Invalid("name", name, $"must have at most {MaximumSysctlLength} characters and match regex {SysctlPattern}");
                }
                else if (!isNew) errors.Duplicate("name", name);

                var key = name.Replace('/', '.');
                if (spec.HostNetwork && key.StartsWith("net.", StringComparison.Ordinal))
                {
                    errors.Invalid("name", name, "may not be specified when 'hostNetwork' is true");
                }
                else if (spec.HostIPC && IsInterProcess(key))
                {
                    errors.Invalid("name", name, "may not be specified when 'hostIPC' is true");
                }
            }
        }
    }

    private static bool IsInterProcess(string key) => key is "kernel.sem"
        || key.StartsWith("kernel.shm", StringComparison.Ordinal)
        || key.StartsWith("kernel.msg", StringComparison.Ordinal)
        || key.StartsWith("fs.mqueue.", StringComparison.Ordinal);
}
