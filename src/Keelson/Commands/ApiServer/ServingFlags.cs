using System.CommandLine;
using Keelson.Server.Allocation;
using Keelson.Server.Http;
using Keelson.Server.Registry;
using Keelson.Server.Serving;

namespace Keelson.Commands.ApiServer;

/// <summary>The options by which the API server is told what it serves and how, called as upstream calls them.</summary>
internal sealed class ServingFlags
{
    /// <summary>The longest delay before a stop: an hour.</summary>
    private const int MaxDelaySeconds = 3600;

    private readonly Option<int> _delay = new("--shutdown-delay-duration") { Description = "Seconds to serve on after the signal to stop, while /readyz fails already; by default none.", DefaultValueFactory = _ => 0 };
    private readonly Option<string[]> _runtimeConfig = new("--runtime-config") { Description = ClusterOptions.RuntimeConfigDescription };

    private readonly Option<string> _ranges = new("--service-cluster-ip-range")
    {
        Description = "The range of addresses for services; or one of IPv4 and one of IPv6 with a comma between them, the first for services that ask for no family.",
        DefaultValueFactory = _ => ServiceRanges.Default.Addresses.ToString(),
    };

    private readonly Option<int> _reading = new("--max-requests-inflight") { Description = "Requests that change nothing which are worked on at once.", DefaultValueFactory = _ => new RequestLimits().Reading };
    private readonly Option<int> _writing = new("--max-mutating-requests-inflight") { Description = "Requests that change something which are worked on at once.", DefaultValueFactory = _ => new RequestLimits().Writing };
    private readonly Option<bool> _fairness = new("--enable-priority-and-fairness") { Description = "Share both limits out by flow schemas and priority levels.", DefaultValueFactory = _ => true };
    private readonly Option<double> _goaway = new("--goaway-chance") { Description = "Which part of the requests over HTTP/2 asks its client to come back over another connection, from 0 to 0.02; by default none.", DefaultValueFactory = _ => 0 };
    private readonly AuditFlags _audit = new();

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _delay, _runtimeConfig, _ranges, _reading, _writing, _fairness, _goaway }) command.Add(option);
        _audit.AddTo(command);
    }

    /// <summary>What was asked for, as a change to the options of a server.</summary>
    public Func<ApiServerOptions, ApiServerOptions> Read(ParseResult arguments)
    {
        var delay = arguments.GetValue(_delay);
        if (delay is < 0 or > MaxDelaySeconds) throw new ArgumentException($"{_delay.Name} has to be from 0 to {MaxDelaySeconds} seconds");
        var (apis, ranges) = (ServedApis.Parse(arguments.GetValue(_runtimeConfig) ?? []), ServiceRanges.Parse(arguments.GetRequiredValue(_ranges)));
        var (limits, audit) = (LimitsIn(arguments), _audit.Read(arguments));
        return options => options with { Apis = apis, ServiceRanges = ranges, Limits = limits, Audit = audit, ShutdownDelay = TimeSpan.FromSeconds(delay) };
    }

    private RequestLimits LimitsIn(ParseResult arguments)
    {
        var goaway = arguments.GetValue(_goaway);
        if (goaway is not (>= 0 and <= RequestLimits.MostGoaways)) throw new ArgumentException("--goaway-chance can not be less than 0 or greater than 0.02");
        var limits = new RequestLimits
        {
            Reading = arguments.GetValue(_reading),
            Writing = arguments.GetValue(_writing),
            PriorityAndFairness = arguments.GetValue(_fairness),
            GoawayChance = goaway,
        };
        if (limits.Reading < 0 || limits.Writing < 0) throw new ArgumentException("a limit of requests can't be less than zero");
        if (limits is { PriorityAndFairness: true, Reading: 0, Writing: 0 }) throw new ArgumentException($"{_reading.Name} and {_writing.Name} leave nothing to share out");
        return limits;
    }
}
