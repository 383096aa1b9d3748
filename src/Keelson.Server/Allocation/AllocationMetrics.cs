using System.Collections.Concurrent;
using System.Text;
using Keelson.Api.Names;
using Keelson.Server.Http;

namespace Keelson.Server.Allocation;

/// <summary>What was given to services and what could not be, under upstream's names.</summary>
internal sealed class AllocationMetrics
{
    private const string Prefix = "kube_apiserver_clusterip_allocator_";

    /// <summary>Ranges that are counted at most; default 100. Those that come later are counted together, without a name.</summary>
    private const int MaxRanges = 100;

    private readonly ConcurrentDictionary<(string Range, bool IsChosen), long> _given = [];
    private readonly ConcurrentDictionary<(string Range, bool IsChosen), long> _refused = [];

    /// <param name="isChosen">Whether the service asked for the address.</param>
    public void Give(NetworkRange range, bool isChosen) => Count(_given, range.ToString(), isChosen);

    /// <param name="range">Null where the address is in none.</param>
    public void Refuse(NetworkRange? range, bool isChosen) => Count(_refused, range?.ToString() ?? "", isChosen);

    public void Write(StringBuilder text, IReadOnlyList<NetworkRange> ranges, IReadOnlyCollection<NetworkAddress> taken)
    {
        WriteCounts(text, "allocation_total", "Addresses of services that were given, by range and by whether they were asked for.", _given);
        WriteCounts(text, "allocation_errors_total", "Addresses of services that could not be given.", _refused);
        var used = ranges.Select(range => (Range: range, Used: (UInt128)taken.Count(range.Has))).ToList();
        RequestMetrics.Head(text, Prefix + "allocated_ips", "gauge", "Addresses of a range that are taken.");
        foreach (var (range, count) in used) RequestMetrics.Line(text, $"{Prefix}allocated_ips{{cidr=\"{range}\"}} {count}");
        RequestMetrics.Head(text, Prefix + "available_ips", "gauge", "Addresses of a range that are free.");
        foreach (var (range, count) in used) RequestMetrics.Line(text, $"{Prefix}available_ips{{cidr=\"{range}\"}} {(range.Count > count ? range.Count - count : 0)}");
    }

    private static void Count(ConcurrentDictionary<(string, bool), long> counts, string range, bool isChosen)
    {
        var key = (counts.Count < MaxRanges || counts.ContainsKey((range, isChosen)) ? range : "", isChosen);
        counts.AddOrUpdate(key, 1, static (_, count) => count + 1);
    }

    private static void WriteCounts(StringBuilder text, string name, string help, ConcurrentDictionary<(string Range, bool IsChosen), long> counts)
    {
        RequestMetrics.Head(text, Prefix + name, "counter", help);
        foreach (var ((range, isChosen), count) in counts.OrderBy(entry => entry.Key.Range, StringComparer.Ordinal))
        {
            RequestMetrics.Line(text, $"{Prefix}{name}{{cidr=\"{range}\",scope=\"{(isChosen ? "static" : "dynamic")}\"}} {count}");
        }
    }
}
