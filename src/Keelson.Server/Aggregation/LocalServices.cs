using System.Text;
using Keelson.Api;
using Keelson.Api.ApiRegistration.V1;
using Keelson.Api.Meta.V1;
using Keelson.Server.Objects;
using Keelson.Server.Verbs;

namespace Keelson.Server.Aggregation;

/// <summary>Keeps an APIService for each version of a group that this server answers itself.</summary>
/// <remarks>Those of built-in groups are made at the start and then left alone; those of custom resources come and go with them.</remarks>
internal sealed class LocalServices(ServerContext server, Aggregator aggregator)
{
    private const string Manager = "kube-apiserver";
    private const string AtStart = "onstart";

    private readonly Dictionary<bool, ApiList<ManagedFieldsEntry>> _owned = [];

    public async Task WriteAsync(bool isStart, CancellationToken cancel)
    {
        var versions = server.Registry.All.Where(resource => resource.Kind.Group != aggregator.Resource.Kind.Group)
            .GroupBy(resource => (resource.Kind.Group, resource.Kind.Version), resource => resource.Custom is not null).ToList();
        var wanted = versions.Where(version => version.All(isCustom => isCustom)).Select(version => version.Key).ToHashSet();
        var writes = wanted.Select(version => FollowAsync(version, cancel)).ToList();
        if (isStart) writes.AddRange(versions.Where(version => !wanted.Contains(version.Key) && ServicePriorities.IsBuiltIn(version.Key.Group)).Select(version => CreateAsync(version.Key, AtStart, cancel)));
        var left = aggregator.Cache.State.Index.All.Where(item => item.Labels.GetValueOrDefault(Aggregator.AutomaticLabel) == Aggregator.Following).ToList();
        var names = wanted.Select(NameOf).ToHashSet(StringComparer.Ordinal);
        writes.AddRange(left.Where(item => !names.Contains(item.Name.Name)).Select(item => server.Objects.DeleteAsync(aggregator.Resource, item, cancel).AsTask()));
        await Task.WhenAll(writes).ConfigureAwait(false);
        await server.Objects.CatchUpWithOwnAsync(cancel).ConfigureAwait(false);
    }

    private static string NameOf((string Group, string Version) version) => $"{version.Version}.{version.Group}";

    private async Task FollowAsync((string Group, string Version) version, CancellationToken cancel)
    {
        if (aggregator.Cache.State.Index.Find(Encoding.UTF8.GetBytes(NameOf(version))) is not { } current)
        {
            await CreateAsync(version, Aggregator.Following, cancel).ConfigureAwait(false);
            return;
        }

        // Whoever takes the label off has taken the object over.
        if (current.Labels.GetValueOrDefault(Aggregator.AutomaticLabel) != Aggregator.Following) return;
        var known = (APIService)aggregator.Resource.ReadJson(current.Json, new Api.Json.DecodeReport()).Typed!;
        var spec = SpecOf(version);
        if (known.Spec == spec) return;
        await server.Objects.ReplaceAsync(aggregator.Resource, current, new TypedObject(known with { Spec = spec }), cancel).ConfigureAwait(false);
    }

    private async Task CreateAsync((string Group, string Version) version, string label, CancellationToken cancel)
    {
        var name = new ObjectName("", NameOf(version));
        if (server.Objects.Peek(aggregator.Resource, name) is not null) return;
        var now = Time.FromDateTimeOffset(server.Now);
        var made = new APIService
        {
            Metadata = new ObjectMeta { Name = name.Name, Uid = server.NewUid(), CreationTimestamp = now, Labels = new Dictionary<string, string> { [Aggregator.AutomaticLabel] = label } },
            Spec = SpecOf(version),
        };

        // Somebody who was faster is as good.
        await server.Objects.CreateAsync(aggregator.Resource, name, aggregator.Resource.Typed(Owned(Availability.With(made, Availability.Local, now))), cancel).ConfigureAwait(false);
    }

    // Which fields are owned does not depend on what they hold, so few objects need to be looked at.
    private APIService Owned(APIService made)
    {
        lock (_owned)
        {
            if (!_owned.TryGetValue(made.Spec.Group.Length == 0, out var entries))
            {
                var tracked = Ownership.Track(aggregator.Resource, "", null, aggregator.Resource.Typed(made), Manager, server.Now);
                _owned[made.Spec.Group.Length == 0] = entries = tracked.Metadata.ManagedFields;
            }

            return made with { Metadata = made.Metadata with { ManagedFields = entries } };
        }
    }

    private static APIServiceSpec SpecOf((string Group, string Version) version)
    {
        var priority = ServicePriorities.Of(version.Group, version.Version);
        return new APIServiceSpec { Group = version.Group, Version = version.Version, GroupPriorityMinimum = priority.Group, VersionPriority = priority.Version };
    }
}
