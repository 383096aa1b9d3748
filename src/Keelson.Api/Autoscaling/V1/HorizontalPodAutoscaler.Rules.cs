using Keelson.Api.Validation;

namespace Keelson.Api.Autoscaling.V1;

public sealed partial record HorizontalPodAutoscaler : IHasDefaults, IHasRules
{
    // Other metrics than the processor's, which this version has no fields for.
    private const string OtherMetrics = "autoscaling.alpha.kubernetes.io/metrics";
    private const int TargetPercent = 80;

    public IResource WithDefaults() => this with
    {
        Spec = Spec with
        {
            MinReplicas = Spec.MinReplicas ?? 1,
            TargetCPUUtilizationPercentage = Spec.TargetCPUUtilizationPercentage
                ?? (Metadata.Annotations.ContainsKey(OtherMetrics) ? null : TargetPercent),
        },
    };

    public void Validate(FieldErrors errors) => Validate(null, errors);

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(((HorizontalPodAutoscaler)old).Spec, errors);

    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        using var scope = errors.In("status");
        errors.ExpectNotNegative("currentReplicas", Status.CurrentReplicas);
        errors.ExpectNotNegative("desiredReplicas", Status.DesiredReplicas);
    }

    private void Validate(HorizontalPodAutoscalerSpec? old, FieldErrors errors)
    {
        using var scope = errors.In("spec");
        V2.HorizontalPodAutoscaler.ValidateReplicas(
            Newer(Spec.ScaleTargetRef), Spec.MinReplicas, Spec.MaxReplicas, old is null ? null : Newer(old.ScaleTargetRef), old?.MinReplicas, errors);
        if (Spec.TargetCPUUtilizationPercentage is not { } percent || percent >= 1) return;
        // The newer version's field, since that is the one upstream looks at.
        using (errors.In("metrics", 0)) errors.Invalid("resource.target.averageUtilization", percent, "must be greater than 0");
    }

    private static V2.CrossVersionObjectReference Newer(CrossVersionObjectReference target) =>
        new() { Kind = target.Kind, Name = target.Name, ApiVersion = target.ApiVersion };
}
