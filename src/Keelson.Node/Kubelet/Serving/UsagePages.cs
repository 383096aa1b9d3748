using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Keelson.Api.Core.V1;
using Keelson.Node.Runtime;
using Microsoft.AspNetCore.Http;

namespace Keelson.Node.Kubelet.Serving;

/// <summary>Tells what containers, pods and the node use, as the runtime and the kernel count it.</summary>
/// <remarks>What is not measured is left out.</remarks>
internal sealed class UsagePages(KubeletOptions options, IPodDirectory pods)
{
    private const string Prometheus = "text/plain; version=0.0.4; charset=utf-8";

    public async Task SummaryAsync(HttpContext http)
    {
        var all = await UsageAsync(http.RequestAborted).ConfigureAwait(false);
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartObject("node");
            json.WriteString("nodeName", options.NodeName);
            if (MachineUsage.Read() is { } machine)
            {
                var now = options.Time.GetUtcNow();
                WriteCpu(json, now, null, (ulong)(machine.CpuSeconds * 1e9));
                WriteMemory(json, now, (ulong)machine.WorkingSetBytes, null, (ulong)machine.MemoryAvailableBytes, null);
            }

            json.WriteEndObject();
            json.WriteStartArray("pods");
            foreach (var pod in all) WritePod(json, pod);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        await KubeletPages.BytesAsync(http, output.WrittenMemory, "application/json").ConfigureAwait(false);
    }

    public async Task ResourceMetricsAsync(HttpContext http)
    {
        var text = new StringBuilder();
        var all = await UsageAsync(http.RequestAborted).ConfigureAwait(false);
        if (MachineUsage.Read() is { } machine)
        {
            Metric(text, "node_cpu_usage_seconds_total", "counter", "Processor time that the node has used.", [("", machine.CpuSeconds)]);
            Metric(text, "node_memory_working_set_bytes", "gauge", "Memory that the node uses.", [("", machine.WorkingSetBytes)]);
        }

        Metric(text, "container_cpu_usage_seconds_total", "counter", "Processor time that a container has used.", Containers(all, stats => stats.CpuNanoseconds / 1e9));
        Metric(text, "container_memory_working_set_bytes", "gauge", "Memory that a container uses.", Containers(all, stats => stats.MemoryWorkingSetBytes));
        Metric(text, "pod_cpu_usage_seconds_total", "counter", "Processor time that a pod's containers have used.", Pods(all, pod => Sum(pod, stats => stats.CpuNanoseconds) / 1e9));
        Metric(text, "pod_memory_working_set_bytes", "gauge", "Memory that a pod's containers use.", Pods(all, pod => Sum(pod, stats => stats.MemoryWorkingSetBytes)));
        Metric(text, "resource_scrape_error", "gauge", "Whether something of this could not be measured.", [("", 0)]);
        await KubeletPages.TextAsync(http, text.ToString(), Prometheus).ConfigureAwait(false);
    }

    public async Task ContainerMetricsAsync(HttpContext http)
    {
        var text = new StringBuilder();
        var all = await UsageAsync(http.RequestAborted).ConfigureAwait(false);
        Metric(text, "container_cpu_usage_seconds_total", "counter", "Processor time that a container has used.", Containers(all, stats => stats.CpuNanoseconds / 1e9));
        Metric(text, "container_memory_usage_bytes", "gauge", "Memory of a container, caches included.", Containers(all, stats => stats.MemoryUsageBytes));
        Metric(text, "container_memory_working_set_bytes", "gauge", "Memory that a container uses.", Containers(all, stats => stats.MemoryWorkingSetBytes));
        Metric(text, "container_memory_rss", "gauge", "Anonymous memory of a container.", Containers(all, stats => stats.MemoryRssBytes));
        Metric(text, "container_fs_usage_bytes", "gauge", "What a container has written to its own layer.", Containers(all, stats => stats.WritableLayer?.UsedBytes));
        await KubeletPages.TextAsync(http, text.ToString(), Prometheus).ConfigureAwait(false);
    }

    public async Task OwnMetricsAsync(HttpContext http)
    {
        var text = new StringBuilder();
        var containers = await options.Runtime.ListContainersAsync(ContainerFilter.All, http.RequestAborted).ConfigureAwait(false);
        var running = containers.Where(container => container.State == RunState.Running).ToList();
        Metric(text, "kubelet_node_name", "gauge", "The node's name. The count is always 1.", [($"node=\"{options.NodeName}\"", 1)]);
        Metric(text, "kubelet_running_pods", "gauge", "Pods of which a container runs.", [("", running.Select(container => container.SandboxId).Distinct().Count())]);
        Metric(text, "kubelet_running_containers", "gauge", "Containers by their state.", containers.GroupBy(container => container.State)
            .Select(group => ($"container_state=\"{group.Key.ToString().ToLowerInvariant()}\"", (double)group.Count())));
        Metric(text, "process_resident_memory_bytes", "gauge", "Memory of this process.", [("", Environment.WorkingSet)]);
        Metric(text, "process_cpu_seconds_total", "counter", "Processor time of this process.", [("", Environment.CpuUsage.TotalTime.TotalSeconds)]);
        await KubeletPages.TextAsync(http, text.ToString(), Prometheus).ConfigureAwait(false);
    }

