using Keelson.Api.Core.V1;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>The containers that people add to a running pod to look into it.</summary>
internal static class EphemeralContainers
{
    public static IEnumerable<ApiContainer> Of(Pod pod) => pod.Spec.EphemeralContainers.Select(container => ToContainer(container.EphemeralContainerCommon));

    /// <summary>The container whose processes this one is to see; empty for none.</summary>
    public static string Target(Pod pod, string name) =>
        pod.Spec.EphemeralContainers.FirstOrDefault(container => container.EphemeralContainerCommon.Name == name)?.TargetContainerName ?? "";

    /// <summary>All containers of a pod, of whatever kind.</summary>
    public static IEnumerable<ApiContainer> AllContainers(this Pod pod) => pod.Spec.InitContainers.Concat(pod.Spec.Containers).Concat(Of(pod));

    // What may not be set in one of these is left out.
    private static ApiContainer ToContainer(EphemeralContainerCommon common) => new()
    {
        Name = common.Name,
        Image = common.Image,
        Command = common.Command,
        Args = common.Args,
        WorkingDir = common.WorkingDir,
        EnvFrom = common.EnvFrom,
        Env = common.Env,
        VolumeMounts = common.VolumeMounts,
        VolumeDevices = common.VolumeDevices,
        TerminationMessagePath = common.TerminationMessagePath,
        TerminationMessagePolicy = common.TerminationMessagePolicy,
        ImagePullPolicy = common.ImagePullPolicy,
        SecurityContext = common.SecurityContext,
        Stdin = common.Stdin,
        StdinOnce = common.StdinOnce,
        Tty = common.Tty,
    };
}
