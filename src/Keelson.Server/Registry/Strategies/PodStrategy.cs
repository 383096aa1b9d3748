using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Validation;
using Keelson.Server.Objects;

namespace Keelson.Server.Registry.Strategies;

/// <summary>Pods begin as pending, and whoever runs one gets time to end it.</summary>
internal sealed class PodStrategy : ResourceStrategy
{
    private const long DefaultGracePeriodSeconds = 30;

    public PodStrategy()
    {
        CountsGenerations = true;
        AnswersDeletedObject = true;
        SelectableFields =
        [
            SelectableField.Of<Pod>("spec.nodeName", pod => pod.Spec.NodeName) with { IsIndexed = true },
            SelectableField.Of<Pod>("spec.restartPolicy", pod => pod.Spec.RestartPolicy),
            SelectableField.Of<Pod>("spec.schedulerName", pod => pod.Spec.SchedulerName),
            SelectableField.Of<Pod>("spec.serviceAccountName", pod => pod.Spec.ServiceAccountName),
            SelectableField.Of<Pod>("spec.hostNetwork", pod => pod.Spec.HostNetwork ? "true" : "false"),
            SelectableField.Of<Pod>("status.phase", pod => pod.Status.Phase),
            SelectableField.Of<Pod>("status.podIP", pod => pod.Status.PodIP),
            SelectableField.Of<Pod>("status.nominatedNodeName", pod => pod.Status.NominatedNodeName),
        ];
    }

    public override ApiObject PrepareForCreate(ApiObject created)
    {
        var pod = (Pod)created.Typed!;
        return new TypedObject(pod with { Status = new PodStatus { Phase = PodPhase.Pending, QosClass = PodQuality.ClassOf(pod) } });
    }

    // Limit ranges and webhooks change what a pod asks for, and webhooks add gates and labels.
    public override ApiObject Complete(ApiObject admitted)
    {
        var pod = (Pod)admitted.Typed!;
        var completed = PodCompletion.Of(pod with { Status = pod.Status with { QosClass = PodQuality.ClassOf(pod) } });
        return completed == pod ? admitted : new TypedObject(completed);
    }

    public override ApiObject TakeSubresource(string subresource, ApiObject updated, ApiObject current, DateTimeOffset now)
    {
        var (sent, pod) = ((Pod)updated.Typed!, (Pod)current.Typed!);
        var metadata = pod.Metadata with { ManagedFields = sent.Metadata.ManagedFields };
        return subresource switch
        {
            "ephemeralcontainers" => new TypedObject(pod with { Metadata = metadata, Spec = pod.Spec with { EphemeralContainers = sent.Spec.EphemeralContainers } }),
            "resize" => new TypedObject(pod with { Metadata = metadata, Spec = Resized(pod.Spec, sent.Spec) }),
            _ => updated,
        };
    }

    public override void ValidateSubresource(string subresource, ApiObject updated, ApiObject current, FieldErrors errors)
    {
        var (pod, old) = ((Pod)updated.Typed!, (Pod)current.Typed!);
        if (subresource == "ephemeralcontainers") pod.ValidateEphemeralContainersUpdate(old, errors);
        else if (subresource == "resize") pod.ValidateResize(old, errors);
        else base.ValidateSubresource(subresource, updated, current, errors);
    }

    // Containers that came, went or changed places are left for the validation to refuse.
    private static PodSpec Resized(PodSpec spec, PodSpec sent) => spec with
    {
        Containers = Resized(spec.Containers, sent.Containers),
        InitContainers = Resized(spec.InitContainers, sent.InitContainers),
        Resources = sent.Resources,
    };

    private static ApiList<Container> Resized(ApiList<Container> containers, ApiList<Container> sent)
    {
        if (!containers.Select(container => container.Name).SequenceEqual(sent.Select(container => container.Name))) return sent;
        return containers.Zip(sent, (old, wanted) => old with { Resources = wanted.Resources, ResizePolicy = wanted.ResizePolicy }).ToApiList();
    }

    public override long? GracePeriod(ApiObject current, long? requested)
    {
        var pod = (Pod)current.Typed!;

        // What runs nowhere, or has ended, has nobody to wait for.
        if (pod.Spec.NodeName.Length == 0 || pod.Status.Phase is PodPhase.Failed or PodPhase.Succeeded) return 0;
        var seconds = requested ?? pod.Spec.TerminationGracePeriodSeconds ?? DefaultGracePeriodSeconds;
        return seconds < 0 ? 1 : seconds;
    }
}
