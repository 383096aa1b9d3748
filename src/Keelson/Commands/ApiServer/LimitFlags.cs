using System.CommandLine;
using Keelson.Server.Http;

namespace Keelson.Commands.ApiServer;

/// <summary>The options by which the API server is told how much it works on at once, called as upstream calls them.</summary>
internal sealed class LimitFlags
{
    private readonly Option<int> _reading = new("--max-requests-inflight") { Description = "Requests that change nothing which are worked on at once.", DefaultValueFactory = _ => new RequestLimits().Reading };
    private readonly Option<int> _writing = new("--max-mutating-requests-inflight") { Description = "Requests that change something which are worked on at once.", DefaultValueFactory = _ => new RequestLimits().Writing };
    private readonly Option<bool> _fairness = new("--enable-priority-and-fairness") { Description = "Share both limits out by flow schemas and priority levels.", DefaultValueFactory = _ => true };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _reading, _writing, _fairness }) command.Add(option);
    }

    public RequestLimits Read(ParseResult arguments)
    {
        var limits = new RequestLimits { Reading = arguments.GetValue(_reading), Writing = arguments.GetValue(_writing), PriorityAndFairness = arguments.GetValue(_fairness) };
        if (limits.Reading < 0 || limits.Writing < 0) throw new ArgumentException("a limit of requests can't be less than zero");
        if (limits is { PriorityAndFairness: true, Reading: 0, Writing: 0 }) throw new ArgumentException("--max-requests-inflight and --max-mutating-requests-inflight leave nothing to share out");
        return limits;
    }
}
