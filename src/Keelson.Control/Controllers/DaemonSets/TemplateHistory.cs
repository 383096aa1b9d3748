using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;
using Keelson.Client;
using Keelson.Client.Reconciling;
using Keelson.Client.Resources;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.DaemonSets;

/// <summary>Keeps the former templates of a set as revisions, so that one can go back.</summary>
internal static class TemplateHistory
{
    /// <summary>How many are kept where the set does not say; as upstream.</summary>
    private const int DefaultLimit = 10;

    /// <summary>Has the set's template as its newest revision, and answers with its hash.</summary>
    public static async Task<string> RecordAsync(ApiClient client, DaemonSet set, CancellationToken cancel)
    {
        var hash = PodTemplates.Hash(set.Spec.Template, set.Status.CollisionCount);
        var revisions = client.Resource<ControllerRevision>().In(set.Metadata.Namespace);
        var name = $"{set.Metadata.Name}-{hash}";
        var all = (await revisions.ListAsync(cancel: cancel).ConfigureAwait(false)).Items
            .Where(revision => Owners.IsControlledBy(revision.Metadata, set.Metadata.Uid)).OrderBy(revision => revision.Revision).ToList();
        var newest = all.LastOrDefault();
        if (newest?.Metadata.Name == name) return hash;
        var number = (newest?.Revision ?? 0) + 1;
        if (all.Find(revision => revision.Metadata.Name == name) is { } again)
        {
            await revisions.UpdateAsync(again with { Revision = number }, cancel: cancel).ConfigureAwait(false);
            return hash;
        }

        await CreateAsync(revisions, set, name, hash, number, cancel).ConfigureAwait(false);
        foreach (var surplus in all.Take(Math.Max(all.Count - (set.Spec.RevisionHistoryLimit ?? DefaultLimit), 0)))
        {
            await revisions.DeleteAsync(surplus.Metadata.Name, cancel: cancel).ConfigureAwait(false);
        }

        return hash;
    }

    private static async Task CreateAsync(ResourceClient<ControllerRevision> revisions, DaemonSet set, string name, string hash, long number, CancellationToken cancel)
    {
        var template = (ValueReader.Read(ApiJson.Encode(new PodTemplate { Template = set.Spec.Template }))["template"]?.AsMap() ?? MapValue.Empty).With("$patch", "replace");
        var data = MapValue.Of(("spec", MapValue.Of(("template", template))));
        try
        {
            await revisions.CreateAsync(
                new ControllerRevision
                {
                    Metadata = new ObjectMeta
                    {
                        Name = name,
                        Namespace = set.Metadata.Namespace,
                        Labels = set.Spec.Template.Metadata.Labels.With(DaemonPods.HashLabel, hash),
                        Annotations = set.Metadata.Annotations.Without("kubectl.kubernetes.io/last-applied-configuration"),
                        OwnerReferences = [Owners.ControllerReference(set)],
                    },
                    Data = RawJson.Wrap(ValueWriter.WriteBytes(data)),
                    Revision = number,
                },
                cancel: cancel).ConfigureAwait(false);
        }
        catch (ApiException late) when (late.IsAlreadyExists || late.IsNamespaceTerminating)
        {
            // It is there, or the namespace goes.
        }
    }
}
