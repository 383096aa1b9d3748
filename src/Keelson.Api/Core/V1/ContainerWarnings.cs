using Keelson.Api.Meta.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <summary>What authors should know of the containers of a pod; the place is the pod.</summary>
internal static class ContainerWarnings
{
    private const string SeccompPod = "seccomp.security.alpha.kubernetes.io/pod";
    private const string SeccompContainer = "container.seccomp.security.alpha.kubernetes.io/";
    private const string AppArmorContainer = "container.apparmor.security.beta.kubernetes.io/";
    private const string SeccompGone = "non-functional in v1.27+; use the \"seccompProfile\" field instead";

    public static void Warn(ObjectMeta metadata, PodSpec spec, bool isTemplate, FieldWarnings warnings)
    {
        if (spec.SecurityContext?.SeccompProfile is null) Annotation(SeccompPod, SeccompGone);
        var ports = new Dictionary<string, List<(string Place, ContainerPort Port)>>(StringComparer.Ordinal);
        ForEach(spec, warnings, container =>
        {
            if (container.SecurityContext?.SeccompProfile is null) Annotation(SeccompContainer + container.Name, SeccompGone);
            if (isTemplate && spec.SecurityContext?.AppArmorProfile is null && container.SecurityContext?.AppArmorProfile is null)
            {
                Annotation(AppArmorContainer + container.Name, "deprecated since v1.30; use the \"appArmorProfile\" field instead");
            }
        }, isPlaced: false);
        ForEach(spec, warnings, container =>
        {
            using (warnings.In("resources"))
            {
                foreach (var resource in (string[])[ResourceName.Memory, ResourceName.EphemeralStorage])
                {
                    warnings.ExpectWhole("limits", container.Resources.Limits, resource);
                    warnings.ExpectWhole("requests", container.Resources.Requests, resource);
                }
            }

            Variables(container.Env, warnings);
        });
        ForEach(spec, warnings, container => Ports(container.Ports, ports, warnings));

        void Annotation(string key, string why)
        {
            if (!metadata.Annotations.ContainsKey(key)) return;
            using (warnings.In("metadata"))
            using (warnings.In("annotations", key)) warnings.Add(null, why);
        }
    }

    private static void ForEach(PodSpec spec, FieldWarnings warnings, Action<Container> visit, bool isPlaced = true)
    {
        var ephemeral = spec.EphemeralContainers.Select(container => container.EphemeralContainerCommon.ToContainer()).ToApiList();
        foreach (var (field, containers) in ((string, ApiList<Container>)[])[("initContainers", spec.InitContainers), ("containers", spec.Containers), ("ephemeralContainers", ephemeral)])
        {
            for (var i = 0; i < containers.Count; i++)
            {
                if (!isPlaced)
                {
                    visit(containers[i]);
                    continue;
                }

                using (warnings.In("spec"))
                using (warnings.In(field, i)) visit(containers[i]);
            }
        }
    }

    /// <summary>A variable that is there already is fine where it extends what it was; anything else hides it.</summary>
    private static void Variables(ApiList<EnvVar> variables, FieldWarnings warnings)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < variables.Count; i++)
        {
            var variable = variables[i];
            if (seen.Add(variable.Name)) continue;
            var reference = $"$({variable.Name})";
            if (variable.ValueFrom is null && variable.Value != reference && variable.Value.Contains(reference, StringComparison.Ordinal)) continue;
            using (warnings.In("env", i)) warnings.Add(null, $"hides previous definition of {GoQuote.Quote(variable.Name)}, which may be dropped when using apply");
        }
    }

    private static void Ports(ApiList<ContainerPort> ports, Dictionary<string, List<(string Place, ContainerPort Port)>> all, FieldWarnings warnings)
    {
        for (var i = 0; i < ports.Count; i++)
        {
            var port = ports[i];
            using var scope = warnings.In("ports", i);
            if (port.HostIP.Length > 0 && port.HostPort == 0) warnings.Add(null, $"hostIP set without hostPort: {Shown(port)}");
            var key = $"{port.ContainerPortValue}/{port.Protocol}";
            if (!all.TryGetValue(key, out var others)) all[key] = others = [];
            foreach (var (place, other) in others)
            {
                if (port.HostIP == other.HostIP && port.HostPort == other.HostPort) warnings.Add(null, $"duplicate port definition with {place}");
                else if (port.HostPort == 0 || other.HostPort == 0) warnings.Add(null, $"overlapping port definition with {place}");
                else if (port.HostPort == other.HostPort && port.HostIP.Length == 0 != (other.HostIP.Length == 0)) warnings.Add(null, $"dangerously ambiguous port definition with {place}");
            }

            others.Add((warnings.PathOf(null), port));
        }
    }

    // As Go prints a structure.
    private static string Shown(ContainerPort port) => $"{{Name:{port.Name} HostPort:{port.HostPort} ContainerPort:{port.ContainerPortValue} Protocol:{port.Protocol} HostIP:{port.HostIP}}}";
}
