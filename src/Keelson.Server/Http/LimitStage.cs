using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>How many requests are worked on at once.</summary>
public sealed record RequestLimits
{
    /// <summary>Requests that change nothing; default 400, as upstream.</summary>
    public int Reading { get; init; } = 400;

    /// <summary>Requests that change something; default 200, as upstream.</summary>
    public int Writing { get; init; } = 200;

    /// <summary>
    /// Whether requests are weighed against each other by flow schemas and priority levels, which share both limits together; default
    /// yes, as upstream. Otherwise each limit holds for whoever comes first.
    /// </summary>
    public bool PriorityAndFairness { get; init; } = true;

    /// <summary>How long a watch waits for its client to take what was sent; default 30 seconds. Then it is cut off.</summary>
    public TimeSpan StalledWatch { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the headers of a request may take; default 32 seconds, as upstream.</summary>
    public TimeSpan Headers { get; init; } = TimeSpan.FromSeconds(32);

    /// <summary>After how much silence a connection is asked whether its other end is still there; default 30 seconds, in whole ones.</summary>
    public TimeSpan PingAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the answer may take, and what was sent may go without being acknowledged; default 20 seconds, in whole ones.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The most that may be asked for of <see cref="GoawayChance"/>, as upstream: one request in fifty.</summary>
    public const double MostGoaways = 0.02;

    /// <summary>How often a client of HTTP/2 is asked to come back over another connection, as a part of its requests; default never, at most 0.02.</summary>
    public double GoawayChance { get; init; }
}

/// <summary>Refuses requests beyond what is worked on at once. What lasts as long as its client wants doesn't count: it waits.</summary>
internal sealed class LimitStage(RequestLimits limits) : IStage
{
    private const int RetryAfterSeconds = 1;

    private int _reading;
    private int _writing;

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var facts = RequestFacts.Of(http);

        // Parts of the same process are not held up by clients that flood it.
        if (facts.Info.IsLongRunning || facts.User.Groups.Contains(Access.KnownUsers.Superusers))
        {
            await next(http).ConfigureAwait(false);
            return;
        }

        var writes = facts.Info.IsMutating;
        var count = writes ? Interlocked.Increment(ref _writing) : Interlocked.Increment(ref _reading);
        try
        {
            if (count > (writes ? limits.Writing : limits.Reading)) throw Failures.TooManyRequests("too many requests, please try again later", RetryAfterSeconds);
            await next(http).ConfigureAwait(false);
        }
        finally
        {
            if (writes) Interlocked.Decrement(ref _writing);
            else Interlocked.Decrement(ref _reading);
        }
    }
}
