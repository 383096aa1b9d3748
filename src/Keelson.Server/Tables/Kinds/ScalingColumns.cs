using System.Globalization;
using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Autoscaling.V2;
using Keelson.Api.Core.V1;
using Keelson.Api.Policy.V1;

namespace Keelson.Server.Tables.Kinds;

/// <summary>How what bounds and scales workloads is shown.</summary>
internal static class ScalingColumns
{
    private const int MaxTargets = 2;
    private const string NotAvailable = "N/A";

    public static ColumnSet<HorizontalPodAutoscaler> Autoscalers { get; } = new(
        [Column.Name, Column.Text("Reference"), Column.Text("Targets"), Column.Text("MinPods"), Column.Text("MaxPods"), Column.Number("Replicas"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, $"{value.Spec.ScaleTargetRef.Kind}/{value.Spec.ScaleTargetRef.Name}", Targets(value),
            value.Spec.MinReplicas?.ToString(CultureInfo.InvariantCulture) ?? Text.Unset, value.Spec.MaxReplicas, value.Status.CurrentReplicas, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<PodDisruptionBudget> Budgets { get; } = new(
        [Column.Name, Column.Text("Min Available"), Column.Text("Max Unavailable"), Column.Number("Allowed Disruptions"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.MinAvailable?.ToString() ?? NotAvailable, value.Spec.MaxUnavailable?.ToString() ?? NotAvailable, value.Status.DisruptionsAllowed,
            Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ReplicationController> Controllers { get; } = new(
        [
            Column.Name, Column.Number("Desired"), Column.Number("Current"), Column.Number("Ready"), Column.Age, Column.Text("Containers").Wide(), Column.Text("Images").Wide(),
            Column.Text("Selector").Wide(),
        ],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.Replicas ?? 0, value.Status.Replicas, value.Status.ReadyReplicas, Age.Of(value.Metadata.CreationTimestamp, now),
            value.Spec.Template is { } template ? Text.Containers(template) : "", value.Spec.Template is { } images ? Text.Images(images) : "", Text.Pairs(value.Spec.Selector)));

    public static ColumnSet<PodTemplate> Templates { get; } = new(
        [Column.Name, Column.Text("Containers"), Column.Text("Images"), Column.Text("Pod Labels")],
        (value, _) => TableCells.Of(value.Metadata.Name, Text.Containers(value.Template), Text.Images(value.Template), Text.Pairs(value.Template.Metadata.Labels)));

    public static ColumnSet<ControllerRevision> Revisions { get; } = new(
        [Column.Name, Column.Text("Controller"), Column.Number("Revision"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, Controller(value), value.Revision, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ResourceQuota> Quotas { get; } = new(
        [Column.Name, Column.Text("Request"), Column.Text("Limit"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, Used(value, isLimit: false), Used(value, isLimit: true), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<LimitRange> Ranges { get; } = new(
        [Column.Name, Column.Text("Created At")],
        (value, _) => TableCells.Of(value.Metadata.Name, value.Metadata.CreationTimestamp.ToString()));

    private static string Used(ResourceQuota quota, bool isLimit)
    {
        var names = quota.Status.Hard.Keys.Where(name => name.StartsWith("limits.", StringComparison.Ordinal) == isLimit);
        return string.Join(", ", names.Select(name => $"{name}: {quota.Status.Used.GetValueOrDefault(name)}/{quota.Status.Hard[name]}"));
    }

    private static string Controller(ControllerRevision revision)
    {
        var index = revision.Metadata.OwnerReferences.FindIndex(owner => owner.Controller == true);
        if (index < 0) return Text.None;
        var owner = revision.Metadata.OwnerReferences[index];
        var slash = owner.ApiVersion.IndexOf('/', StringComparison.Ordinal);
        return $"{owner.Kind.ToLowerInvariant()}{(slash < 0 ? "" : "." + owner.ApiVersion[..slash])}/{owner.Name}";
    }

    private static string Targets(HorizontalPodAutoscaler value)
    {
        if (value.Spec.Metrics.IsEmpty) return Text.None;
        var measured = value.Status.CurrentMetrics;
        var shown = value.Spec.Metrics.Take(MaxTargets).Select((metric, i) => Target(metric, i < measured.Count ? measured[i] : MetricStatus.Empty));
        var more = value.Spec.Metrics.Count - MaxTargets;
        return string.Join(", ", shown) + (more > 0 ? string.Create(CultureInfo.InvariantCulture, $" + {more} more...") : "");
    }

    private static string Target(MetricSpec metric, MetricStatus measured) => metric switch
    {
        { Type: MetricSourceType.External, External.Target: { } target } => Amounts(target, measured.External?.Current),
        { Type: MetricSourceType.Object, Object.Target: { } target } => Amounts(target, measured.Object?.Current),
        { Type: MetricSourceType.Pods, Pods.Target: { } target } => $"{Shown(measured.Pods?.Current.AverageValue)}/{target.AverageValue}",
        { Type: MetricSourceType.Resource, Resource: { } resource } => $"{resource.Name}: {Usage(resource.Target, measured.Resource?.Current)}",
        { Type: MetricSourceType.ContainerResource, ContainerResource: { } container } => $"{container.Name}: {Usage(container.Target, measured.ContainerResource?.Current)}",
        _ => "<unknown type>",
    };

    private static string Amounts(MetricTarget target, MetricValueStatus? current) =>
        target.AverageValue is { } average ? $"{Shown(current?.AverageValue)}/{average} (avg)" : $"{Shown(current?.Value)}/{target.Value}";

    private static string Usage(MetricTarget target, MetricValueStatus? current) =>
        target.AverageValue is { } average ? $"{Shown(current?.AverageValue)}/{average}" : $"{Percent(current?.AverageUtilization, Age.Unknown)}/{Percent(target.AverageUtilization, "<auto>")}";

    private static string Shown(Quantity? quantity) => quantity?.ToString() ?? Age.Unknown;

    private static string Percent(int? value, string none) => value is { } percent ? string.Create(CultureInfo.InvariantCulture, $"{percent}%") : none;
}
