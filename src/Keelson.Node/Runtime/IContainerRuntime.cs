namespace Keelson.Node.Runtime;

/// <summary>What a kubelet needs of whatever runs its containers, in the terms of CRI.</summary>
/// <remarks>
/// Failures are <see cref="RuntimeException"/>. Stopping and removing what is not there succeeds; asking for the
/// status of it answers null; everything else fails with <see cref="RuntimeError.NotFound"/>. Every method may be
/// called from any thread.
/// </remarks>
public interface IContainerRuntime : IAsyncDisposable
{
    Task<RuntimeVersion> GetVersionAsync(CancellationToken cancel);

    Task<RuntimeHealth> GetHealthAsync(CancellationToken cancel);

    /// <summary>The cgroup driver that the runtime uses, or null where it does not tell.</summary>
    Task<CgroupDriver?> GetCgroupDriverAsync(CancellationToken cancel);

    /// <summary>Tells the runtime the node's pod subnets, separated by commas.</summary>
    Task SetPodSubnetAsync(string subnets, CancellationToken cancel);

    /// <summary>Creates and starts a sandbox; answers with its id.</summary>
    Task<string> RunSandboxAsync(SandboxConfig config, CancellationToken cancel);

    /// <summary>Ends everything in the sandbox and gives its network back.</summary>
    Task StopSandboxAsync(string sandboxId, CancellationToken cancel);

    /// <summary>Removes the sandbox and all of its containers, running or not.</summary>
    Task RemoveSandboxAsync(string sandboxId, CancellationToken cancel);

    Task<IReadOnlyList<Sandbox>> ListSandboxesAsync(SandboxFilter filter, CancellationToken cancel);

    Task<SandboxStatus?> GetSandboxAsync(string sandboxId, CancellationToken cancel);

    /// <summary>Creates a container in a sandbox, without starting it; answers with its id.</summary>
    Task<string> CreateContainerAsync(string sandboxId, ContainerConfig config, SandboxConfig sandbox, CancellationToken cancel);

    Task StartContainerAsync(string containerId, CancellationToken cancel);

    /// <summary>Asks the container to end and kills it after the grace period; returns when it has ended.</summary>
    Task StopContainerAsync(string containerId, TimeSpan gracePeriod, CancellationToken cancel);

    /// <summary>Removes the container, killing it if it runs; its log stays.</summary>
    Task RemoveContainerAsync(string containerId, CancellationToken cancel);

    Task<IReadOnlyList<Container>> ListContainersAsync(ContainerFilter filter, CancellationToken cancel);

    Task<ContainerStatus?> GetContainerAsync(string containerId, CancellationToken cancel);

    Task UpdateContainerResourcesAsync(string containerId, LinuxResources resources, CancellationToken cancel);

    Task<ContainerStats?> GetContainerStatsAsync(string containerId, CancellationToken cancel);

    Task<IReadOnlyList<ContainerStats>> ListContainerStatsAsync(ContainerFilter filter, CancellationToken cancel);

    /// <summary>Makes the runtime write to a new file at the container's log path, after the old one was moved away.</summary>
    Task ReopenLogAsync(string containerId, CancellationToken cancel);

    /// <summary>Runs a command in a container to its end, without input; a passed timeout is <see cref="RuntimeError.TimedOut"/>.</summary>
    Task<ExecResult> ExecuteAsync(string containerId, IReadOnlyList<string> command, TimeSpan? timeout, CancellationToken cancel);

    /// <summary>Prepares an interactive command; the URL is good for one use within a minute.</summary>
    Task<Uri> PrepareExecAsync(string containerId, IReadOnlyList<string> command, StreamingOptions streams, CancellationToken cancel);

    Task<Uri> PrepareAttachAsync(string containerId, StreamingOptions streams, CancellationToken cancel);

    Task<Uri> PreparePortForwardAsync(string sandboxId, IReadOnlyList<int> ports, CancellationToken cancel);

    /// <summary>Connects to the host and port of a URL that a Prepare method gave, wherever the runtime listens.</summary>
    ValueTask<Stream> DialAsync(Uri url, CancellationToken cancel);

    /// <summary>Fetches an image; answers with the reference to give to a container.</summary>
    Task<string> PullImageAsync(string image, RegistryCredential? credential, SandboxConfig? sandbox, CancellationToken cancel);

    Task<IReadOnlyList<Image>> ListImagesAsync(CancellationToken cancel);

    /// <summary>The image of this name, digest or id, or null where it is not on the node.</summary>
    Task<Image?> GetImageAsync(string image, CancellationToken cancel);

    Task RemoveImageAsync(string image, CancellationToken cancel);

    Task<IReadOnlyList<FilesystemUsage>> GetImageFilesystemsAsync(CancellationToken cancel);

    /// <summary>Whether <see cref="WatchAsync"/> works with this runtime.</summary>
    Task<bool> OffersEventsAsync(CancellationToken cancel);

    /// <summary>What happens to containers from now on, until cancelled or the runtime goes away, which is <see cref="RuntimeError.Unavailable"/>.</summary>
    /// <remarks>A watcher that is too slow loses events, and nobody repeats them: list now and then.</remarks>
    IAsyncEnumerable<ContainerEvent> WatchAsync(CancellationToken cancel);
}
