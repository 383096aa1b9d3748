using System.Globalization;
using Keelson.Api.Core.V1;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Serving;

/// <summary>Finds the runs of a pod's container in the runtime.</summary>
internal sealed class ContainerDirectory(IContainerRuntime runtime)
{
    /// <summary>All runs that the runtime still has, the newest first.</summary>
    public async Task<IReadOnlyList<RunContainer>> RunsAsync(Pod pod, string container, CancellationToken cancel)
    {
        var labels = new Dictionary<string, string> { [KubeletLabels.PodUid] = pod.Metadata.Uid, [KubeletLabels.ContainerName] = container };
        var runs = new List<RunContainer>();
        foreach (var listed in await runtime.ListContainersAsync(new ContainerFilter { Labels = labels }, cancel).ConfigureAwait(false))
        {
            if (await runtime.GetContainerAsync(listed.Id, cancel).ConfigureAwait(false) is not { } status) continue;
            var attempt = listed.Annotations.TryGetValue(KubeletLabels.RestartCount, out var text) && uint.TryParse(text, CultureInfo.InvariantCulture, out var count) ? count : listed.Attempt;
            runs.Add(status with { SandboxId = listed.SandboxId, Attempt = attempt });
        }

        return [.. runs.OrderByDescending(run => run.Attempt).ThenByDescending(run => run.CreatedAt)];
    }

    /// <summary>The pod's sandbox of now, or null.</summary>
    public async Task<Sandbox?> SandboxAsync(Pod pod, CancellationToken cancel)
    {
        var labels = new Dictionary<string, string> { [KubeletLabels.PodUid] = pod.Metadata.Uid };
        var all = await runtime.ListSandboxesAsync(new SandboxFilter { Labels = labels }, cancel).ConfigureAwait(false);
        return all.Where(sandbox => sandbox.State == SandboxState.Ready).OrderByDescending(sandbox => sandbox.Attempt).FirstOrDefault();
    }

    /// <summary>Whether the pod has a container of that name, of any kind.</summary>
    public static bool Has(Pod pod, string container) =>
        pod.Spec.Containers.Concat(pod.Spec.InitContainers).Any(known => known.Name == container) || pod.Spec.EphemeralContainers.Any(known => known.EphemeralContainerCommon.Name == container);
}
