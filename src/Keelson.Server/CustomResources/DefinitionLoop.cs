using System.Text;
using Keelson.Api;
using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Json;
using Keelson.Server.Cache;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Server.Verbs;
using Keelson.Storage;

namespace Keelson.Server.CustomResources;

/// <summary>Follows the definitions of custom resources: gives them their names, serves what they define, and ends it with them.</summary>
/// <remarks>It sleeps on the event logs of the definitions and of resources that are being emptied; at idle nothing runs.</remarks>
internal sealed class DefinitionLoop(ServerContext server) : IAsyncDisposable
{
    /// <summary>How long it waits when the store does not answer; default a second.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private const string InProgress = "InstanceDeletionInProgress";

    private readonly RegisteredResource _definitions =
        server.Registry.Find("apiextensions.k8s.io", "v1", "customresourcedefinitions") ?? throw new InvalidOperationException("definitions are not registered");

    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);
    private Task _running = Task.CompletedTask;
    private long _sequence;

    /// <summary>The work of the loop; it ends when the loop is disposed, or fails.</summary>
    public Task Running => _running;

    private ResourceCache Cache => server.Feed.CacheOf(_definitions);

    /// <summary>Serves what is defined already, then follows the definitions until the loop is disposed.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        _sequence = Cache.Log.Next;
        await ReadAllAsync(cancel).ConfigureAwait(false);
        _running = FollowAsync(_stopping.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task FollowAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                try
                {
                    var wakes = _known.Values.Where(known => known.Emptying is not null).Select(known => known.Emptying!.Log.WaitAsync(known.EmptyingFrom)).ToList();
                    await Task.WhenAny([Cache.Log.WaitAsync(_sequence), .. wakes]).WaitAsync(cancel).ConfigureAwait(false);
                    await ReadChangesAsync(cancel).ConfigureAwait(false);
                    foreach (var name in _known.Where(pair => pair.Value.Emptying is not null).Select(pair => pair.Key).ToList()) await ReadAsync(name, cancel).ConfigureAwait(false);
                }
                catch (StoreException)
                {
                    await Task.Delay(RetryAfter, server.Time, cancel).ConfigureAwait(false);
                    await ReadAgainAsync(cancel).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    // The store may fail again: what was not done then is done with the next change, or the next success.
    private async Task ReadAgainAsync(CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await ReadAllAsync(cancel).ConfigureAwait(false);
                return;
            }
            catch (StoreException)
            {
                await Task.Delay(RetryAfter, server.Time, cancel).ConfigureAwait(false);
            }
        }
    }

    private async Task ReadChangesAsync(CancellationToken cancel)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var log = Cache.Log;
        while (_sequence < log.Next)
        {
            if (log.Read(_sequence) is not { } change)
            {
                _sequence = log.Next;
                await ReadAllAsync(cancel).ConfigureAwait(false);
                return;
            }

            _sequence++;
            names.Add(change.Object.Name.Name);
        }

        foreach (var name in names) await ReadAsync(name, cancel).ConfigureAwait(false);
    }

    private async Task ReadAllAsync(CancellationToken cancel)
    {
        var names = Cache.State.Index.Range([], null).Select(item => item.Name.Name).ToList();
        foreach (var name in _known.Keys.Except(names).ToList()) await ReadAsync(name, cancel).ConfigureAwait(false);
        foreach (var name in names) await ReadAsync(name, cancel).ConfigureAwait(false);
    }

    private async Task ReadAsync(string name, CancellationToken cancel)
    {
        try
        {
            await ReadWholeAsync(name, cancel).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is FormatException or ApiFormatException or InvalidDataException)
        {
            // A definition that can't be read is not served, and keeps its objects; the others go on.
        }
    }

    private async Task ReadWholeAsync(string name, CancellationToken cancel)
    {
        if (Cache.State.Index.Find(Encoding.UTF8.GetBytes(name)) is not { } cached)
        {
            await ForgetAsync(name, cancel).ConfigureAwait(false);
            return;
        }

        // Decoded for this once: what the definition leads to is kept, and the definition's own form is not.
        var definition = (CustomResourceDefinition)_definitions.ReadJson(cached.Json, new DecodeReport()).Typed!;
        if (_known.TryGetValue(name, out var before) && before.Uid != definition.Metadata.Uid) await ForgetAsync(name, cancel).ConfigureAwait(false);
        if (definition.Metadata.DeletionTimestamp is not null) await EndAsync(cached, definition, cancel).ConfigureAwait(false);
        else await AcceptAsync(cached, definition, cancel).ConfigureAwait(false);
    }

    /// <summary>Takes away what a definition that is gone defined; its names are free for others.</summary>
    private async Task ForgetAsync(string name, CancellationToken cancel)
    {
        if (!_known.Remove(name, out var gone)) return;
        Replace(gone.Group, gone.Plural, []);
        foreach (var waiting in _known.Where(pair => pair.Value.Group == gone.Group && !pair.Value.IsAccepted).Select(pair => pair.Key).ToList())
        {
            await ReadAsync(waiting, cancel).ConfigureAwait(false);
        }
    }

    private async Task AcceptAsync(CachedObject cached, CustomResourceDefinition definition, CancellationToken cancel)
    {
        var name = definition.Metadata.Name;
        var others = OthersThan(name, definition.Spec.Group);
        var status = DefinitionStatus.Plan(definition, others, Time.FromDateTimeOffset(server.Now));
        var planned = definition with { Status = status };

        // Served first, told then: whoever reads that it is established finds it.
        try
        {
            Serve(planned);
        }
        catch (FormatException broken)
        {
            planned = definition with { Status = DefinitionStatus.WithBrokenSchema(definition.Status, broken.Message, Time.FromDateTimeOffset(server.Now)) };
        }

        if (planned.Status == definition.Status) return;
        var result = await server.Objects.ReplaceAsync(_definitions, cached, new TypedObject(planned), cancel).ConfigureAwait(false);
        if (result.Succeeded) await server.Feed.WaitForAsync(result.Value!.Revision, cancel).ConfigureAwait(false);
    }

    /// <summary>The names that are taken in a group: by what is built in, and by other definitions.</summary>
    private List<CustomResourceDefinitionNames> OthersThan(string name, string group) =>
    [
        .. server.Registry.BuiltIn.Where(resource => resource.Kind.Group == group).Select(resource => new CustomResourceDefinitionNames
        {
            Plural = resource.Info.Plural,
            Singular = resource.Info.Singular,
            ShortNames = resource.Info.ShortNames.ToApiList(),
            Kind = resource.Kind.Kind,
            ListKind = resource.ListKind,
        }),
        .. _known.Where(pair => pair.Value.Group == group && pair.Key != name).Select(pair => pair.Value.Names),
    ];

    private Known Serve(CustomResourceDefinition definition)
    {
        var (metadata, status) = (definition.Metadata, definition.Status);
        var next = new Known(
            metadata.Uid, definition.Spec.Group, definition.Spec.Names.Plural, metadata.Generation, status.AcceptedNames,
            DefinitionStatus.Is(status, CustomResourceDefinitionConditionType.NamesAccepted),
            DefinitionStatus.Is(status, CustomResourceDefinitionConditionType.Established),
            DefinitionStatus.Is(status, CustomResourceDefinitionConditionType.Terminating));
        if (_known.TryGetValue(metadata.Name, out var before) && before with { Emptying = null, EmptyingFrom = 0 } == next) return before;
        if (next.IsEstablished)
        {
            var set = Make(definition);
            server.Feed.CacheOf(set.Stored).Resource = set.Stored;
            Replace(next.Group, next.Plural, set.Served);
        }

        return _known[metadata.Name] = next;
    }

    private CustomResourceSet Make(CustomResourceDefinition definition) => CustomResourceSet.Of(definition, _definitions, ReaderOf(definition.Metadata.Name), MakeConverter);

    // By name alone, so that the definition itself can go.
    private Func<CustomResourceDefinition> ReaderOf(string name) => () => ReadAgain(name);

    private CustomResourceDefinition ReadAgain(string name) => Cache.State.Index.Find(Encoding.UTF8.GetBytes(name)) is { } cached
        ? (CustomResourceDefinition)_definitions.ReadJson(cached.Json, new DecodeReport()).Typed!
        : throw Http.Failures.NoSuchResource();

    private WebhookConverter MakeConverter(Webhooks.WebhookTarget target, string reviewVersion) => new(server.Webhooks, target, reviewVersion, server.NewUid);

    private void Replace(string group, string plural, IReadOnlyList<RegisteredResource> resources)
    {
        var before = server.Registry.Added(group, plural);
        if (before.Count == 0 && resources.Count == 0) return;
        server.Registry.Set(group, plural, resources);
        foreach (var resource in before) resource.Custom?.Withdraw();
    }

    /// <summary>Deletes the objects of a definition that is being deleted, and lets it go when none is left.</summary>
    private async Task EndAsync(CachedObject cached, CustomResourceDefinition definition, CancellationToken cancel)
    {
        var known = Serve(definition);
        if (!definition.Metadata.Finalizers.Contains(DefinitionStrategy.Finalizer))
        {
            _known[definition.Metadata.Name] = known with { Emptying = null };
            Replace(known.Group, known.Plural, []);
            return;
        }

        if (known.IsEstablished)
        {
            var stored = Make(definition).Stored;
            var cache = server.Feed.CacheOf(stored);

            // Taken before the look at what is there, so that no change in between is slept through.
            var from = cache.Log.Next;
            await EmptyAsync(stored, cache, cancel).ConfigureAwait(false);
            if (cache.State.Index.Count > 0)
            {
                _known[definition.Metadata.Name] = known with { Emptying = cache, EmptyingFrom = from };
                if (definition.Status.Conditions.Any(condition => condition.Reason == InProgress)) return;
                await TellAsync(cached, definition, ConditionStatus.True, InProgress, "CustomResource deletion is in progress", cancel).ConfigureAwait(false);
                return;
            }
        }

        _known[definition.Metadata.Name] = known with { Emptying = null };
        await ReleaseAsync(cached, definition, cancel).ConfigureAwait(false);
    }

    private async Task EmptyAsync(RegisteredResource stored, ResourceCache cache, CancellationToken cancel)
    {
        var last = 0L;
        foreach (var item in cache.State.Index.Range([], null).ToList())
        {
            var metadata = item.Object.Metadata;
            if (metadata is { Finalizers.IsEmpty: false, DeletionTimestamp: not null }) continue;
            var marked = item.Object.With(metadata with { DeletionTimestamp = Time.FromDateTimeOffset(server.Now), DeletionGracePeriodSeconds = 0, Generation = metadata.Generation + 1 });
            var result = metadata.Finalizers.IsEmpty
                ? await server.Objects.DeleteAsync(stored, item, cancel).ConfigureAwait(false)
                : await server.Objects.ReplaceAsync(stored, item, marked, cancel).ConfigureAwait(false);
            if (result.Succeeded) last = result.Value!.Revision;
        }

        await server.Feed.WaitForAsync(last, cancel).ConfigureAwait(false);
    }

    private async Task TellAsync(CachedObject cached, CustomResourceDefinition definition, string state, string reason, string message, CancellationToken cancel)
    {
        var condition = new CustomResourceDefinitionCondition { Type = CustomResourceDefinitionConditionType.Terminating, Status = state, Reason = reason, Message = message };
        var told = definition with { Status = DefinitionStatus.With(definition.Status, condition, Time.FromDateTimeOffset(server.Now)) };
        await server.Objects.ReplaceAsync(_definitions, cached, new TypedObject(told), cancel).ConfigureAwait(false);
    }

    private async Task ReleaseAsync(CachedObject cached, CustomResourceDefinition definition, CancellationToken cancel)
    {
        var finalizers = definition.Metadata.Finalizers.RemoveAll(finalizer => finalizer == DefinitionStrategy.Finalizer);
        if (finalizers.IsEmpty)
        {
            // Whoever was faster made a change that this loop is told of next.
            await server.Objects.DeleteAsync(_definitions, cached, cancel).ConfigureAwait(false);
            return;
        }

        var released = definition with { Metadata = definition.Metadata with { Finalizers = finalizers } };
        var isEstablished = DefinitionStatus.Is(definition.Status, CustomResourceDefinitionConditionType.Established);
        var (reason, message) = isEstablished ? ("InstanceDeletionCompleted", "removed all instances") : ("NeverEstablished", "resource was never established");
        await TellAsync(cached, released, ConditionStatus.False, reason, message, cancel).ConfigureAwait(false);
    }

    /// <summary>What the loop remembers of a definition: as long as it stays the same, there is nothing to do.</summary>
    private sealed record Known(
        string Uid, string Group, string Plural, long Generation, CustomResourceDefinitionNames Names, bool IsAccepted, bool IsEstablished, bool IsTerminating)
    {
        /// <summary>Where the objects are that have to go first; null where none are waited for.</summary>
        public ResourceCache? Emptying { get; init; }

        public long EmptyingFrom { get; init; }
    }
}
