using System.Text;
using Keelson.Server.Http;

namespace Keelson.Server.Allocation;

/// <summary>Which ports on nodes were given to services and could not be, under upstream's names.</summary>
internal sealed class PortMetrics
{
    private const string Prefix = "kube_apiserver_nodeport_allocator_";

    private readonly long[] _given = new long[2];
    private readonly long[] _refused = new long[2];

    /// <param name="isChosen">Whether the service asked for the port.</param>
    public void Give(bool isChosen) => Interlocked.Increment(ref _given[isChosen ? 1 : 0]);

    public void Refuse(bool isChosen) => Interlocked.Increment(ref _refused[isChosen ? 1 : 0]);

    public void Write(StringBuilder text, int all, int taken)
    {
        WriteCounts(text, "allocation_total", "Ports on nodes that were given to services, by whether they were asked for.", _given);
        WriteCounts(text, "allocation_errors_total", "Ports on nodes that could not be given.", _refused);
        RequestMetrics.Head(text, Prefix + "allocated_ports", "gauge", "Ports on nodes that are taken.");
        RequestMetrics.Line(text, $"{Prefix}allocated_ports {taken}");
        RequestMetrics.Head(text, Prefix + "available_ports", "gauge", "Ports on nodes that are free.");
        RequestMetrics.Line(text, $"{Prefix}available_ports {Math.Max(0, all - taken)}");
    }

    private static void WriteCounts(StringBuilder text, string name, string help, long[] counts)
    {
        RequestMetrics.Head(text, Prefix + name, "counter", help);
        RequestMetrics.Line(text, $"{Prefix}{name}{{scope=\"dynamic\"}} {Interlocked.Read(ref counts[0])}");
        RequestMetrics.Line(text, $"{Prefix}{name}{{scope=\"static\"}} {Interlocked.Read(ref counts[1])}");
    }
}
