using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Keelson.Node.Runtime.Simulated;

/// <summary>A runtime without containers: it keeps book of them and lets them behave as they declare, on any clock.</summary>
/// <remarks>The same calls at the same times give the same ids, addresses and events.</remarks>
public sealed partial class SimulatedRuntime : IContainerRuntime, IDeclaredHealth
{
    private readonly SimulatedOptions _options;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SandboxEntry> _sandboxes = new(StringComparer.Ordinal);
    private readonly HashSet<(string Uid, uint Attempt)> _attempts = [];
    private readonly Dictionary<string, ContainerEntry> _containers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Image> _images = new(StringComparer.Ordinal);
    private readonly List<Channel<ContainerEvent>> _watchers = [];
    private readonly Agenda _agenda;
    private readonly AddressPool _addresses = new();
    private long _lastId;

    public SimulatedRuntime(SimulatedOptions options)
    {
        _options = options;
        _agenda = new(options.Time, _lock);
    }

    public Task<RuntimeVersion> GetVersionAsync(CancellationToken cancel) => Task.FromResult(new RuntimeVersion("simulated", "1.0.0", "v1"));

    public Task<RuntimeHealth> GetHealthAsync(CancellationToken cancel) =>
        Task.FromResult(new RuntimeHealth { Conditions = [new("RuntimeReady", true, "", ""), new("NetworkReady", true, "", "")] });

    public Task<CgroupDriver?> GetCgroupDriverAsync(CancellationToken cancel) => Task.FromResult<CgroupDriver?>(null);

    public Task SetPodSubnetAsync(string subnets, CancellationToken cancel)
    {
        lock (_lock) _addresses.SetSubnet(subnets);
        return Task.CompletedTask;
    }

    public Task<string> RunSandboxAsync(SandboxConfig config, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (_attempts.Contains((config.Uid, config.Attempt)))
                throw new RuntimeException(RuntimeError.AlreadyExists, $"There is a sandbox for attempt {config.Attempt} of {config.Namespace}/{config.Name} already.");
            var entry = new SandboxEntry
            {
                Id = NextId(),
                Config = config,
                CreatedAt = _options.Time.GetUtcNow(),
                Address = config.Security.Namespaces.Network == NamespaceMode.Node ? null : _addresses.Take(),
            };
            _sandboxes.Add(entry.Id, entry);
            _attempts.Add((config.Uid, config.Attempt));
            Tell(entry.Id, entry.Id, ContainerEventKind.Created);
            Tell(entry.Id, entry.Id, ContainerEventKind.Started);
            return Task.FromResult(entry.Id);
        }
    }

    public Task StopSandboxAsync(string sandboxId, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (_sandboxes.TryGetValue(sandboxId, out var sandbox)) StopSandbox(sandbox);
        }

        return Task.CompletedTask;
    }

    public Task RemoveSandboxAsync(string sandboxId, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (!_sandboxes.TryGetValue(sandboxId, out var sandbox)) return Task.CompletedTask;
            StopSandbox(sandbox);
            foreach (var container in sandbox.Containers)
            {
                _containers.Remove(container.Id);
                Tell(container.Id, sandbox.Id, ContainerEventKind.Deleted);
            }

            _sandboxes.Remove(sandboxId);
            _attempts.Remove((sandbox.Config.Uid, sandbox.Config.Attempt));
            Tell(sandbox.Id, sandbox.Id, ContainerEventKind.Deleted);
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Sandbox>> ListSandboxesAsync(SandboxFilter filter, CancellationToken cancel)
    {
        lock (_lock)
        {
            IReadOnlyList<Sandbox> found =
            [
                .. _sandboxes.Values
                    .Where(sandbox => sandbox.Id.StartsWith(filter.Id, StringComparison.Ordinal)
                        && (filter.State is null || filter.State == (sandbox.IsReady ? SandboxState.Ready : SandboxState.NotReady))
                        && Labels.Match(sandbox.Config.Labels, filter.Labels))
                    .Select(sandbox => sandbox.ToListed()),
            ];
            return Task.FromResult(found);
        }
    }

    public Task<SandboxStatus?> GetSandboxAsync(string sandboxId, CancellationToken cancel)
    {
        lock (_lock) return Task.FromResult(_sandboxes.TryGetValue(sandboxId, out var sandbox) ? sandbox.ToStatus() : null);
    }

    public Task<bool> OffersEventsAsync(CancellationToken cancel) => Task.FromResult(true);

    public async IAsyncEnumerable<ContainerEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var channel = Channel.CreateBounded<ContainerEvent>(new BoundedChannelOptions(_options.MaxWaitingEvents) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_lock) _watchers.Add(channel);
        try
        {
            await foreach (var item in channel.Reader.ReadAllAsync(cancel).ConfigureAwait(false)) yield return item;
        }
        finally
        {
            lock (_lock) _watchers.Remove(channel);
        }
    }

    public bool IsHealthy(string containerId, ProbePurpose purpose)
    {
        lock (_lock) return _containers.TryGetValue(containerId, out var container) && IsHealthy(container, purpose);
    }

    public ValueTask DisposeAsync() => _agenda.DisposeAsync();

    private bool IsHealthy(ContainerEntry container, ProbePurpose purpose)
    {
        if (container is not { State: ContainerState.Running, StartedAt: { } startedAt }) return false;
        var age = _options.Time.GetUtcNow() - startedAt;
        return purpose == ProbePurpose.Readiness
            ? age >= container.Behavior.UnreadyFor
            : container.Behavior.UnhealthyAfter is not { } limit || age < limit;
    }

    private void StopSandbox(SandboxEntry sandbox)
    {
        foreach (var container in sandbox.Containers) End(container, exitCode: 137);
        if (!sandbox.IsReady) return;
        sandbox.IsReady = false;
        if (sandbox.Address is { } address) _addresses.GiveBack(address);
        sandbox.Address = null;
        Tell(sandbox.Id, sandbox.Id, ContainerEventKind.Stopped);
    }

    private string NextId() => string.Create(CultureInfo.InvariantCulture, $"{_options.IdPrefix}{++_lastId:x12}");

    private void Tell(string id, string sandboxId, ContainerEventKind kind)
    {
        if (_watchers.Count == 0) return;
        var item = new ContainerEvent(id, kind, _options.Time.GetUtcNow()) { SandboxId = sandboxId };
        foreach (var watcher in _watchers) watcher.Writer.TryWrite(item);
    }
}
