using Keelson.Api.Core.V1;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>All that is known about a pod at one moment: what it should be, what runs, and what the kubelet remembers.</summary>
internal sealed record PodView
{
    public required Pod Pod { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>The newest first.</summary>
    public IReadOnlyList<SandboxStatus> Sandboxes { get; init; } = [];

    /// <summary>The newest first.</summary>
    public IReadOnlyList<RunContainer> Containers { get; init; } = [];

    public PodMemory Memory { get; init; } = PodMemory.Empty;

    /// <summary>Whether the API server has the pod no more.</summary>
    public bool IsGone { get; init; }

    public SandboxStatus? Sandbox => Sandboxes.Count > 0 ? Sandboxes[0] : null;

    public bool IsDeleted => IsGone || Pod.Metadata.DeletionTimestamp is not null;

    public RunContainer? Latest(string name) => Containers.FirstOrDefault(container => container.Name == name);

    /// <summary>The container's newest run in the sandbox of now.</summary>
    public RunContainer? InSandbox(string name) => Latest(name) is { } latest && latest.SandboxId == Sandbox?.Id ? latest : null;

    /// <summary>The newest run that ended before the newest one.</summary>
    public RunContainer? Previous(string name) =>
        Containers.Where(container => container.Name == name).Skip(1).FirstOrDefault(container => container.State == RunState.Exited);

    public Health Health(RunContainer container) => Memory.Health.TryGetValue(container.Id, out var health) ? health : Pods.Health.Unknown;

    /// <summary>The attempt that a next container of this name is.</summary>
    public uint NextAttempt(string name)
    {
        var next = Latest(name) is { } latest ? latest.Attempt + 1 : 0;
        foreach (var status in Pod.Status.ContainerStatuses.Concat(Pod.Status.InitContainerStatuses))
        {
            // The runtime may have lost what the status still knows of.
            if (status.Name == name && Latest(name) is null && status.ContainerID.Length > 0) next = Math.Max(next, (uint)status.RestartCount + 1);
        }

        return next;
    }

    /// <summary>How the pod names itself in messages.</summary>
    public string Title => $"{Pod.Metadata.Name}_{Pod.Metadata.Namespace}({Pod.Metadata.Uid})";
}
