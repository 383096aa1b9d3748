using Keelson.Api.Core.V1;
using Keelson.Api.Policy.V1;
using Keelson.Control.Scheduler;
using Keelson.Control.Scheduler.Queue;

namespace Keelson.Control.Tests.Scheduler;

/// <summary>A scheduler without a world around it: bindings succeed at once.</summary>
internal sealed class SchedulerRun
{
    private readonly Dictionary<string, Pod> _pods = [];

    public SchedulerRun(int seed = 1, SchedulingQueueOptions? queue = null)
    {
        var profile = DefaultProfile.Create(DefaultProfile.SchedulerName, () => Budgets, static (_, _, _) => Task.CompletedTask, seed);
        Core = new SchedulerCore([profile], new EngineOptions { Seed = seed }, queue);
    }

    public SchedulerCore Core { get; }

    public List<PodDisruptionBudget> Budgets { get; } = [];

    public DateTimeOffset Now { get; set; } = Samples.Start;

    public SchedulerRun Nodes(params Node[] nodes)
    {
        foreach (var node in nodes) Core.SetNode(node.Metadata.Name, node, Now);
        return this;
    }

    public SchedulerRun Pods(params Pod[] pods)
    {
        foreach (var pod in pods)
        {
            _pods[pod.Metadata.Uid] = pod;
            Core.SetPod(Samples.KeyOf(pod), pod, Now);
        }

        return this;
    }

    public void Delete(string name) => Core.SetPod(new("default", name), null, Now);

    /// <summary>Decides on one pod; a binding is seen at once.</summary>
    public Decision? Next()
    {
        if (Core.Next(Now) is not { } decision) return null;
        if (decision.Node is { } node)
        {
            Core.Bound(decision, Now);
            Pods(_pods[decision.Pod.Uid].On(node));
        }

        return decision;
    }

    /// <summary>Decides on a pod that is given now: its node, or why there is none.</summary>
    public string Place(Pod pod)
    {
        Pods(pod);
        var decision = Next() ?? throw new InvalidOperationException("no pod waits");
        return decision.Node ?? decision.Message;
    }
}
