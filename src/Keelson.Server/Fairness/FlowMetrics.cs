using System.Collections.Concurrent;
using System.Text;
using Keelson.Server.Http;

namespace Keelson.Server.Fairness;

/// <summary>Counts what was let in, what waited and what was refused, under upstream's names.</summary>
internal sealed class FlowMetrics
{
    private static readonly double[] Bounds = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];

    private readonly ConcurrentDictionary<(string Level, string Schema), long> _dispatched = new();
    private readonly ConcurrentDictionary<(string Level, string Schema, SeatLedger.Refusal Why), long> _rejected = new();
    private readonly ConcurrentDictionary<(string Level, string Schema), Histogram> _waits = new();

    public void Dispatched(Flow flow, TimeSpan waited)
    {
        var key = (flow.Level.Name, flow.Schema.Metadata.Name);
        _dispatched.AddOrUpdate(key, 1, static (_, count) => count + 1);
        if (waited > TimeSpan.Zero) _waits.GetOrAdd(key, static _ => new Histogram(Bounds)).Add(waited.TotalSeconds);
    }

    public void Rejected(Flow flow, SeatLedger.Refusal why) => _rejected.AddOrUpdate((flow.Level.Name, flow.Schema.Metadata.Name, why), 1, static (_, count) => count + 1);

    /// <summary>What a refusal is called.</summary>
    public static string NameOf(SeatLedger.Refusal why) => why switch
    {
        SeatLedger.Refusal.QueueFull => "queue-full",
        SeatLedger.Refusal.ConcurrencyLimit => "concurrency-limit",
        SeatLedger.Refusal.TimeOut => "time-out",
        _ => "cancelled",
    };

    /// <summary>Everything in Prometheus' text format.</summary>
    public void Write(StringBuilder text, IReadOnlyList<LevelState> levels)
    {
        RequestMetrics.Head(text, "apiserver_flowcontrol_dispatched_requests_total", "counter", "Requests that were given their seats.");
        foreach (var (key, count) in _dispatched) RequestMetrics.Line(text, $"apiserver_flowcontrol_dispatched_requests_total{{flow_schema=\"{key.Schema}\",priority_level=\"{key.Level}\"}} {count}");
        RequestMetrics.Head(text, "apiserver_flowcontrol_rejected_requests_total", "counter", "Requests that were refused, and why.");
        foreach (var (key, count) in _rejected) RequestMetrics.Line(text, $"apiserver_flowcontrol_rejected_requests_total{{flow_schema=\"{key.Schema}\",priority_level=\"{key.Level}\",reason=\"{NameOf(key.Why)}\"}} {count}");
        RequestMetrics.Head(text, "apiserver_flowcontrol_request_wait_duration_seconds", "histogram", "How long requests waited that had to.");
        foreach (var (key, histogram) in _waits) histogram.Write(text, "apiserver_flowcontrol_request_wait_duration_seconds", $"flow_schema=\"{key.Schema}\",priority_level=\"{key.Level}\"");
        Gauge(text, "apiserver_flowcontrol_current_executing_requests", "Requests that are worked on.", levels, level => level.Executing);
        Gauge(text, "apiserver_flowcontrol_current_executing_seats", "Seats that are taken.", levels, level => level.InUse);
        Gauge(text, "apiserver_flowcontrol_current_inqueue_requests", "Requests that wait.", levels, level => level.Waiting);
        Gauge(text, "apiserver_flowcontrol_nominal_limit_seats", "Seats that are a level's own.", levels, level => level.Nominal);
    }

    private static void Gauge(StringBuilder text, string name, string help, IReadOnlyList<LevelState> levels, Func<LevelState, int> value)
    {
        RequestMetrics.Head(text, name, "gauge", help);
        foreach (var level in levels) RequestMetrics.Line(text, $"{name}{{priority_level=\"{level.Name}\"}} {value(level)}");
    }
}
