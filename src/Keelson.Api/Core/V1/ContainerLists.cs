using System.Globalization;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <summary>Checks the three lists of containers that a pod has.</summary>
internal static class ContainerLists
{
    private const string OnlySidecars = "may not be set for init containers without restartPolicy=Always";
    private const string NotEphemeral = "cannot be set for an Ephemeral Container";

    public static void Validate(PodScope scope, FieldErrors errors)
    {
        Containers(scope, errors);
        InitContainers(scope, errors);
        EphemeralContainers(scope, errors);
    }

    private static void Containers(PodScope scope, FieldErrors errors)
    {
        var containers = scope.Spec.Containers;
        if (containers.IsEmpty)
        {
            errors.Required("containers");
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < containers.Count; i++)
        {
            using (errors.In("containers", i))
            {
                containers[i].Validate(scope, errors);
                if (!names.Add(containers[i].Name)) errors.Duplicate("name", containers[i].Name);
                containers[i].ValidateLife(scope, errors);
                containers[i].ValidateRestart(errors);
            }
        }

        var ports = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < containers.Count; i++)
        {
            using (errors.In("containers", i)) HostPorts(containers[i], ports, errors);
        }
    }

    private static void InitContainers(PodScope scope, FieldErrors errors)
    {
        var containers = scope.Spec.InitContainers;
        if (containers.IsEmpty) return;
        var names = scope.Spec.Containers.Select(container => container.Name).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < containers.Count; i++)
        {
            var container = containers[i];
            using (errors.In("initContainers", i))
            {
                container.Validate(scope, errors);
                container.ValidateRestart(errors);
                if (names.Contains(container.Name)) errors.Duplicate("name", container.Name);
                else if (container.Name.Length > 0) names.Add(container.Name);
            }

            // They run one by one, so ports collide only within one; upstream counts from zero for each.
            using (errors.In("initContainers", 0)) HostPorts(container, new(StringComparer.Ordinal), errors);
            using (errors.In("initContainers", i))
            {
                if (container.IsSidecar) container.ValidateLife(scope, errors);
                else NoLife(container, errors);
            }
        }
    }

    private static void NoLife(Container container, FieldErrors errors)
    {
        if (container.Lifecycle is not null) errors.Forbidden("lifecycle", OnlySidecars);
        if (container.LivenessProbe is not null) errors.Forbidden("livenessProbe", OnlySidecars);
        if (container.ReadinessProbe is not null) errors.Forbidden("readinessProbe", OnlySidecars);
        if (container.StartupProbe is not null) errors.Forbidden("startupProbe", OnlySidecars);
    }

    private static void EphemeralContainers(PodScope scope, FieldErrors errors)
    {
        var containers = scope.Spec.EphemeralContainers;
        if (containers.IsEmpty) return;
        var others = scope.Spec.Containers.Concat(scope.Spec.InitContainers).Select(container => container.Name).ToHashSet(StringComparer.Ordinal);
        var names = new HashSet<string>(others, StringComparer.Ordinal);
        for (var i = 0; i < containers.Count; i++)
        {
            var ephemeral = containers[i];
            var container = ephemeral.EphemeralContainerCommon.ToContainer();
            using (errors.In("ephemeralContainers", i))
            {
                container.Validate(scope, errors);
                container.ValidateForPod(errors);
                if (!names.Add(container.Name)) errors.Duplicate("name", container.Name);
                if (ephemeral.TargetContainerName.Length > 0 && !others.Contains(ephemeral.TargetContainerName))
                {
                    errors.NotFound("targetContainerName", ephemeral.TargetContainerName);
                }

                NotForEphemeral(container, errors);
            }
        }
    }

    /// <summary>They come and go beside a running pod, which is not to depend on them.</summary>
    private static void NotForEphemeral(Container container, FieldErrors errors)
    {
        if (!container.Ports.IsNil) errors.Forbidden("ports", NotEphemeral);
        if (container.Resources != ResourceRequirements.Empty) errors.Forbidden("resources", NotEphemeral);
        if (!container.ResizePolicy.IsNil) errors.Forbidden("resizePolicy", NotEphemeral);
        if (container.RestartPolicy is not null) errors.Forbidden("restartPolicy", NotEphemeral);
        if (!container.RestartPolicyRules.IsNil) errors.Forbidden("restartPolicyRules", NotEphemeral);
        if (container.LivenessProbe is not null) errors.Forbidden("livenessProbe", NotEphemeral);
        if (container.ReadinessProbe is not null) errors.Forbidden("readinessProbe", NotEphemeral);
        if (container.StartupProbe is not null) errors.Forbidden("startupProbe", NotEphemeral);
        if (container.Lifecycle is not null) errors.Forbidden("lifecycle", NotEphemeral);
        for (var i = 0; i < container.VolumeMounts.Count; i++)
        {
            using (errors.In("volumeMounts", i))
            {
                if (container.VolumeMounts[i].SubPath.Length > 0) errors.Forbidden("subPath", NotEphemeral);
                if (container.VolumeMounts[i].SubPathExpr.Length > 0) errors.Forbidden("subPathExpr", NotEphemeral);
            }
        }
    }

    private static void HostPorts(Container container, HashSet<string> taken, FieldErrors errors)
    {
        for (var i = 0; i < container.Ports.Count; i++)
        {
            var port = container.Ports[i];
            if (port.HostPort == 0) continue;
            var name = string.Create(CultureInfo.InvariantCulture, $"{port.Protocol}/{port.HostIP}/{port.HostPort}");
            if (taken.Add(name)) continue;
            using (errors.In("ports", i)) errors.Duplicate("hostPort", name);
        }
    }
}
