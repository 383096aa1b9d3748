using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Api.Rbac.V1;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Server.Storing;
using Keelson.Server.Verbs;
using Keelson.Storage;

namespace Keelson.Server.Access.Rbac.Policy;

/// <summary>Brings what is built in into the store: creates what is missing, and adds to what is there without taking anything away.</summary>
internal sealed class PolicyWriter(ServerContext server, IStore store)
{
    /// <summary>Objects written at once; default 60, as etcd takes 128 operations in a transaction.</summary>
    private const int Batch = 60;

    /// <summary>How often all is computed again after another server was faster; default 5.</summary>
    private const int MaxTries = 5;

    private const string Manager = "kube-apiserver";

    private readonly Dictionary<(string Plural, string Labels, bool IsPlain, bool IsEmpty), ApiList<ManagedFieldsEntry>> _owned = [];

    public async Task RunAsync(CancellationToken cancel)
    {
        var wanted = PolicyText.BuiltIn();
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            await server.Objects.CatchUpAsync(cancel).ConfigureAwait(false);
            if (await TryWriteAsync(wanted, cancel).ConfigureAwait(false)) return;
        }

        throw new StoreException(StoreError.Unavailable, "the built-in roles could not be written: others keep changing them");
    }

    private async Task<bool> TryWriteAsync(IReadOnlyList<IResource> wanted, CancellationToken cancel)
    {
        var won = true;
        var revision = 0L;
        foreach (var batch in wanted.Select(Change).OfType<(Comparison Guard, Operation Put)>().Chunk(Batch))
        {
            var transaction = new Transaction([.. batch.Select(change => change.Guard)], [.. batch.Select(change => change.Put)], []);
            var result = await store.CommitAsync(transaction, cancel).ConfigureAwait(false);
            won &= result.Succeeded;
            revision = result.Revision;
        }

        if (revision > 0) await server.Feed.WaitForAsync(revision, cancel).ConfigureAwait(false);
        return won;
    }

    private (Comparison Guard, Operation Put)? Change(IResource wanted)
    {
        var plural = wanted switch
        {
            ClusterRole => "clusterroles",
            ClusterRoleBinding => "clusterrolebindings",
            Role => "roles",
            _ => "rolebindings",
        };
        var resource = server.Registry.Find(RbacAuthorizer.Group, plural) ?? throw new InvalidOperationException($"{plural} are not registered");
        var name = new ObjectName(wanted.Metadata.Namespace, wanted.Metadata.Name);
        var current = server.Objects.Peek(resource, name);
        if (current is null)
        {
            wanted = wanted.With(wanted.Metadata with { Uid = server.NewUid(), CreationTimestamp = Time.FromDateTimeOffset(server.Now) });
        }
        else
        {
            var merged = Merge(current.Object.Typed!, wanted);
            if (merged is null || merged.Equals(current.Object.Typed)) return null;
            wanted = merged;
        }

        var value = current is null
            ? Owned(resource, wanted)
            : Ownership.Track(resource, "", current.Object, resource.Typed(wanted), Manager, server.Now);
        var key = resource.Key(name);
        var guard = new Comparison(KeyRange.Single(key), CompareTarget.ModRevision, CompareOperator.Equal, current?.Revision ?? 0);
        return (guard, new Operation.Put(key, ObjectStore.Encode(resource, value)));
    }

    // Which fields a new object owns depends on which are there, not on what they hold, so few objects need to be looked at.
    private ApiObject Owned(RegisteredResource resource, IResource created)
    {
        var shape = (
            resource.Info.Plural,
            string.Join(',', created.Metadata.Labels.Keys),
            (created as ClusterRole)?.AggregationRule is null,
            (created as ClusterRoleBinding)?.Subjects.IsEmpty ?? (created as RoleBinding)?.Subjects.IsEmpty ?? false);
        if (_owned.TryGetValue(shape, out var entries)) return resource.Typed(created.With(created.Metadata with { ManagedFields = entries }));
        var tracked = Ownership.Track(resource, "", null, resource.Typed(created), Manager, server.Now);
        _owned[shape] = tracked.Metadata.ManagedFields;
        return tracked;
    }

    /// <summary>What is there with what is missing of the built-in; null where its owner wants to be left alone.</summary>
    private static IResource? Merge(IResource current, IResource wanted)
    {
        if (current.Metadata.Annotations.GetValueOrDefault(PolicyText.AutoUpdate) == "false" || current.Metadata.DeletionTimestamp is not null) return null;
        return (current, wanted) switch
        {
            (ClusterRole { AggregationRule: not null } role, ClusterRole { AggregationRule: { } sum }) => role with
            {
                Metadata = Merge(role.Metadata, wanted.Metadata),
                AggregationRule = role.AggregationRule with { ClusterRoleSelectors = Merge(role.AggregationRule.ClusterRoleSelectors, sum.ClusterRoleSelectors) },
            },
            (ClusterRole role, ClusterRole built) => role with
            {
                Metadata = Merge(role.Metadata, wanted.Metadata), Rules = Merge(role.Rules, built.Rules), AggregationRule = role.AggregationRule ?? built.AggregationRule,
            },
            (Role role, Role built) => role with { Metadata = Merge(role.Metadata, wanted.Metadata), Rules = Merge(role.Rules, built.Rules) },

            // A binding whose role was replaced is somebody's decision, and what it refers to can't change.
            (ClusterRoleBinding binding, ClusterRoleBinding built) => binding.RoleRef != built.RoleRef
                ? null
                : binding with { Metadata = Merge(binding.Metadata, wanted.Metadata), Subjects = Merge(binding.Subjects, built.Subjects) },
            (RoleBinding binding, RoleBinding built) => binding.RoleRef != built.RoleRef
                ? null
                : binding with { Metadata = Merge(binding.Metadata, wanted.Metadata), Subjects = Merge(binding.Subjects, built.Subjects) },
            _ => null,
        };
    }

    private static ObjectMeta Merge(ObjectMeta current, ObjectMeta wanted) => current with
    {
        Labels = wanted.Labels.WithAll(current.Labels),
        Annotations = wanted.Annotations.WithAll(current.Annotations),
    };

    private static ApiList<PolicyRule> Merge(ApiList<PolicyRule> current, ApiList<PolicyRule> wanted)
    {
        var missing = RuleMatching.Missing([.. current], wanted);
        return missing.Count == 0 ? current : current.AddRange(missing.ToApiList());
    }

    private static ApiList<T> Merge<T>(ApiList<T> current, ApiList<T> wanted)
    {
        var missing = wanted.Where(value => !current.Contains(value)).ToApiList();
        return missing.IsEmpty ? current : current.AddRange(missing);
    }
}
