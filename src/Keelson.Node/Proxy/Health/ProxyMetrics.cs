using System.Globalization;
using System.Text;

namespace Keelson.Node.Proxy.Health;

/// <summary>What the proxy measures about itself, under upstream's names.</summary>
internal sealed class ProxyMetrics
{
    private readonly Lock _gate = new();
    private readonly Histogram _all = new();
    private readonly Histogram _full = new();
    private readonly Histogram _partial = new();
    private long _failures;
    private long _staleFlows;
    private long _serviceChanges;
    private long _endpointChanges;
    private long _pendingServices;
    private long _pendingEndpoints;
    private double _lastSync;
    private double _lastQueued;

    public void Queued(bool isService, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (isService) (_serviceChanges, _pendingServices) = (_serviceChanges + 1, _pendingServices + 1);
            else (_endpointChanges, _pendingEndpoints) = (_endpointChanges + 1, _pendingEndpoints + 1);
            _lastQueued = Seconds(now);
        }
    }

    /// <summary>Notes that what was queued so far is being taken up.</summary>
    public void Taken()
    {
        lock (_gate) _pendingServices = _pendingEndpoints = 0;
    }

    public void Synced(TimeSpan duration, bool isFull, DateTimeOffset now)
    {
        lock (_gate)
        {
            _all.Add(duration.TotalSeconds);
            (isFull ? _full : _partial).Add(duration.TotalSeconds);
            _lastSync = Seconds(now);
        }
    }

    public void Failed()
    {
        lock (_gate) _failures++;
    }

    public void DeletedFlows(int count)
    {
        lock (_gate) _staleFlows += count;
    }

    /// <summary>In the text form of Prometheus.</summary>
    public string Write()
    {
        lock (_gate)
        {
            var text = new StringBuilder();
            _all.Write(text, "kubeproxy_sync_proxy_rules_duration_seconds", "How long one run took that brought the rules up to date.");
            _full.Write(text, "kubeproxy_sync_full_proxy_rules_duration_seconds", "How long one run took that wrote all rules anew.");
            _partial.Write(text, "kubeproxy_sync_partial_proxy_rules_duration_seconds", "How long one run took that wrote what had changed.");
            Number("kubeproxy_sync_proxy_rules_last_timestamp_seconds", "gauge", "When the rules were last brought up to date.", _lastSync);
            Number("kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds", "gauge", "When a change was last noticed.", _lastQueued);
            Number("kubeproxy_sync_proxy_rules_service_changes_total", "counter", "Changes of services so far.", _serviceChanges);
            Number("kubeproxy_sync_proxy_rules_service_changes_pending", "gauge", "Changes of services that wait.", _pendingServices);
            Number("kubeproxy_sync_proxy_rules_endpoint_changes_total", "counter", "Changes of endpoints so far.", _endpointChanges);
            Number("kubeproxy_sync_proxy_rules_endpoint_changes_pending", "gauge", "Changes of endpoints that wait.", _pendingEndpoints);
            Number("kubeproxy_sync_proxy_rules_nftables_sync_failures_total", "counter", "Runs that the kernel refused.", _failures);
            Number("kubeproxy_conntrack_reconciler_deleted_entries_total", "counter", "Stale flows that were deleted.", _staleFlows);
            return text.ToString();

            void Number(string name, string kind, string help, double value) =>
                text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n");
        }
    }

    private static double Seconds(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds() / 1000.0;

    private sealed class Histogram
    {
        // One millisecond, doubled again and again, as upstream has it.
        private static readonly double[] Bounds = [.. Enumerable.Range(0, 15).Select(static power => 0.001 * Math.Pow(2, power))];

        private readonly long[] _counts = new long[Bounds.Length + 1];
        private double _sum;

        public void Add(double value)
        {
            var bucket = 0;
            while (bucket < Bounds.Length && value > Bounds[bucket]) bucket++;
            _counts[bucket]++;
            _sum += value;
        }

        public void Write(StringBuilder text, string name, string help)
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} histogram\n");
            var total = 0L;
            for (var bucket = 0; bucket < _counts.Length; bucket++)
            {
                total += _counts[bucket];
                var bound = bucket < Bounds.Length ? Bounds[bucket].ToString(CultureInfo.InvariantCulture) : "+Inf";
                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{le=\"{bound}\"}} {total}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"{name}_sum {_sum}\n{name}_count {total}\n");
        }
    }
}
