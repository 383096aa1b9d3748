using System.Collections.Concurrent;
using System.Text;
using Keelson.Server.Http;

namespace Keelson.Server.Webhooks;

/// <summary>Counts what webhooks are asked and how they answer, under upstream's names.</summary>
internal sealed class WebhookMetrics
{
    private static readonly double[] Bounds = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25];

    /// <summary>How many webhooks are counted by their names; default 1000. Names that come after are counted as others.</summary>
    private const int MaxNames = 1000;

    private readonly ConcurrentDictionary<(string Name, string Type, string Operation, bool Rejected), Histogram> _durations = new();
    private readonly ConcurrentDictionary<(string Name, string Type, string Operation, int Code, bool Rejected), long> _requests = new();
    private readonly ConcurrentDictionary<(string Name, string Type, string Operation, string Error, int Code), long> _rejections = new();
    private readonly ConcurrentDictionary<(string Name, string Type), long> _open = new();
    private readonly ConcurrentDictionary<string, bool> _names = new();

    public void Asked(string name, string type, string operation, int code, bool rejected, TimeSpan duration)
    {
        name = Known(name);
        _durations.GetOrAdd((name, type, operation, rejected), static _ => new Histogram(Bounds)).Add(duration.TotalSeconds);
        _requests.AddOrUpdate((name, type, operation, code, rejected), 1, static (_, count) => count + 1);
    }

    public void Rejected(string name, string type, string operation, string error, int code) =>
        _rejections.AddOrUpdate((Known(name), type, operation, error, code), 1, static (_, count) => count + 1);

    public void FailedOpen(string name, string type) => _open.AddOrUpdate((Known(name), type), 1, static (_, count) => count + 1);

    /// <summary>Everything in Prometheus' text format.</summary>
    public void Write(StringBuilder text)
    {
        RequestMetrics.Head(text, "apiserver_admission_webhook_admission_duration_seconds", "histogram", "How long webhooks took.");
        foreach (var (key, histogram) in _durations)
        {
            histogram.Write(text, "apiserver_admission_webhook_admission_duration_seconds", $"name=\"{key.Name}\",type=\"{key.Type}\",operation=\"{key.Operation}\",rejected=\"{Text(key.Rejected)}\"");
        }

        RequestMetrics.Head(text, "apiserver_admission_webhook_request_total", "counter", "What webhooks were asked, by the code of the answer.");
        foreach (var (key, count) in _requests)
        {
            RequestMetrics.Line(text, $"apiserver_admission_webhook_request_total{{name=\"{key.Name}\",type=\"{key.Type}\",operation=\"{key.Operation}\",code=\"{key.Code}\",rejected=\"{Text(key.Rejected)}\"}} {count}");
        }

        RequestMetrics.Head(text, "apiserver_admission_webhook_rejection_count", "counter", "Writes that were refused because of a webhook.");
        foreach (var (key, count) in _rejections)
        {
            RequestMetrics.Line(text, $"apiserver_admission_webhook_rejection_count{{name=\"{key.Name}\",type=\"{key.Type}\",operation=\"{key.Operation}\",error_type=\"{key.Error}\",rejection_code=\"{key.Code}\"}} {count}");
        }

        RequestMetrics.Head(text, "apiserver_admission_webhook_fail_open_count", "counter", "Writes that went on although a webhook did not answer.");
        foreach (var (key, count) in _open) RequestMetrics.Line(text, $"apiserver_admission_webhook_fail_open_count{{name=\"{key.Name}\",type=\"{key.Type}\"}} {count}");
    }

    private static string Text(bool value) => value ? "true" : "false";

    // Names come from whoever may write configurations, and must not take memory for good.
    private string Known(string name) => _names.ContainsKey(name) || (_names.Count < MaxNames && _names.TryAdd(name, true)) ? name : "other";
}