    private async Task<List<PodUsage>> UsageAsync(CancellationToken cancel)
    {
        var stats = await options.Runtime.ListContainerStatsAsync(ContainerFilter.All, cancel).ConfigureAwait(false);
        var known = pods.All.ToDictionary(pod => pod.Metadata.Uid, StringComparer.Ordinal);
        return
        [
            .. stats.Where(one => one.Labels.ContainsKey(KubeletLabels.PodUid))
                .GroupBy(one => one.Labels[KubeletLabels.PodUid])
                .Select(group => new PodUsage(
                    group.First().Labels.GetValueOrDefault(KubeletLabels.PodName, ""),
                    group.First().Labels.GetValueOrDefault(KubeletLabels.PodNamespace, ""),
                    group.Key,
                    known.GetValueOrDefault(group.Key),

                    // Of runs that ended before, only the newest of a container counts.
                    [.. group.GroupBy(NameOf).Select(runs => runs.MaxBy(run => run.Attempt)!)])),
        ];
    }

    private static string NameOf(ContainerStats stats) => stats.Labels.GetValueOrDefault(KubeletLabels.ContainerName, stats.Name);

    private static void WritePod(Utf8JsonWriter json, PodUsage usage)
    {
        json.WriteStartObject();
        json.WriteStartObject("podRef");
        json.WriteString("name", usage.Name);
        json.WriteString("namespace", usage.Namespace);
        json.WriteString("uid", usage.Uid);
        json.WriteEndObject();
        if (usage.Pod?.Status.StartTime is { } started) json.WriteString("startTime", started.ToString());
        json.WriteStartArray("containers");
        foreach (var stats in usage.Containers)
        {
            json.WriteStartObject();
            json.WriteString("name", NameOf(stats));
            WriteCpu(json, stats.Time, stats.CpuNanocores, stats.CpuNanoseconds);
            WriteMemory(json, stats.Time, stats.MemoryWorkingSetBytes, stats.MemoryUsageBytes, stats.MemoryAvailableBytes, stats.MemoryRssBytes);
            if (stats.WritableLayer is { } layer)
            {
                json.WriteStartObject("rootfs");
                json.WriteString("time", Moment(layer.Time));
                json.WriteNumber("usedBytes", layer.UsedBytes);
                json.WriteNumber("inodesUsed", layer.UsedInodes);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (usage.Containers.Count > 0)
        {
            var time = usage.Containers.Max(stats => stats.Time);
            WriteCpu(json, time, Sum(usage, stats => stats.CpuNanocores), Sum(usage, stats => stats.CpuNanoseconds));
            WriteMemory(json, time, Sum(usage, stats => stats.MemoryWorkingSetBytes), Sum(usage, stats => stats.MemoryUsageBytes), null, Sum(usage, stats => stats.MemoryRssBytes));
        }

        json.WriteEndObject();
    }

    private static void WriteCpu(Utf8JsonWriter json, DateTimeOffset time, ulong? nanocores, ulong? nanoseconds)
    {
        json.WriteStartObject("cpu");
        json.WriteString("time", Moment(time));
        if (nanocores is { } rate) json.WriteNumber("usageNanoCores", rate);
        if (nanoseconds is { } total) json.WriteNumber("usageCoreNanoSeconds", total);
        json.WriteEndObject();
    }

    private static void WriteMemory(Utf8JsonWriter json, DateTimeOffset time, ulong? workingSet, ulong? usage, ulong? available, ulong? rss)
    {
        json.WriteStartObject("memory");
        json.WriteString("time", Moment(time));
        if (available is { } free) json.WriteNumber("availableBytes", free);
        if (usage is { } all) json.WriteNumber("usageBytes", all);
        if (workingSet is { } needed) json.WriteNumber("workingSetBytes", needed);
        if (rss is { } own) json.WriteNumber("rssBytes", own);
        json.WriteEndObject();
    }

    private static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static ulong? Sum(PodUsage usage, Func<ContainerStats, ulong?> value) =>
        usage.Containers.Any(stats => value(stats) is not null) ? usage.Containers.Aggregate(0UL, (sum, stats) => sum + (value(stats) ?? 0)) : null;

    private static IEnumerable<(string, double)> Containers(IEnumerable<PodUsage> all, Func<ContainerStats, double?> value) =>
        from pod in all
        from stats in pod.Containers
        let measured = value(stats)
        where measured is not null
        select ($"container=\"{NameOf(stats)}\",namespace=\"{pod.Namespace}\",pod=\"{pod.Name}\"", measured.Value);

    private static IEnumerable<(string, double)> Pods(IEnumerable<PodUsage> all, Func<PodUsage, double?> value) =>
        from pod in all
        let measured = value(pod)
        where measured is not null
        select ($"namespace=\"{pod.Namespace}\",pod=\"{pod.Name}\"", measured.Value);

    private static void Metric(StringBuilder text, string name, string type, string help, IEnumerable<(string Labels, double Value)> samples)
    {
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        foreach (var (labels, value) in samples)
        {
            text.Append(name);
            if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
            text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        }
    }

    private sealed record PodUsage(string Name, string Namespace, string Uid, Pod? Pod, IReadOnlyList<ContainerStats> Containers);
}
