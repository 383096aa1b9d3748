using System.Collections.Concurrent;
using System.Text;
using Keelson.Server.Http;

namespace Keelson.Server.Audit;

/// <summary>Counts what is written down and what is lost, under upstream's names.</summary>
internal sealed class AuditMetrics
{
    private readonly long[] _levels = new long[Enum.GetValues<AuditLevel>().Length];
    private readonly ConcurrentDictionary<string, long> _lost = new();
    private long _events;
    private long _refused;

    public void Decided(AuditLevel level) => Interlocked.Increment(ref _levels[(int)level]);

    public void Written() => Interlocked.Increment(ref _events);

    public void Refused() => Interlocked.Increment(ref _refused);

    public void Lost(string backend, long count) => _lost.AddOrUpdate(backend, count, (_, before) => before + count);

    /// <summary>Everything in Prometheus' text format.</summary>
    public void Write(StringBuilder text)
    {
        RequestMetrics.Head(text, "apiserver_audit_event_total", "counter", "Events that were given to the backends.");
        RequestMetrics.Line(text, $"apiserver_audit_event_total {Interlocked.Read(ref _events)}");
        RequestMetrics.Head(text, "apiserver_audit_level_total", "counter", "Requests by how much of them the policy has written down.");
        foreach (var level in Enum.GetValues<AuditLevel>()) RequestMetrics.Line(text, $"apiserver_audit_level_total{{level=\"{level}\"}} {Interlocked.Read(ref _levels[(int)level])}");
        RequestMetrics.Head(text, "apiserver_audit_error_total", "counter", "Events that a backend could not write.");
        foreach (var (backend, count) in _lost) RequestMetrics.Line(text, $"apiserver_audit_error_total{{plugin=\"{backend}\"}} {count}");
        RequestMetrics.Head(text, "apiserver_audit_requests_rejected_total", "counter", "Requests that were refused because they could not be written down.");
        RequestMetrics.Line(text, $"apiserver_audit_requests_rejected_total {Interlocked.Read(ref _refused)}");
    }
}
