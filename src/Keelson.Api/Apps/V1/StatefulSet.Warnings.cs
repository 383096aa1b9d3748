using Keelson.Api.Core.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Apps.V1;

public sealed partial record StatefulSet : IHasWarnings
{
    /// <inheritdoc/>
    public void Warn(IResource? old, FieldWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        using var scope = warnings.In("spec");
        if (old is null || old.Metadata.Generation != Metadata.Generation)
        {
            using (warnings.In("template")) PodWarnings.Warn(Spec.Template, warnings);
        }

        for (var i = 0; i < Spec.VolumeClaimTemplates.Count; i++)
        {
            using (warnings.In("volumeClaimTemplates", i)) VolumeWarnings.Warn(Spec.VolumeClaimTemplates[i].Spec, warnings);
        }

        if (Spec.RevisionHistoryLimit < 0) warnings.Add("revisionHistoryLimit", "a negative value retains all historical revisions; a value >= 0 is recommended");
    }
}
