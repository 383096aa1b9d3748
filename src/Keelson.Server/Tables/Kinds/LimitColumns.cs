using System.Globalization;
using Keelson.Api.Autoscaling.V2;
using Keelson.Api.Core.V1;
using Keelson.Api.Policy.V1;

namespace Keelson.Server.Tables.Kinds;

/// <summary>How what bounds and sizes other things is shown.</summary>
internal static class LimitColumns
{
    private const int MetricsShown = 2;
    private const string NotSet = "N/A";
    private const string Unknown = "<unknown>";

    public static ColumnSet<PodDisruptionBudget> Budgets { get; } = new(
        [Column.Name, Column.Text("Min Available"), Column.Text("Max Unavailable"), Column.Number("Allowed Disruptions"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.MinAvailable?.ToString() ?? NotSet, value.Spec.MaxUnavailable?.ToString() ?? NotSet, value.Status.DisruptionsAllowed,
            Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ResourceQuota> Quotas { get; } = new(
        [Column.Name, Column.Text("Request"), Column.Text("Limit"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, Used(value, limits: false), Used(value, limits: true), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<LimitRange> Ranges { get; } = new(
        [Column.Name, Column.Text("Created At")],
        (value, _) => TableCells.Of(value.Metadata.Name, value.Metadata.CreationTimestamp.ToString()));

    public static ColumnSet<HorizontalPodAutoscaler> Autoscalers { get; } = new(
        [Column.Name, Column.Text("Reference"), Column.Text("Targets"), Column.Text("MinPods"), Column.Text("MaxPods"), Column.Text("Replicas"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, $"{value.Spec.ScaleTargetRef.Kind}/{value.Spec.ScaleTargetRef.Name}", Targets(value),
            value.Spec.MinReplicas?.ToString(CultureInfo.InvariantCulture) ?? Text.Unset, value.Spec.MaxReplicas, value.Status.CurrentReplicas, Age.Of(value.Metadata.CreationTimestamp, now)));

    private static string Used(ResourceQuota quota, bool limits) => string.Join(", ", quota.Status.Hard
        .Where(hard => hard.Key.StartsWith("limits.", StringComparison.Ordinal) == limits)
        .OrderBy(hard => hard.Key, StringComparer.Ordinal)
        .Select(hard => $"{hard.Key}: {(quota.Status.Used.TryGetValue(hard.Key, out var used) ? used.ToString() : "0")}/{hard.Value}"));

    private static string Targets(HorizontalPodAutoscaler autoscaler)
    {
        var metrics = autoscaler.Spec.Metrics;
        if (metrics.IsEmpty) return Text.None;
        var shown = string.Join(", ", metrics.Take(MetricsShown).Select((metric, index) => Target(metric, index < autoscaler.Status.CurrentMetrics.Count ? autoscaler.Status.CurrentMetrics[index] : null)));
        return metrics.Count > MetricsShown ? string.Create(CultureInfo.InvariantCulture, $"{shown} + {metrics.Count - MetricsShown} more...") : shown;
    }

    private static string Target(MetricSpec metric, MetricStatus? status) => metric.Type switch
    {
        "Resource" => $"{metric.Resource?.Name}: {Pair(metric.Resource?.Target, status?.Resource?.Current)}",
        "ContainerResource" => $"{metric.ContainerResource?.Name}: {Pair(metric.ContainerResource?.Target, status?.ContainerResource?.Current)}",
        "Pods" => Pair(metric.Pods?.Target, status?.Pods?.Current),
        "Object" => Pair(metric.Object?.Target, status?.Object?.Current),
        "External" => Pair(metric.External?.Target, status?.External?.Current),
        _ => "<unknown type>",
    };

    private static string Pair(MetricTarget? target, MetricValueStatus? current)
    {
        if (target?.AverageUtilization is { } percent)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{(current?.AverageUtilization is { } measured ? measured.ToString(CultureInfo.InvariantCulture) + "%" : Unknown)}/{percent}%");
        }

        if (target?.AverageValue is { } average) return $"{current?.AverageValue?.ToString() ?? Unknown}/{average}{(target.Type == "AverageValue" ? "" : " (avg)")}";
        return $"{current?.Value?.ToString() ?? Unknown}/{target?.Value?.ToString() ?? "<auto>"}";
    }
}
