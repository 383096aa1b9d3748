using System.Globalization;
using Keelson.Api.Apps.V1;
using Keelson.Server.Objects;

namespace Keelson.Server.Registry.Strategies;

/// <summary>A daemon set's template is counted apart from the set, in an annotation that only the server writes.</summary>
internal sealed class DaemonSetStrategy : ResourceStrategy
{
    public const string GenerationAnnotation = "deprecated.daemonset.template.generation";

    public DaemonSetStrategy() => CountsGenerations = true;

    public override ApiObject PrepareForCreate(ApiObject created) => Numbered(created, Math.Max(Generation(created), 1));

    public override ApiObject PrepareForUpdate(ApiObject updated, ApiObject current)
    {
        var generation = Generation(current);
        return Numbered(updated, ((DaemonSet)updated.Typed!).Spec.Template == ((DaemonSet)current.Typed!).Spec.Template ? generation : generation + 1);
    }

    private static long Generation(ApiObject value) =>
        long.TryParse(value.Metadata.Annotations.GetValueOrDefault(GenerationAnnotation), NumberStyles.Integer, CultureInfo.InvariantCulture, out var generation) ? generation : 0;

    private static ApiObject Numbered(ApiObject value, long generation) =>
        value.With(value.Metadata with { Annotations = value.Metadata.Annotations.With(GenerationAnnotation, generation.ToString(CultureInfo.InvariantCulture)) });
}
