using System.Threading.Channels;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Informers;

namespace Keelson.Control.Tests.Cluster;

/// <summary>Plays scheduler and kubelet: binds pods, has them run as the test says, and lets those go that are deleted.</summary>
internal sealed class PlayedKubelet(ApiClient client, InformerFactory informers, TimeProvider time)
{
    private readonly Channel<ObjectKey> _changed = Channel.CreateUnbounded<ObjectKey>();
    private int _addresses;

    /// <summary>What becomes of a pod: by default it runs and is ready. Null leaves it as it is.</summary>
    public Func<Pod, PodStatus?> Play { get; set; } = pod => Ready(pod, true);

    /// <summary>The node that takes a pod.</summary>
    public Func<Pod, string> Place { get; set; } = _ => "node-a";

    public static PodStatus Ready(Pod pod, bool isReady) => new()
    {
        Phase = PodPhase.Running,
        Conditions = [new PodCondition { Type = PodConditionType.Ready, Status = isReady ? ConditionStatus.True : ConditionStatus.False }],
        ContainerStatuses = [new ContainerStatus { Name = pod.Spec.Containers[0].Name, Ready = isReady, State = new ContainerState { Running = new ContainerStateRunning() } }],
    };

    public static PodStatus Ended(Pod pod, int exitCode) => new()
    {
        Phase = exitCode == 0 ? PodPhase.Succeeded : PodPhase.Failed,
        ContainerStatuses = [new ContainerStatus { Name = pod.Spec.Containers[0].Name, State = new ContainerState { Terminated = new ContainerStateTerminated { ExitCode = exitCode } } }],
    };

    /// <summary>Looks at all pods again, after the test changed what they do.</summary>
    public void LookAgain()
    {
        foreach (var pod in informers.For<Pod>().Snapshot.All) _changed.Writer.TryWrite(new ObjectKey(pod.Metadata.Namespace, pod.Metadata.Name));
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var registration = informers.For<Pod>().AddHandler(key => _changed.Writer.TryWrite(key));
        try
        {
            await foreach (var key in _changed.Reader.ReadAllAsync(cancel)) await HandleAsync(key, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    private async Task HandleAsync(ObjectKey key, CancellationToken cancel)
    {
        var pods = client.Resource<Pod>().In(key.Namespace);
        try
        {
            var pod = await pods.FindAsync(key.Name, cancel);
            if (pod is null) return;
            if (pod.Metadata.DeletionTimestamp is not null)
            {
                if (pod.Metadata.DeletionGracePeriodSeconds > 0) await pods.DeleteAsync(key.Name, new DeleteOptions { GracePeriodSeconds = 0 }, cancel);
                return;
            }

            if (pod.Spec.NodeName.Length == 0)
            {
                await client.Resource<Pod>().In(key.Namespace).CreateSubresourceAsync<Binding, Status>(
                    key.Name, "binding", new Binding { Metadata = new ObjectMeta { Name = key.Name }, Target = new ObjectReference { Kind = "Node", Name = Place(pod) } }, null, cancel);
                return;
            }

            if (pod.Status.Phase is PodPhase.Failed or PodPhase.Succeeded || Play(pod) is not { } status) return;
            var ip = pod.Status.PodIP.Length > 0 ? pod.Status.PodIP : $"10.0.{++_addresses / 250}.{(_addresses % 250) + 1}";
            var now = Time.FromDateTimeOffset(time.GetUtcNow());
            status = status with
            {
                QosClass = pod.Status.QosClass,
                PodIP = ip,
                PodIPs = [new PodIP { Ip = ip }],
                StartTime = pod.Status.StartTime ?? now,
                Conditions = status.Conditions.Select(condition => Keep(pod, condition with { LastTransitionTime = now })).ToApiList(),
            };
            if (status != pod.Status) await pods.UpdateStatusAsync(pod with { Status = status }, cancel: cancel);
        }
        catch (ApiException overtaken) when (overtaken.IsConflict || overtaken.IsNotFound)
        {
            _changed.Writer.TryWrite(key);
        }
    }

    private static PodCondition Keep(Pod pod, PodCondition condition)
    {
        var index = pod.Status.Conditions.FindIndex(other => other.Type == condition.Type && other.Status == condition.Status);
        return index < 0 ? condition : condition with { LastTransitionTime = pod.Status.Conditions[index].LastTransitionTime };
    }
}
