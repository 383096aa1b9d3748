using Keelson.Api.Selectors;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record PodTemplateSpec
{
    internal const string SelectorMessage = "`selector` does not match template `labels`";

    /// <summary>Reports what is wrong with a template; the place of the errors is the template.</summary>
    internal void Validate(FieldErrors errors)
    {
        ValidateMetadata(errors);
        using (errors.In("spec"))
        {
            Spec.Validate(isPod: false, "", errors);
            PodAnnotationRules.SeccompMatches(Metadata.Annotations, Spec, errors);
            PodAnnotationRules.AppArmorMatches(Metadata.Annotations, Spec, errors);
            if (!Spec.EphemeralContainers.IsEmpty) errors.Forbidden("ephemeralContainers", "ephemeral containers not allowed in pod template");
        }
    }

    /// <summary>Upstream leaves the metadata out of these paths.</summary>
    internal void ValidateMetadata(FieldErrors errors)
    {
        ObjectMetaValidation.ValidateLabels("labels", Metadata.Labels, errors);
        ObjectMetaValidation.ValidateAnnotations("annotations", Metadata.Annotations, errors);
        PodAnnotationRules.Validate(Metadata.Annotations, Spec, errors);
    }

    /// <summary>The pods must be those that their owner selects.</summary>
    internal void ValidateSelected(LabelQuery query, FieldErrors errors)
    {
        if (query.IsEverything || query.Matches(Metadata.Labels)) return;
        using (errors.In("metadata")) errors.Invalid("labels", Metadata.Labels.AsValue(), SelectorMessage);
    }

    /// <summary>Pods that are to be there all the time restart always and have no deadline.</summary>
    internal void ValidateLasting(string owner, FieldErrors errors)
    {
        using (errors.In("spec"))
        {
            if (Spec.RestartPolicy != RestartPolicy.Always) errors.NotSupported("restartPolicy", Spec.RestartPolicy, [RestartPolicy.Always]);
            if (Spec.ActiveDeadlineSeconds is not null) errors.Forbidden("activeDeadlineSeconds", $"activeDeadlineSeconds in {owner} is not Supported");
        }
    }
}

public sealed partial record PodTemplate : IHasRules
{
    /// <inheritdoc/>
    public void Validate(FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        using (errors.In("template")) Template.Validate(errors);
    }

    /// <inheritdoc/>
    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(errors);
}
