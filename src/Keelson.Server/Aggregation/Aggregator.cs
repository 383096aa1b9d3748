using System.Collections.Concurrent;
using System.Collections.Frozen;
using Keelson.Api.ApiRegistration.V1;
using Keelson.Server.Cache;
using Keelson.Server.Registry;

namespace Keelson.Server.Aggregation;

/// <summary>Which parts of the API other servers answer, and what they have told of themselves.</summary>
internal sealed class Aggregator
{
    public const string AutomaticLabel = "kube-aggregator.kubernetes.io/automanaged";

    /// <summary>The label's value for what follows custom resources.</summary>
    public const string Following = "true";

    private readonly ConcurrentDictionary<string, Described> _described = new(StringComparer.Ordinal);
    private long _version;
    private volatile Remotes _remotes = new(null, []);

    public Aggregator(StateFeed feed, ResourceRegistry registry)
    {
        Resource = registry.Find("apiregistration.k8s.io", "apiservices") ?? throw new InvalidOperationException("API services are not registered");
        Cache = feed.CacheOf(Resource);
    }

    public RegisteredResource Resource { get; }

    public ResourceCache Cache { get; }

    /// <summary>The other servers' parts, by the newest state of the objects.</summary>
    public IReadOnlyCollection<RemoteService> All => Current().ByVersion.Values;

    /// <summary>Changes with everything that discovery tells of other servers.</summary>
    public (object Services, long Told) Version => (Current(), Volatile.Read(ref _version));

    public RemoteService? Find(string group, string version) => Current().ByVersion.GetValueOrDefault((group, version));

    /// <summary>What a server has told; null before it has.</summary>
    public Described? DescribedBy(RemoteService remote) => _described.GetValueOrDefault(remote.Name);

    public void Describe(string name, Described? told)
    {
        if (told is null) _described.TryRemove(name, out _);
        else _described[name] = told;
        Interlocked.Increment(ref _version);
    }

    // Two threads that both find it old lose only the work.
    private Remotes Current()
    {
        var (known, state) = (_remotes, Cache.State);
        return ReferenceEquals(known.State, state) ? known : _remotes = Read(state);
    }

    // What follows custom resources is of this server, and need not be decoded: there may be thousands.
    private static Remotes Read(CacheState state) => new(
        state,
        state.Index.All.Where(item => item.Labels.GetValueOrDefault(AutomaticLabel) != Following)
            .Select(item => RemoteService.Of((APIService)item.Object.Typed!)).OfType<RemoteService>());

    private sealed class Remotes(CacheState? state, IEnumerable<RemoteService> services)
    {
        public CacheState? State => state;

        public FrozenDictionary<(string Group, string Version), RemoteService> ByVersion { get; } = services.ToFrozenDictionary(service => (service.Group, service.Version));
    }
}
