using System.Globalization;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Server.Tables.Kinds;

/// <summary>How pods are shown: above all, in what state their containers are.</summary>
internal static class PodColumns
{
    private const string NodeLost = "NodeLost";

    public static ColumnSet<PodTemplate> Templates { get; } = new(
        [Column.Name, Column.Text("Containers"), Column.Text("Images"), Column.Text("Pod Labels")],
        (value, _) => TableCells.Of(value.Metadata.Name, Text.Containers(value.Template), Text.Images(value.Template), Text.Pairs(value.Template.Metadata.Labels)));

    public static ColumnSet<Pod> Instance { get; } = new(
        [
            Column.Name, Column.Text("Ready"), Column.Text("Status"), Column.Text("Restarts"), Column.Age, Column.Text("IP").Wide(),
            Column.Text("Node").Wide(), Column.Text("Nominated Node").Wide(), Column.Text("Readiness Gates").Wide(),
        ],
        Cells);

    private static TableCells Cells(Pod pod, DateTimeOffset now)
    {
        var (status, restarts, lastRestart, ready) = Summarize(pod);
        var gates = pod.Spec.ReadinessGates;
        var met = gates.Count(gate => pod.Status.Conditions.Any(condition => condition.Type == gate.ConditionType && condition.Status == "True"));
        var shownRestarts = restarts > 0 && !lastRestart.IsZero
            ? string.Create(CultureInfo.InvariantCulture, $"{restarts} ({Age.Of(lastRestart, now)} ago)")
            : restarts.ToString(CultureInfo.InvariantCulture);
        var end = pod.Status.Phase switch { PodPhase.Succeeded => "The pod has completed successfully.", PodPhase.Failed => "The pod failed.", _ => null };
        ApiList<TableRowCondition> conditions = end is null ? default : [new TableRowCondition { Type = RowConditionType.Completed, Status = "True", Reason = pod.Status.Phase, Message = end }];
        return new TableCells(
            [
                pod.Metadata.Name, Text.Ratio(ready, pod.Spec.Containers.Count + pod.Spec.InitContainers.Count(container => container.RestartPolicy == "Always")), status, shownRestarts, Age.Of(pod.Metadata.CreationTimestamp, now),
                Text.OrNone(pod.Status.PodIPs.IsEmpty ? "" : pod.Status.PodIPs[0].Ip), Text.OrNone(pod.Spec.NodeName),
                Text.OrNone(pod.Status.NominatedNodeName), gates.IsEmpty ? Text.None : Text.Ratio(met, gates.Count),
            ],
            conditions);
    }

    private static (string Status, int Restarts, Time LastRestart, int Ready) Summarize(Pod pod)
    {
        var status = pod.Status.Reason.Length > 0 ? pod.Status.Reason : pod.Status.Phase;
        if (pod.Status.Conditions.Any(condition => condition is { Type: PodConditionType.PodScheduled, Reason: "SchedulingGated" })) status = "SchedulingGated";
        var (restarts, ready) = (0, 0);
        var lastRestart = default(Time);
        var initializing = SummarizeInit(pod, ref status, ref restarts, ref ready, ref lastRestart);
        if (!initializing || Is(pod, PodConditionType.Initialized))
        {
            (restarts, lastRestart) = SidecarRestarts(pod);
            var running = false;
            for (var i = pod.Status.ContainerStatuses.Count - 1; i >= 0; i--)
            {
                var container = pod.Status.ContainerStatuses[i];
                Count(container, ref restarts, ref lastRestart);
                if (container.State.Waiting is { Reason.Length: > 0 } waiting) status = waiting.Reason;
                else if (container.State.Terminated is { } ended) status = Ended(ended);
                else if (container is { Ready: true, State.Running: not null })
                {
                    running = true;
                    ready++;
                }
            }

            if (status == "Completed" && running) status = Is(pod, PodConditionType.Ready) ? "Running" : "NotReady";
        }

        if (pod.Metadata.DeletionTimestamp is not null)
        {
            if (pod.Status.Reason == NodeLost) status = "Unknown";
            else if (pod.Status.Phase is not (PodPhase.Succeeded or PodPhase.Failed)) status = "Terminating";
        }

        return (status, restarts, lastRestart, ready);
    }

    /// <summary>Whether the pod still initializes; then that is its status.</summary>
    private static bool SummarizeInit(Pod pod, ref string status, ref int restarts, ref int ready, ref Time lastRestart)
    {
        var containers = pod.Status.InitContainerStatuses;
        for (var i = 0; i < containers.Count; i++)
        {
            var container = containers[i];
            Count(container, ref restarts, ref lastRestart);
            if (container.State.Terminated is { ExitCode: 0 }) continue;
            if (IsSidecar(pod, container.Name) && container.Started == true)
            {
                if (container.Ready) ready++;
                continue;
            }

            status = container.State switch
            {
                { Terminated: { } ended } => "Init:" + Ended(ended),
                { Waiting: { Reason: { Length: > 0 } reason } } when reason != "PodInitializing" => "Init:" + reason,
                _ => $"Init:{Text.Ratio(i, pod.Spec.InitContainers.Count)}",
            };
            return true;
        }

        return false;
    }

    private static (int Restarts, Time Last) SidecarRestarts(Pod pod)
    {
        var (restarts, last) = (0, default(Time));
        foreach (var container in pod.Status.InitContainerStatuses)
        {
            if (IsSidecar(pod, container.Name)) Count(container, ref restarts, ref last);
        }

        return (restarts, last);
    }

    private static void Count(ContainerStatus container, ref int restarts, ref Time last)
    {
        restarts += container.RestartCount;
        if (container.LastState.Terminated is { } ended && ended.FinishedAt > last) last = ended.FinishedAt;
    }

    private static bool Is(Pod pod, string condition) => pod.Status.Conditions.Any(known => known.Type == condition && known.Status == "True");

    private static bool IsSidecar(Pod pod, string name) => pod.Spec.InitContainers.Any(container => container.Name == name && container.RestartPolicy == "Always");

    private static string Ended(ContainerStateTerminated ended) =>
        ended.Reason.Length > 0 ? ended.Reason
        : ended.Signal != 0 ? string.Create(CultureInfo.InvariantCulture, $"Signal:{ended.Signal}")
        : string.Create(CultureInfo.InvariantCulture, $"ExitCode:{ended.ExitCode}");
}
