using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Server.Admission.PodSecurity;

/// <summary>What the levels do not allow: baseline keeps pods from known ways to more rights, restricted wants them hardened.</summary>
internal static class PodChecks
{
    private delegate Finding? Check(PodParts pod, int minor);

    // In the order in which upstream tells of them: by level, then by name.
    private static readonly (string Id, Check Run)[] Baseline =
    [
        ("appArmorProfile", (pod, _) => BaselineChecks.AppArmor(pod)),
        ("capabilities_baseline", (pod, _) => BaselineChecks.Capabilities(pod)),
        ("hostNamespaces", (pod, _) => BaselineChecks.HostNamespaces(pod)),
        ("hostPathVolumes", (pod, _) => BaselineChecks.HostPaths(pod)),
        ("hostPorts", (pod, _) => BaselineChecks.HostPorts(pod)),
        ("hostProbesAndHostLifecycle", (pod, minor) => minor < 34 ? null : BaselineChecks.HostProbes(pod)),
        ("privileged", (pod, _) => BaselineChecks.Privileged(pod)),
        ("procMount", (pod, minor) => minor >= 35 && pod.Spec.HostUsers == false ? null : BaselineChecks.ProcMount(pod)),
        ("seLinuxOptions", (pod, minor) => BaselineChecks.SeLinux(pod, minor)),
        ("seccompProfile_baseline", (pod, minor) => minor < 19 ? null : BaselineChecks.Seccomp(pod)),
        ("sysctls", BaselineChecks.Sysctls),
        ("windowsHostProcess", (pod, _) => BaselineChecks.WindowsHostProcess(pod)),
    ];

    private static readonly (string Id, string Replaces, Check Run)[] Restricted =
    [
        ("allowPrivilegeEscalation", "", (pod, minor) => minor < 8 || (minor >= 25 && pod.IsWindows) ? null : RestrictedChecks.Escalation(pod)),
        ("capabilities_restricted", "capabilities_baseline", (pod, minor) => minor < 22 || (minor >= 25 && pod.IsWindows) ? null : RestrictedChecks.Capabilities(pod)),
        ("restrictedVolumes", "hostPathVolumes", (pod, _) => RestrictedChecks.Volumes(pod)),
        ("runAsNonRoot", "", (pod, minor) => minor >= 35 && pod.Spec.HostUsers == false ? null : RestrictedChecks.NonRoot(pod)),
        ("runAsUser", "", (pod, minor) => minor < 23 || (minor >= 35 && pod.Spec.HostUsers == false) ? null : RestrictedChecks.User(pod)),
        ("seccompProfile_restricted", "seccompProfile_baseline", (pod, minor) => minor < 19 || (minor >= 25 && pod.IsWindows) ? null : RestrictedChecks.Seccomp(pod)),
    ];

    /// <summary>Everything about a pod that a level does not allow.</summary>
    public static List<Finding> Run(PodLevel level, ObjectMeta metadata, PodSpec spec)
    {
        var findings = new List<Finding>();
        if (level.Level == PodLevel.Privileged) return findings;
        var pod = new PodParts(metadata, spec);
        var strict = level.Level == PodLevel.Restricted;
        foreach (var (id, run) in Baseline)
        {
            // Where the stricter check of the same thing runs, this one would only say it twice.
            var replaced = strict && Restricted.Any(check => check.Replaces == id) && !(id == "capabilities_baseline" && level.Minor < 22);
            if (!replaced && run(pod, level.Minor) is { } finding) findings.Add(finding);
        }

        if (!strict) return findings;
        foreach (var (_, _, run) in Restricted)
        {
            if (run(pod, level.Minor) is { } finding) findings.Add(finding);
        }

        return findings;
    }
}
