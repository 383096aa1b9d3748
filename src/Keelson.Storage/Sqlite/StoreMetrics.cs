using System.Diagnostics.Metrics;

namespace Keelson.Storage.Sqlite;

/// <summary>What the store counts and measures, under the meter "Keelson.Storage".</summary>
internal sealed class StoreMetrics : IDisposable
{
    private readonly Meter _meter = new("Keelson.Storage");
    private readonly Counter<long> _commits;
    private readonly Counter<long> _writes;
    private readonly Counter<long> _refusals;

    /// <param name="gauges">Name, unit, description and source of each value that is looked at when somebody asks.</param>
    public StoreMetrics(params (string Name, string Unit, string Description, Func<long> Read)[] gauges)
    {
        _commits = _meter.CreateCounter<long>("keelson.store.commits", "{commit}", "Commits that were synced to disk");
        _writes = _meter.CreateCounter<long>("keelson.store.writes", "{write}", "Writes that were acknowledged; several share a commit");
        _refusals = _meter.CreateCounter<long>("keelson.store.abandoned", "{write}", "Writes that failed with their whole batch, for want of space or worse");
        foreach (var gauge in gauges) _meter.CreateObservableGauge(gauge.Name, gauge.Read, gauge.Unit, gauge.Description);
    }

    public void Committed(int writes)
    {
        _commits.Add(1);
        _writes.Add(writes);
    }

    public void Abandoned(int writes) => _refusals.Add(writes);

    public void Dispose() => _meter.Dispose();
}
