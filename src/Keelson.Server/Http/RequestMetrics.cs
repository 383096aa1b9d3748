using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Keelson.Server.Http;

/// <summary>Counts requests, under upstream's names.</summary>
internal sealed class RequestMetrics
{
    private static readonly double[] Bounds = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];

    private readonly ConcurrentDictionary<Labels, long> _counts = new();
    private readonly ConcurrentDictionary<Labels, Histogram> _durations = new();
    private readonly ConcurrentDictionary<(string Group, string Version, string Kind), long> _watchEvents = new();
    private long _watches;
    private long _reading;
    private long _writing;

    /// <summary>How many watches are open.</summary>
    public long Watches => Interlocked.Read(ref _watches);

    public void WatchBegins() => Interlocked.Increment(ref _watches);

    public void WatchEnds() => Interlocked.Decrement(ref _watches);

    public void RequestBegins(bool writes) => Interlocked.Increment(ref writes ? ref _writing : ref _reading);

    public void RequestEnds(bool writes) => Interlocked.Decrement(ref writes ? ref _writing : ref _reading);

    /// <summary>Counts events that a watch was sent.</summary>
    public void AddWatchEvents(Api.GroupVersionKind kind, long count) =>
        _watchEvents.AddOrUpdate((kind.Group, kind.Version, kind.Kind), count, (_, before) => before + count);

    /// <summary>Counts a request whose resource is served; names that clients make up are counted as one, so that they take no memory.</summary>
    public void Add(RequestInfo info, bool isServed, int code, TimeSpan duration)
    {
        var labels = isServed
            ? new Labels(info.Verb.ToUpperInvariant(), info.Group, info.Version, info.Resource, 0)
            : new Labels(Known(info.Verb), "", "", "", 0);
        _counts.AddOrUpdate(labels with { Code = code }, 1, static (_, count) => count + 1);
        if (!info.IsLongRunning) _durations.GetOrAdd(labels, static _ => new Histogram(Bounds)).Add(duration.TotalSeconds);
    }

    /// <summary>Everything in Prometheus' text format.</summary>
    public void Write(StringBuilder text)
    {
        Head(text, "apiserver_request_total", "counter", "Requests by verb, resource and code.");
        foreach (var (labels, count) in _counts) Line(text, $"apiserver_request_total{{{labels},code=\"{labels.Code}\"}} {count}");
        Head(text, "apiserver_request_duration_seconds", "histogram", "How long requests took, watches not counted.");
        foreach (var (labels, histogram) in _durations) histogram.Write(text, "apiserver_request_duration_seconds", $"{labels}");
        Head(text, "apiserver_current_inflight_requests", "gauge", "Requests that are worked on, what is long-running not counted.");
        Line(text, $"apiserver_current_inflight_requests{{request_kind=\"mutating\"}} {Interlocked.Read(ref _writing)}");
        Line(text, $"apiserver_current_inflight_requests{{request_kind=\"readOnly\"}} {Interlocked.Read(ref _reading)}");
        Head(text, "apiserver_watch_events_total", "counter", "Events sent to watches.");
        foreach (var (kind, count) in _watchEvents) Line(text, $"apiserver_watch_events_total{{group=\"{kind.Group}\",version=\"{kind.Version}\",kind=\"{kind.Kind}\"}} {count}");
        Head(text, "apiserver_longrunning_requests", "gauge", "Watches, logs and connections that are open.");
        Line(text, $"apiserver_longrunning_requests{{verb=\"WATCH\"}} {Watches}");
    }

    public static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    public static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Known(string verb) => verb is "get" or "head" or "post" or "put" or "patch" or "delete" or "list" or "watch" or "create" or "update" ? verb.ToUpperInvariant() : "OTHER";

    private readonly record struct Labels(string Verb, string Group, string Version, string Resource, int Code)
    {
        public override string ToString() => $"verb=\"{Verb}\",group=\"{Group}\",version=\"{Version}\",resource=\"{Resource}\"";
    }
}
