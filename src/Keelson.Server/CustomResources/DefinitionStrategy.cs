using Keelson.Api.ApiExtensions.V1;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.CustomResources;

/// <summary>Definitions of custom resources: they know in which versions objects may be stored, and end when their objects have.</summary>
internal sealed class DefinitionStrategy : ResourceStrategy
{
    /// <summary>Keeps a definition until its objects are gone.</summary>
    public const string Finalizer = "customresourcecleanup.apiextensions.k8s.io";

    public DefinitionStrategy() => CountsGenerations = true;

    public override ApiObject PrepareForCreate(ApiObject created) => WithStoredVersion((CustomResourceDefinition)created.Typed!);

    public override ApiObject PrepareForUpdate(ApiObject updated, ApiObject current) => WithStoredVersion((CustomResourceDefinition)updated.Typed!);

    public override ApiObject PrepareForDeletion(ApiObject marked)
    {
        var definition = (CustomResourceDefinition)marked.Typed!;
        var pending = new CustomResourceDefinitionCondition
        {
            Type = CustomResourceDefinitionConditionType.Terminating,
            Status = ConditionStatus.True,
            Reason = "InstanceDeletionPending",
            Message = "CustomResourceDefinition marked for deletion; CustomResource deletion will be initiated soon",
        };
        var metadata = definition.Metadata;
        if (!metadata.Finalizers.Contains(Finalizer)) metadata = metadata with { Finalizers = metadata.Finalizers.Add(Finalizer) };
        return new TypedObject(definition with
        {
            Metadata = metadata,
            Status = DefinitionStatus.With(definition.Status, pending, metadata.DeletionTimestamp ?? default),
        });
    }

    public override IEnumerable<string> Warnings(ApiObject value, ApiObject? current) => ((CustomResourceDefinition)value.Typed!).UnrecognizedFormats().Select(format => $"unrecognized format \"{format}\"");

    private static TypedObject WithStoredVersion(CustomResourceDefinition definition)
    {
        var stored = definition.Status.StoredVersions;
        foreach (var version in definition.Spec.Versions)
        {
            if (version.Storage && !stored.Contains(version.Name)) stored = stored.Add(version.Name);
        }

        return new TypedObject(definition with { Status = definition.Status with { StoredVersions = stored } });
    }
}
