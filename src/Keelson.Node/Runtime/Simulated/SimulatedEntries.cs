namespace Keelson.Node.Runtime.Simulated;

/// <summary>What is kept of a sandbox. There may be a hundred thousand, so it is no more than lists and status show.</summary>
internal sealed class SandboxEntry
{
    public required string Id { get; init; }

    public required SandboxConfig Config { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public string? Address { get; set; }

    public bool IsReady { get; set; } = true;

    public List<ContainerEntry> Containers { get; } = new(1);

    public Sandbox ToListed() => new()
    {
        Id = Id,
        Name = Config.Name,
        Namespace = Config.Namespace,
        Uid = Config.Uid,
        Attempt = Config.Attempt,
        State = IsReady ? SandboxState.Ready : SandboxState.NotReady,
        CreatedAt = CreatedAt,
        Labels = Config.Labels,
        Annotations = Config.Annotations,
        RuntimeHandler = Config.RuntimeHandler,
    };

    public SandboxStatus ToStatus() => new()
    {
        Id = Id,
        Name = Config.Name,
        Namespace = Config.Namespace,
        Uid = Config.Uid,
        Attempt = Config.Attempt,
        State = IsReady ? SandboxState.Ready : SandboxState.NotReady,
        CreatedAt = CreatedAt,
        Labels = Config.Labels,
        Annotations = Config.Annotations,
        RuntimeHandler = Config.RuntimeHandler,
        Addresses = Address is { } address ? [address] : [],
        Namespaces = Config.Security.Namespaces,
    };
}

/// <summary>What is kept of a container.</summary>
internal sealed class ContainerEntry
{
    public required string Id { get; init; }

    public required SandboxEntry Sandbox { get; init; }

    public required ContainerConfig Config { get; init; }

    public required SimulatedBehavior Behavior { get; init; }

    public required string ImageId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public ContainerState State { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public int ExitCode { get; set; }

    public LinuxResources? Resources { get; set; }

    /// <summary>Those who wait for its start or end; made when there is somebody.</summary>
    public TaskCompletionSource? Started { get; set; }

    public TaskCompletionSource? Ended { get; set; }

    public string LogPath => Config.LogPath.Length > 0 && Sandbox.Config.LogDirectory.Length > 0 ? Path.Combine(Sandbox.Config.LogDirectory, Config.LogPath) : "";

    public Container ToListed() => new()
    {
        Id = Id,
        SandboxId = Sandbox.Id,
        Name = Config.Name,
        Attempt = Config.Attempt,
        Image = Config.Image,
        ImageReference = ImageId,
        ImageId = ImageId,
        State = State,
        CreatedAt = CreatedAt,
        Labels = Config.Labels,
        Annotations = Config.Annotations,
    };

    public ContainerStatus ToStatus() => new()
    {
        Id = Id,
        SandboxId = Sandbox.Id,
        Name = Config.Name,
        Attempt = Config.Attempt,
        Image = Config.Image,
        ImageReference = ImageId,
        ImageId = ImageId,
        State = State,
        CreatedAt = CreatedAt,
        Labels = Config.Labels,
        Annotations = Config.Annotations,
        StartedAt = StartedAt,
        FinishedAt = FinishedAt,
        ExitCode = ExitCode,
        Reason = State != ContainerState.Exited ? "" : ExitCode == 0 ? "Completed" : "Error",
        LogPath = LogPath,
        Mounts = Config.Mounts,
        Resources = Resources,
    };
}
