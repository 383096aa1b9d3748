using System.Globalization;
using System.Text;

namespace Keelson.Node.Runtime.Simulated;

public sealed partial class SimulatedRuntime
{
    public Task<string> CreateContainerAsync(string sandboxId, ContainerConfig config, SandboxConfig sandbox, CancellationToken cancel)
    {
        var behavior = SimulatedBehavior.Read(sandbox.Annotations, config.Annotations, config.Name, config.Attempt);
        lock (_lock)
        {
            if (!_sandboxes.TryGetValue(sandboxId, out var owner)) throw Missing("sandbox", sandboxId);
            if (!owner.IsReady) throw new RuntimeException(RuntimeError.WrongState, $"The sandbox {sandboxId} does not run.");
            if (owner.Containers.Any(twin => twin.Config.Name == config.Name && twin.Config.Attempt == config.Attempt))
                throw new RuntimeException(RuntimeError.AlreadyExists, $"The sandbox has an attempt {config.Attempt} of the container {config.Name} already.");
            var image = FindImage(config.Image) ?? throw Missing("image", config.Image);
            var entry = new ContainerEntry
            {
                Id = NextId(),
                Sandbox = owner,
                Config = config,
                Behavior = behavior,
                ImageId = image.Id,
                CreatedAt = _options.Time.GetUtcNow(),
                Resources = config.Resources,
            };
            owner.Containers.Add(entry);
            _containers.Add(entry.Id, entry);
            Tell(entry.Id, owner.Id, ContainerEventKind.Created);
            return Task.FromResult(entry.Id);
        }
    }

    public Task StartContainerAsync(string containerId, CancellationToken cancel)
    {
        TaskCompletionSource started;
        lock (_lock)
        {
            var container = Existing(containerId);
            if (container.State != ContainerState.Created || container.Started is not null)
                throw new RuntimeException(RuntimeError.WrongState, $"The container {containerId} was started before.");
            var delay = container.Behavior.StartDelay ?? _options.StartDelay;
            if (delay <= TimeSpan.Zero)
            {
                Begin(container);
                return Task.CompletedTask;
            }

            started = container.Started = NewSource();
            _agenda.Add(delay, () => Begin(container));
        }

        return started.Task.WaitAsync(cancel);
    }

    public Task StopContainerAsync(string containerId, TimeSpan gracePeriod, CancellationToken cancel)
    {
        Task ended;
        lock (_lock)
        {
            if (!_containers.TryGetValue(containerId, out var container) || container.State == ContainerState.Exited) return Task.CompletedTask;
            var needed = container.Behavior.StopAfter;
            var obeys = container.State == ContainerState.Running && needed <= gracePeriod;
            var wait = obeys ? needed : gracePeriod;
            if (container.State != ContainerState.Running || wait <= TimeSpan.Zero)
            {
                End(container, obeys ? 0 : 137);
                return Task.CompletedTask;
            }

            ended = (container.Ended ??= NewSource()).Task;
            _agenda.Add(wait, () => End(container, obeys ? 0 : 137));
        }

        return ended.WaitAsync(cancel);
    }

