using Keelson.Api.Authentication.V1;
using Keelson.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Audit;

/// <summary>Writes requests down as the policy wants it.</summary>
internal sealed class Auditor : IAsyncDisposable
{
    private readonly AuditOptions _options;
    private readonly TimeProvider _time;
    private readonly List<AuditSink> _sinks;

    public Auditor(AuditOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _sinks = [.. options.Backends.Select(entry => new AuditSink(entry.Backend, entry.Mode, options, Metrics, time))];
    }

    public AuditMetrics Metrics { get; } = new();

    public void Start() => _sinks.ForEach(sink => sink.Start());

    /// <summary>Opens the record of a request as soon as it is known who asks; there is none if the policy wants none.</summary>
    public AuditRecord? Open(HttpContext http, UserInfo user, DateTimeOffset received)
    {
        var terms = _options.Policy.Decide(user, RequestFacts.Of(http).Info);
        Metrics.Decided(terms.Level);
        if (terms.Level == AuditLevel.None) return null;
        var record = new AuditRecord(http, terms, user, received, _options.MaxObjectBytes);
        http.Features.Set(record);
        return record;
    }

    /// <summary>Writes down that a request has come to a stage.</summary>
    /// <returns>Whether it may go on.</returns>
    public async ValueTask<bool> ReachAsync(AuditRecord record, AuditStage stage, CancellationToken cancel)
    {
        if (record.Terms.OmittedStages.Contains(stage)) return true;
        var written = AuditEvent.Write(record, stage, _time.GetUtcNow());
        Metrics.Written();
        var goesOn = true;
        foreach (var sink in _sinks) goesOn &= await sink.TakeAsync(written, cancel).ConfigureAwait(false);
        return goesOn;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var sink in _sinks) await sink.DisposeAsync().ConfigureAwait(false);
    }
}
