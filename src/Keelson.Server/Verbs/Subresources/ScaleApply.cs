using Keelson.Api;
using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Autoscaling.V1;
using Keelson.Api.Json;
using Keelson.Api.Patch.Apply;
using Keelson.Api.Values;
using Keelson.Server.Cache;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.Verbs.Subresources;

/// <summary>Applies a configuration of a scale: who owns the number is kept with the object, under its own version and path.</summary>
internal static class ScaleApply
{
    private static readonly FieldManager Manager = new(new FieldManagerOptions(GroupVersionKind.Parse("autoscaling/v1", "Scale")!.Value, Scale.TypeSchema)
    {
        Subresource = "scale",
        Empty = EmptyObject.Of(Scale.TypeSchema),
    });

    /// <summary>The object with the number and the owners that the configuration leads to.</summary>
    public static ApiObject Apply(ApiRequest request, CachedObject live, MapValue configuration, DateTimeOffset now)
    {
        var (resource, before) = (request.Resource, live.Object.ToValue());
        var ownership = new ScaleOwnership(resource.Kind.ApiVersion, PathsOf(resource));
        var owners = ManagedFields.Of(before);
        var scale = ownership.ToScale(owners).ApplyTo((MapValue)ValueReader.Read(ApiJson.Encode(ScalePaths.Read(resource, live.Object))));
        var applied = PatchHandler.Take(Manager.Apply(scale, configuration, request.Options.FieldManager, request.Options.Force, now));
        var wanted = ApiJson.Decode<Scale>(ValueWriter.WriteBytes(applied), new DecodeReport());
        ScalePaths.Check(wanted, live.Name.Name);
        var written = ScalePaths.Write(resource, before, wanted.Spec.Replicas);
        var after = ManagedFieldTimes.KeepUnlessChanged(before, ownership.ToParent(owners, ManagedFields.Of(applied)).ApplyTo(written));
        var updated = resource.ReadValue(after, new DecodeReport());
        var version = wanted.Metadata.ResourceVersion.Length > 0 ? wanted.Metadata.ResourceVersion : live.Object.Metadata.ResourceVersion;
        return updated.With(updated.Metadata with { ResourceVersion = version, Uid = wanted.Metadata.Uid });
    }

    private static Dictionary<string, FieldPath?> PathsOf(RegisteredResource resource)
    {
        var paths = new Dictionary<string, FieldPath?>(StringComparer.Ordinal) { [resource.Kind.ApiVersion] = PathOf(ScalePaths.WantedSteps(resource)) };
        foreach (var (version, scale) in resource.Custom?.Scales ?? new Dictionary<string, CustomResourceSubresourceScale?>())
        {
            paths[version] = scale is null ? null : PathOf(ScalePaths.Steps(scale.SpecReplicasPath));
        }

        return paths;

        static FieldPath PathOf(string[] steps) => FieldPath.Of([.. steps.Select(step => (PathElement)step)]);
    }
}
