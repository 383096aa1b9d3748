using System.Globalization;
using Keelson.Api;
using Keelson.Api.Autoscaling.V2;
using Keelson.Api.Core.V1;
using Keelson.Api.Policy.V1;

namespace Keelson.Server.Tables.Kinds;

/// <summary>How what bounds and sizes other things is shown.</summary>
internal static class LimitColumns
{
    private const int MetricsShown = 2;
    private const string NotSet = "N/A";

    public static ColumnSet<PodDisruptionBudget> Budgets { get; } = new(
        [Column.Name, Column.Text("Min Available"), Column.Text("Max Unavailable"), Column.Number("Allowed Disruptions"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.MinAvailable?.ToString() ?? NotSet, value.Spec.MaxUnavailable?.ToString() ?? NotSet, value.Status.DisruptionsAllowed,
            Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ResourceQuota> Quotas { get; } = new(
        [Column.Name, Column.Text("Request"), Column.Text("Limit"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, Used(value, isLimit: false), Used(value, isLimit: true), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<LimitRange> Ranges { get; } = new(
        [Column.Name, Column.Date("Created At")],
        (value, _) => TableCells.Of(value.Metadata.Name, value.Metadata.CreationTimestamp.ToString()));

    public static ColumnSet<HorizontalPodAutoscaler> Autoscalers { get; } = new(
        [Column.Name, Column.Text("Reference"), Column.Text("Targets"), Column.Text("MinPods"), Column.Count("MaxPods"), Column.Count("Replicas"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, $"{value.Spec.ScaleTargetRef.Kind}/{value.Spec.ScaleTargetRef.Name}", Targets(value),
            value.Spec.MinReplicas?.ToString(CultureInfo.InvariantCulture) ?? Text.Unset, value.Spec.MaxReplicas, value.Status.CurrentReplicas, Age.Of(value.Metadata.CreationTimestamp, now)));

    private static string Used(ResourceQuota quota, bool isLimit) => string.Join(", ", quota.Status.Hard
        .Where(hard => hard.Key.StartsWith("limits.", StringComparison.Ordinal) == isLimit)
        .OrderBy(hard => hard.Key, StringComparer.Ordinal)
        .Select(hard => $"{hard.Key}: {(quota.Status.Used.TryGetValue(hard.Key, out var used) ? used.ToString() : "0")}/{hard.Value}"));

    private static string Targets(HorizontalPodAutoscaler value)
    {
        if (value.Spec.Metrics.IsEmpty) return Text.None;
        var measured = value.Status.CurrentMetrics;
        return Text.Few([.. value.Spec.Metrics.Select((metric, i) => Target(metric, i < measured.Count ? measured[i] : MetricStatus.Empty))], MetricsShown, ", ");
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
