using Keelson.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Audit;

/// <summary>Writes down how a request ended. It stands around whatever may answer it, failures too.</summary>
internal sealed class AuditEndStage(Auditor auditor, TimeProvider time) : IStage
{
    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var received = time.GetUtcNow();
        http.Features.Set(new AuditArrival(received));
        try
        {
            await next(http).ConfigureAwait(false);
        }
        finally
        {
            // One that did not prove who it is never came to where records are opened.
            if (AuditRecord.Of(http) is null && http.Response.StatusCode == StatusCodes.Status401Unauthorized) auditor.Open(http, new(), received);

            // The client may be gone; what it did is written down all the same.
            if (AuditRecord.Of(http) is { } record) await auditor.ReachAsync(record, AuditStage.ResponseComplete, CancellationToken.None).ConfigureAwait(false);
        }
    }
}

/// <summary>When a request came.</summary>
internal sealed record AuditArrival(DateTimeOffset Received);

/// <summary>Opens the record of a request, now that it is known who asks; before it is known whom he asks to be taken for.</summary>
internal sealed class AuditBeginStage(Auditor auditor) : IStage
{
    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var facts = RequestFacts.Of(http);
        var received = http.Features.Get<AuditArrival>()!.Received;
        if (auditor.Open(http, facts.User, received) is { } record)
        {
            if (!await auditor.ReachAsync(record, AuditStage.RequestReceived, http.RequestAborted).ConfigureAwait(false))
            {
                auditor.Metrics.Refused();
                throw Failures.Internal("failed to store audit event");
            }

            if (facts.Info.IsLongRunning) http.Response.OnStarting(async () => await auditor.ReachAsync(record, AuditStage.ResponseStarted, http.RequestAborted).ConfigureAwait(false));
        }

        await next(http).ConfigureAwait(false);
    }
}
