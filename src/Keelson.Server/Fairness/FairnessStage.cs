using Keelson.Server.Http;
using Keelson.Server.Verbs;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Fairness;

/// <summary>Lets a request pass when it is its turn, and refuses what is too much.</summary>
internal sealed class FairnessStage(FlowControl control, ServerContext server) : IStage
{
    private const int RetryAfterSeconds = 1;

    /// <summary>How long a request waits for its turn; default 15 seconds, a quarter of what upstream gives a request.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(15);

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var facts = RequestFacts.Of(http);
        var info = facts.Info;

        // What goes on to a node lasts as long as its client wants, and takes nothing from anybody.
        if (info.IsRelayed)
        {
            await next(http).ConfigureAwait(false);
            return;
        }

        var flow = control.Find(facts.User, info);
        Tell(http, flow);
        var arrived = server.Time.GetTimestamp();
        var taking = control.Ledger.TakeAsync(flow.Level, NumberOf(flow), WidthOf(http, info), MaxWait, http.RequestAborted);
        var waits = !taking.IsCompleted;
        var (refusal, seats) = await taking.ConfigureAwait(false);
        if (seats is null)
        {
            control.Metrics.Rejected(flow, refusal);
            throw refusal == SeatLedger.Refusal.Cancelled ? new OperationCanceledException(http.RequestAborted) : Failures.TooManyRequests("Too many requests, please try again later.", RetryAfterSeconds);
        }

        control.Metrics.Dispatched(flow, waits ? server.Time.GetElapsedTime(arrived) : TimeSpan.Zero);
        try
        {
            // A watch has its seats as long as it is sent what is there already.
            if (info.Verb == "watch") http.Features.Set(seats);
            await next(http).ConfigureAwait(false);
        }
        finally
        {
            seats.Release();
        }
    }

    private static void Tell(HttpContext http, Flow flow)
    {
        http.Response.Headers["X-Kubernetes-PF-FlowSchema-UID"] = flow.Schema.Metadata.Uid;
        http.Response.Headers["X-Kubernetes-PF-PriorityLevel-UID"] = flow.Level.Uid;
    }

    // A long list is as much work as several requests.
    private int WidthOf(HttpContext http, RequestInfo info)
    {
        if (info.Verb is not ("list" or "watch") || info.Name.Length > 0 || server.Registry.Find(info.Group, info.Version, info.Resource) is not { IsStored: true } resource) return 1;
        var count = server.Feed.CacheOf(resource).State.Index.Count;
        if (info.Verb == "watch" && http.Request.Query["resourceVersion"].ToString() is not ("" or "0") && http.Request.Query["sendInitialEvents"] != "true") return 1;
        if (int.TryParse(http.Request.Query["limit"], out var limit) && limit > 0) count = Math.Min(count, limit);
        return Math.Clamp((count + ObjectsPerSeat - 1) / ObjectsPerSeat, 1, MaxSeats);
    }

    /// <summary>How many objects of a list are as much as one request, and the most seats it takes; default 100 and 10, as upstream.</summary>
    private const int ObjectsPerSeat = 100;

    private const int MaxSeats = 10;

    private static ulong NumberOf(Flow flow)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in flow.Schema.Metadata.Name) hash = (hash ^ letter) * 1099511628211UL;
        hash = (hash ^ ',') * 1099511628211UL;
        foreach (var letter in flow.Key) hash = (hash ^ letter) * 1099511628211UL;
        return hash;
    }
}