    public Task RemoveContainerAsync(string containerId, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (!_containers.TryGetValue(containerId, out var container)) return Task.CompletedTask;
            End(container, 137);
            _containers.Remove(containerId);
            container.Sandbox.Containers.Remove(container);
            Tell(containerId, container.Sandbox.Id, ContainerEventKind.Deleted);
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Container>> ListContainersAsync(ContainerFilter filter, CancellationToken cancel)
    {
        lock (_lock) return Task.FromResult<IReadOnlyList<Container>>([.. Find(filter).Select(container => container.ToListed())]);
    }

    public Task<ContainerStatus?> GetContainerAsync(string containerId, CancellationToken cancel)
    {
        lock (_lock) return Task.FromResult(_containers.TryGetValue(containerId, out var container) ? container.ToStatus() : null);
    }

    public Task UpdateContainerResourcesAsync(string containerId, LinuxResources resources, CancellationToken cancel)
    {
        lock (_lock) Existing(containerId).Resources = resources;
        return Task.CompletedTask;
    }

    public Task<ContainerStats?> GetContainerStatsAsync(string containerId, CancellationToken cancel)
    {
        lock (_lock) return Task.FromResult(_containers.TryGetValue(containerId, out var container) ? Stats(container) : null);
    }

    public Task<IReadOnlyList<ContainerStats>> ListContainerStatsAsync(ContainerFilter filter, CancellationToken cancel)
    {
        lock (_lock) return Task.FromResult<IReadOnlyList<ContainerStats>>([.. Find(filter).Select(Stats)]);
    }

    public Task ReopenLogAsync(string containerId, CancellationToken cancel)
    {
        lock (_lock)
        {
            var container = Existing(containerId);
            if (container.State != ContainerState.Running) throw new RuntimeException(RuntimeError.WrongState, $"The container {containerId} does not run.");
            WriteLog(container, "");
        }

        return Task.CompletedTask;
    }

    public Task<ExecResult> ExecuteAsync(string containerId, IReadOnlyList<string> command, TimeSpan? timeout, CancellationToken cancel)
    {
        lock (_lock)
        {
            var container = Existing(containerId);
            if (container.State != ContainerState.Running) throw new RuntimeException(RuntimeError.WrongState, $"The container {containerId} does not run.");
            // The kubelet does not say which probe a command belongs to, so one that is declared as ill in any way fails.
            var healthy = IsHealthy(container, ProbePurpose.Readiness) && IsHealthy(container, ProbePurpose.Liveness);
            var code = container.Behavior.ExecExitCode ?? (healthy ? 0 : 1);
            return Task.FromResult(new ExecResult(code, Encoding.UTF8.GetBytes(container.Behavior.ExecStdout), Encoding.UTF8.GetBytes(container.Behavior.ExecStderr)));
        }
    }

    public Task<Uri> PrepareExecAsync(string containerId, IReadOnlyList<string> command, StreamingOptions streams, CancellationToken cancel) => throw NoProcess();

    public Task<Uri> PrepareAttachAsync(string containerId, StreamingOptions streams, CancellationToken cancel) => throw NoProcess();

    public Task<Uri> PreparePortForwardAsync(string sandboxId, IReadOnlyList<int> ports, CancellationToken cancel) => throw NoProcess();

    public ValueTask<Stream> DialAsync(Uri url, CancellationToken cancel) => throw NoProcess();

    private static RuntimeException NoProcess() => new(RuntimeError.NotOffered, "Simulated containers have no processes to talk to.");

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static RuntimeException Missing(string what, string id) => new(RuntimeError.NotFound, $"There is no {what} {id}.");

    private ContainerEntry Existing(string id) => _containers.TryGetValue(id, out var container) ? container : throw Missing("container", id);

    private IEnumerable<ContainerEntry> Find(ContainerFilter filter)
    {
        IEnumerable<ContainerEntry> candidates = _containers.Values;
        if (filter.SandboxId.Length > 0) candidates = _sandboxes.TryGetValue(filter.SandboxId, out var sandbox) ? sandbox.Containers : [];
        return candidates.Where(container => container.Id.StartsWith(filter.Id, StringComparison.Ordinal)
            && (filter.State is null || filter.State == container.State)
            && Labels.Match(container.Config.Labels, filter.Labels));
    }

    private void Begin(ContainerEntry container)
    {
        if (container.State == ContainerState.Created)
        {
            container.State = ContainerState.Running;
            container.StartedAt = _options.Time.GetUtcNow();
            WriteLog(container, container.Behavior.Log ?? $"{container.Config.Name} started");
            Tell(container.Id, container.Sandbox.Id, ContainerEventKind.Started);
            if (container.Behavior.ExitAfter is { } life) _agenda.Add(life, () => End(container, container.Behavior.ExitCode));
        }

        container.Started?.TrySetResult();
    }

    private void End(ContainerEntry container, int exitCode)
    {
        if (container.State != ContainerState.Exited)
        {
            container.State = ContainerState.Exited;
            container.FinishedAt = _options.Time.GetUtcNow();
            container.ExitCode = exitCode;
            Tell(container.Id, container.Sandbox.Id, ContainerEventKind.Stopped);
        }

        container.Started?.TrySetException(new RuntimeException(RuntimeError.WrongState, $"The container {container.Id} ended before it had started."));
        container.Ended?.TrySetResult();
        container.Ended = null;
    }

    private ContainerStats Stats(ContainerEntry container)
    {
        var now = _options.Time.GetUtcNow();
        var running = container is { State: ContainerState.Running, StartedAt: not null };
        // A thousandth of a processor and 8 MiB: something that sums up plausibly and is the same every time.
        return new()
        {
            ContainerId = container.Id,
            Name = container.Config.Name,
            Attempt = container.Config.Attempt,
            Labels = container.Config.Labels,
            Time = now,
            CpuNanoseconds = running ? (ulong)(now - container.StartedAt!.Value).TotalMicroseconds : 0,
            CpuNanocores = running ? 1_000_000UL : 0,
            MemoryWorkingSetBytes = running ? 8UL * 1024 * 1024 : 0,
            MemoryUsageBytes = running ? 8UL * 1024 * 1024 : 0,
        };
    }

    private void WriteLog(ContainerEntry container, string text)
    {
        if (!_options.WritesLogs || container.LogPath.Length == 0) return;
        Directory.CreateDirectory(Path.GetDirectoryName(container.LogPath)!);
        var time = _options.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff00Z", CultureInfo.InvariantCulture);
        var lines = text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');
        File.AppendAllText(container.LogPath, string.Concat(lines.Select(line => $"{time} stdout F {line}\n")));
    }
}
