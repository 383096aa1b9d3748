using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;
using Keelson.Client.Resources;

namespace Keelson.Control.Workloads;

/// <summary>Keeps the former templates of an owner as revisions, so that one can go back.</summary>
internal sealed class TemplateHistory
{
    public const string HashLabel = "controller-revision-hash";

    /// <summary>How many are kept where the owner does not say; as upstream.</summary>
    public const int DefaultLimit = 10;

    private readonly ApiClient _client;

    public TemplateHistory(ApiClient client, InformerFactory informers)
    {
        _client = client;
        Cache = informers.For<ControllerRevision>();
    }

    public Informer<ControllerRevision> Cache { get; }

    public static string NameOf(ObjectMeta owner, string hash) => $"{owner.Name}-{hash}";

    /// <summary>The owner's revisions, the newest last.</summary>
    public IReadOnlyList<ControllerRevision> Of(ObjectMeta owner) =>
        [.. Cache.Snapshot.InNamespace(owner.Namespace).Where(revision => Owners.IsControlledBy(revision.Metadata, owner.Uid)).OrderBy(revision => revision.Revision)];

    /// <summary>The template that a revision holds, or null where it is gone or holds none.</summary>
    public PodTemplateSpec? Template(ObjectMeta owner, string name)
    {
        if (Cache.Snapshot.Get(owner.Namespace, name) is not { } revision || !Owners.IsControlledBy(revision.Metadata, owner.Uid) || revision.Data.IsNil) return null;
        if (ValueReader.Read(revision.Data.Span)["spec"]?.AsMap()?["template"]?.AsMap() is not { } template) return null;
        return ApiJson.Decode<PodTemplate>(ValueWriter.WriteBytes(MapValue.Of(("apiVersion", "v1"), ("kind", "PodTemplate"), ("template", template.Without("$patch"))))).Template;
    }

    /// <summary>Has the template as the owner's newest revision, and answers with its hash.</summary>
    /// <param name="inUse">Revisions that stay, however many there are.</param>
    public async Task<string> RecordAsync<TOwner>(TOwner owner, PodTemplateSpec template, int? collisionCount, int? limit, IReadOnlySet<string> inUse, CancellationToken cancel)
        where TOwner : class, IResource<TOwner>
    {
        var hash = PodTemplates.Hash(template, collisionCount);
        var revisions = _client.Resource<ControllerRevision>().In(owner.Metadata.Namespace);
        var name = NameOf(owner.Metadata, hash);
        var all = Of(owner.Metadata);
        var newest = all.LastOrDefault();
        if (newest?.Metadata.Name == name) return hash;
        var number = (newest?.Revision ?? 0) + 1;
        if (all.FirstOrDefault(revision => revision.Metadata.Name == name) is { } again)
        {
            await revisions.UpdateAsync(again with { Revision = number }, cancel: cancel).ConfigureAwait(false);
            return hash;
        }

        await CreateAsync(revisions, owner, template, name, hash, number, cancel).ConfigureAwait(false);
        var old = all.Where(revision => !inUse.Contains(revision.Metadata.Name)).ToList();
        foreach (var surplus in old.Take(Math.Max(old.Count - (limit ?? DefaultLimit), 0)))
        {
            await revisions.DeleteAsync(surplus.Metadata.Name, cancel: cancel).ConfigureAwait(false);
        }

        return hash;
    }

    private static async Task CreateAsync<TOwner>(ResourceClient<ControllerRevision> revisions, TOwner owner, PodTemplateSpec template, string name, string hash, long number, CancellationToken cancel)
        where TOwner : class, IResource<TOwner>
    {
        var value = (ValueReader.Read(ApiJson.Encode(new PodTemplate { Template = template }))["template"]?.AsMap() ?? MapValue.Empty).With("$patch", "replace");
        var revision = new ControllerRevision
        {
            Metadata = new ObjectMeta
            {
                Name = name,
                Namespace = owner.Metadata.Namespace,
                Labels = template.Metadata.Labels.With(HashLabel, hash),
                Annotations = owner.Metadata.Annotations.Without("kubectl.kubernetes.io/last-applied-configuration"),
                OwnerReferences = [Owners.ControllerReference(owner)],
            },
            Data = RawJson.Wrap(ValueWriter.WriteBytes(MapValue.Of(("spec", MapValue.Of(("template", value)))))),
            Revision = number,
        };
        try
        {
            await revisions.CreateAsync(revision, cancel: cancel).ConfigureAwait(false);
        }
        catch (ApiException late) when (late.IsAlreadyExists || late.IsNamespaceTerminating)
        {
            // The cache does not show it yet, or the namespace goes.
        }
    }
}
