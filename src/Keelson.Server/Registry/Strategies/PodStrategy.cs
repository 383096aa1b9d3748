using Keelson.Api.Core.V1;
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
            SelectableField.Of<Pod>("spec.nodeName", pod => pod.Spec.NodeName),
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
        return new TypedObject(pod with { Status = new PodStatus { Phase = PodPhase.Pending, QosClass = PodQuality.Of(pod.Spec) } });
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
