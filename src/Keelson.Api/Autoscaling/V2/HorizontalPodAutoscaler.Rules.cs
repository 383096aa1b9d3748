using System.Globalization;
using Keelson.Api.Core.V1;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Autoscaling.V2;

public sealed partial record HorizontalPodAutoscaler : IHasRules
{
    private const int MaximumWindowSeconds = 3600;
    private const int MaximumPeriodSeconds = 1800;
    private const string Positive = "must be greater than 0";
    private const string OneTarget = "must set either a target raw value or a target utilization";
    private const string NotBoth = "may not set both a target raw value and a target utilization";

    public void Validate(FieldErrors errors) => Validate(null, errors);

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate((HorizontalPodAutoscaler)old, errors);

    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        using var scope = errors.In("status");
        errors.ExpectNotNegative("currentReplicas", Status.CurrentReplicas);
        errors.ExpectNotNegative("desiredReplicas", Status.DesiredReplicas);
    }

    /// <summary>Reports what is wrong with a target and with how far it is scaled, the same in all versions. The place of the errors is the spec.</summary>
    internal static void ValidateReplicas(
        CrossVersionObjectReference target, int? minimum, int maximum, CrossVersionObjectReference? oldTarget, int? oldMinimum, FieldErrors errors)
    {
        var leastMinimum = oldMinimum == 0 ? 0 : 1;
        if (minimum < leastMinimum)
        {
            errors.Invalid("minReplicas", minimum.Value, string.Create(CultureInfo.InvariantCulture, $"must be greater than or equal to {leastMinimum}"));
        }

        if (maximum == 0) errors.Required("maxReplicas", "must be set and greater than 0");
        else if (maximum < 0) errors.Invalid("maxReplicas", maximum, Positive);
        if (minimum > maximum) errors.Invalid("maxReplicas", maximum, "must be greater than or equal to `minReplicas`");
        using var scope = errors.In("scaleTargetRef");
        ValidateReference(target, errors);
        // What stays the same may be wrong; only one kind that can be scaled is in the group without a name.
        if (oldTarget?.ApiVersion == target.ApiVersion && oldTarget.Kind == target.Kind) return;
        ValidateVersion(target.ApiVersion, target.Kind != "ReplicationController", errors);
    }

    private static void ValidateReference(CrossVersionObjectReference reference, FieldErrors errors)
    {
        errors.ExpectPathSegment("kind", reference.Kind);
        errors.ExpectPathSegment("name", reference.Name);
    }

    private static void ValidateVersion(string version, bool needsGroup, FieldErrors errors)
    {
        if (!IsVersion(version)) errors.Invalid("apiVersion", version, $"unexpected GroupVersion string: {version}");
        else if (needsGroup && version.IndexOf('/', StringComparison.Ordinal) < 1) errors.Invalid("apiVersion", version, "apiVersion must specify API group");
    }

    private static bool IsVersion(string version) => version.AsSpan().Count('/') < 2;

    private void Validate(HorizontalPodAutoscaler? old, FieldErrors errors)
    {
        using var scope = errors.In("spec");
        var before = old?.Spec;
        ValidateReplicas(Spec.ScaleTargetRef, Spec.MinReplicas, Spec.MaxReplicas, before?.ScaleTargetRef, before?.MinReplicas, errors);
        var anyVersion = before is not null && before.Metrics.Any(metric => metric is { Type: MetricSourceType.Object, Object: { } source } && !IsVersion(source.DescribedObject.ApiVersion));
        for (var i = 0; i < Spec.Metrics.Count; i++)
        {
            using (errors.In("metrics", i)) Validate(Spec.Metrics[i], anyVersion, errors);
        }

        if (Spec.MinReplicas == 0 && !Spec.Metrics.Any(metric => metric.Type is MetricSourceType.Object or MetricSourceType.External))
        {
            errors.Forbidden("metrics", "must specify at least one Object or External metric to support scaling to zero replicas");
        }

        if (Spec.Behavior is not { } behavior) return;
        using var inner = errors.In("behavior");
        Validate("scaleUp", behavior.ScaleUp, errors);
        Validate("scaleDown", behavior.ScaleDown, errors);
    }

    private static void Validate(string field, HPAScalingRules? rules, FieldErrors errors)
    {
        if (rules is null) return;
        using var scope = errors.In(field);
        if (rules.StabilizationWindowSeconds is { } window)
        {
            if (window < 0) errors.Invalid("stabilizationWindowSeconds", window, "must be greater than or equal to zero");
            if (window > MaximumWindowSeconds) errors.Invalid("stabilizationWindowSeconds", window, $"must be less than or equal to {MaximumWindowSeconds}");
        }

        if (rules.SelectPolicy is { } select)
        {
            errors.ExpectKnown("selectPolicy", select, ScalingPolicySelect.Disabled, ScalingPolicySelect.Max, ScalingPolicySelect.Min);
        }

        if (rules.Policies.IsEmpty) errors.Required("policies", "must specify at least one Policy");
        for (var i = 0; i < rules.Policies.Count; i++)
        {
            var policy = rules.Policies[i];
            using var inner = errors.In("policies", i);
            errors.ExpectKnown("type", policy.Type, HPAScalingPolicyType.Percent, HPAScalingPolicyType.Pods);
            if (policy.Value <= 0) errors.Invalid("value", policy.Value, FieldExpectations.NotPositive);
            if (policy.PeriodSeconds <= 0) errors.Invalid("periodSeconds", policy.PeriodSeconds, FieldExpectations.NotPositive);
            if (policy.PeriodSeconds > MaximumPeriodSeconds)
            {
                errors.Invalid("periodSeconds", policy.PeriodSeconds, $"must be less than or equal to {MaximumPeriodSeconds}");
            }
        }

        if (rules.Tolerance is { Sign: < 0 } tolerance) errors.Invalid("tolerance", tolerance.ToString(), "must be greater or equal to zero");
    }

    private static void Validate(MetricSpec metric, bool anyVersion, FieldErrors errors)
    {
        if (metric.Type.Length == 0) errors.Required("type", "must specify a metric source type");
        ExpectKnownType(metric.Type, errors);
        // In upstream's order, since only the first is looked at.
        var given = new List<string>(1);
        Source("object", metric.Object, (source, errors) => Check(source, anyVersion, errors));
        Source("external", metric.External, Check);
        Source("pods", metric.Pods, Check);
        Source("resource", metric.Resource, Check);
        Source("containerResource", metric.ContainerResource, Check);
        var expected = metric.Type switch
        {
            MetricSourceType.Object => "object",
            MetricSourceType.External => "external",
            MetricSourceType.Pods => "pods",
            MetricSourceType.Resource => "resource",
            MetricSourceType.ContainerResource => "containerResource",
            _ => null,
        };
        // Upstream says it a second time here.
        if (expected is null) ExpectKnownType(metric.Type, errors);
        else if (!given.Contains(expected)) errors.Required(expected, "must populate information for the given metric source");
        if (given.Count < 2) return;
        foreach (var field in given.Order(StringComparer.Ordinal))
        {
            if (field != expected) errors.Forbidden(field, "must populate the given metric source only");
        }

        void Source<T>(string field, T? source, Action<T, FieldErrors> check)
            where T : class
        {
            if (source is null) return;
            given.Add(field);
            if (given.Count > 1) return;
            using (errors.In(field)) check(source, errors);
        }
    }

    private static void ExpectKnownType(string type, FieldErrors errors) => errors.ExpectKnown("type", type,
        MetricSourceType.ContainerResource, MetricSourceType.External, MetricSourceType.Object, MetricSourceType.Pods, MetricSourceType.Resource);

    private static void Check(ObjectMetricSource source, bool anyVersion, FieldErrors errors)
    {
        using (errors.In("describedObject"))
        {
            ValidateReference(source.DescribedObject, errors);
            if (!anyVersion) ValidateVersion(source.DescribedObject.ApiVersion, needsGroup: false, errors);
        }

        Check(source.Metric, errors);
        Check(source.Target, errors);
        if (source.Target is { Value: null, AverageValue: null }) errors.Required("target.averageValue", "must set either a target value or averageValue");
    }

    private static void Check(ExternalMetricSource source, FieldErrors errors)
    {
        Check(source.Metric, errors);
        Check(source.Target, errors);
        if (source.Target is { Value: null, AverageValue: null })
        {
            errors.Required("target.averageValue", "must set either a target value for metric or a per-pod target");
        }

        if (source.Target is { Value: not null, AverageValue: not null })
        {
            errors.Forbidden("target.value", "may not set both a target value for metric and a per-pod target");
        }
    }

    private static void Check(PodsMetricSource source, FieldErrors errors)
    {
        Check(source.Metric, errors);
        Check(source.Target, errors);
        if (source.Target.AverageValue is null) errors.Required("target.averageValue", "must specify a positive target averageValue");
    }

    private static void Check(ResourceMetricSource source, FieldErrors errors)
    {
        errors.ExpectGiven("name", source.Name, "must specify a resource name");
        CheckResource(source.Target, errors);
    }

    private static void Check(ContainerResourceMetricSource source, FieldErrors errors)
    {
        if (source.Name.Length == 0) errors.Required("name", "must specify a resource name");
        else errors.ExpectContainerResourceName("name", source.Name);
        if (source.Container.Length == 0) errors.Required("container", "must specify a container");
        else errors.Invalid("container", source.Container, DnsName.CheckLabel(source.Container), "format=dns-label");
        CheckResource(source.Target, errors);
    }

    private static void CheckResource(MetricTarget target, FieldErrors errors)
    {
        Check(target, errors);
        if (target is { AverageUtilization: null, AverageValue: null }) errors.Required("target.averageUtilization", OneTarget);
        if (target is { AverageUtilization: not null, AverageValue: not null }) errors.Forbidden("target.averageValue", NotBoth);
    }

    private static void Check(MetricTarget target, FieldErrors errors)
    {
        using var scope = errors.In("target");
        errors.ExpectGiven("type", target.Type, "must specify a metric target type");
        if (target.Type is not (MetricTargetType.Utilization or MetricTargetType.Value or MetricTargetType.AverageValue))
        {
            errors.Invalid("type", target.Type, "must be either Utilization, Value, or AverageValue");
        }

        if (target.Value is { Sign: <= 0 } value) errors.Invalid("value", value.ToString(), "must be positive");
        if (target.AverageValue is { Sign: <= 0 } average) errors.Invalid("averageValue", average.ToString(), "must be positive");
        if (target.AverageUtilization is { } percent and < 1) errors.Invalid("averageUtilization", percent, Positive);
    }

    private static void Check(MetricIdentifier metric, FieldErrors errors)
    {
        using var scope = errors.In("metric");
        if (metric.Name.Length == 0) errors.Required("name", "must specify a metric name");
        else errors.Invalid("name", metric.Name, FieldName.CheckPathSegment(metric.Name));
    }
}
