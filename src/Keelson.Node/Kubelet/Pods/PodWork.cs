using Keelson.Api.Core.V1;
using Keelson.Client;
using Keelson.Client.Recording;
using Keelson.Node.Kubelet.Admission;
using Keelson.Node.Kubelet.Cgroups;
using Keelson.Node.Kubelet.Images;
using Keelson.Node.Kubelet.Probes;
using Keelson.Node.Kubelet.Variables;
using Keelson.Node.Kubelet.Volumes;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>What the workers of one node share.</summary>
internal sealed class PodWork(ApiClient client, KubeletOptions options, EventRecorder recorder, ContainerVariables variables, ImageKeeper images, VolumeKeeper? volumes, ProbeRunner probes)
{
    public ApiClient Client => client;

    public KubeletOptions Options => options;

    public IContainerRuntime Runtime => options.Runtime;

    public ContainerVariables Variables => variables;

    public ImageKeeper Images => images;

    /// <summary>Null where no files are made.</summary>
    public VolumeKeeper? Volumes => volumes;

    public ProbeRunner Probes => probes;

    /// <summary>Null where groups are left to the runtime.</summary>
    public PodCgroups? Cgroups { get; init; }

    public required ObjectSource Objects { get; init; }

    public required NodeAdmission Admission { get; init; }

    /// <summary>The runtime's name, which stands before its ids.</summary>
    public string RuntimeName { get; set; } = "";

    public DateTimeOffset Now => options.Time.GetUtcNow();

    public void Record(Pod pod, string reason, string message) => recorder.Record(EventRecorder.Reference(pod), EventRecorder.Normal, reason, message);

    public void Warn(Pod pod, string reason, string message) => recorder.Record(EventRecorder.Reference(pod), EventRecorder.Warning, reason, message);

    public void Record(Pod pod, string container, string reason, string message) => recorder.Record(Part(pod, container), EventRecorder.Normal, reason, message);

    public void Warn(Pod pod, string container, string reason, string message) => recorder.Record(Part(pod, container), EventRecorder.Warning, reason, message);

    private static ObjectReference Part(Pod pod, string container)
    {
        var list = pod.Spec.InitContainers.Any(init => init.Name == container) ? "initContainers"
            : pod.Spec.Containers.Any(ordinary => ordinary.Name == container) ? "containers" : "ephemeralContainers";
        return EventRecorder.Reference(pod) with { FieldPath = $"spec.{list}{{{container}}}" };
    }
}
