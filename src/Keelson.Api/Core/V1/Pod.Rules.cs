using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record Pod : IHasRules
{
    /// <inheritdoc/>
    public void Validate(FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        ValidateAll(errors);
        using (errors.In("spec"))
        {
            if (!Spec.EphemeralContainers.IsEmpty) errors.Forbidden("ephemeralContainers", "cannot be set on create");
            if (Spec.NodeName.Length > 0 && !Spec.SchedulingGates.IsEmpty)
            {
                errors.Forbidden("nodeName", "cannot be set until all schedulingGates have been cleared");
            }

            PodAnnotationRules.SeccompMatches(Metadata.Annotations, Spec, errors);
            PodAnnotationRules.AppArmorMatches(Metadata.Annotations, Spec, errors);
        }
    }

    /// <inheritdoc/>
    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (old is not Pod before) return;
        ValidateAll(errors);
        using (errors.In("metadata")) PodAnnotationRules.ValidateUpdate(Metadata.Annotations, before.Metadata.Annotations, errors);
        PodChange.Validate(Spec, before.Spec, errors);
    }

    /// <summary>Reports what is wrong with a change of the ephemeral containers, the only way to get any.</summary>
    public void ValidateEphemeralContainersUpdate(Pod old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(errors);
        if (old.IsMirror)
        {
            errors.Forbidden("", "static pods do not support ephemeral containers");
            return;
        }

        ValidateAll(errors);
        using (errors.In("metadata")) PodAnnotationRules.ValidateUpdate(Metadata.Annotations, old.Metadata.Annotations, errors);
        using (errors.In("spec"))
        {
            foreach (var before in old.Spec.EphemeralContainers)
            {
                var name = before.EphemeralContainerCommon.Name;
                var index = Spec.EphemeralContainers.FindIndex(container => container.EphemeralContainerCommon.Name == name);
                if (index < 0)
                {
                    errors.Forbidden("ephemeralContainers", $"existing ephemeral containers {Values.GoQuote.Quote(name)} may not be removed\n");
                }
                else if (Spec.EphemeralContainers[index] != before)
                {
                    var changed = FieldDifference.Of(before.AsValue(), Spec.EphemeralContainers[index].AsValue());
                    errors.Forbidden("ephemeralContainers", $"existing ephemeral containers {Values.GoQuote.Quote(name)} may not be changed\n{changed}");
                }
            }
        }
    }

    /// <summary>Whether a kubelet made it from a file of its own: a picture of a pod, not an order for one.</summary>
    internal bool IsMirror => Metadata.Annotations.ContainsKey(PodAnnotationRules.Mirror);

    /// <summary>What holds for a pod whenever it is written.</summary>
    private void ValidateAll(FieldErrors errors)
    {
        using (errors.In("metadata")) PodAnnotationRules.Validate(Metadata.Annotations, Spec, errors);
        using (errors.In("spec"))
        {
            Spec.Validate(isPod: true, Metadata.Name, errors);
            if (Spec.ServiceAccountName.Length == 0) ValidateNoTokens(errors);
            for (var i = 0; i < Spec.Containers.Count; i++)
            {
                using (errors.In("containers", i)) Spec.Containers[i].ValidateForPod(errors);
            }

            for (var i = 0; i < Spec.InitContainers.Count; i++)
            {
                using (errors.In("initContainers", i)) Spec.InitContainers[i].ValidateForPod(errors);
            }
        }
    }

    private void ValidateNoTokens(FieldErrors errors)
    {
        for (var v = 0; v < Spec.Volumes.Count; v++)
        {
            var sources = Spec.Volumes[v].VolumeSource.Projected?.Sources ?? default;
            for (var s = 0; s < sources.Count; s++)
            {
                if (sources[s].ServiceAccountToken is null) continue;
                using (errors.In("volumes", v))
                using (errors.In("projected"))
                using (errors.In("sources", s))
                {
                    errors.Forbidden("serviceAccountToken", "must not be specified when serviceAccountName is not set");
                }
            }
        }
    }
}
