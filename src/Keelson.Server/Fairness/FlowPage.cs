using System.Globalization;
using System.Text;
using Keelson.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Fairness;

/// <summary>What each priority level does now, for whoever wants to know why he waits: /debug/api_priority_and_fairness/dump_priority_levels.</summary>
internal sealed class FlowPage(FlowControl control) : IPage
{
    private const string Path = "/debug/api_priority_and_fairness/dump_priority_levels";

    public async ValueTask<bool> TryAnswerAsync(HttpContext http, RequestInfo info)
    {
        if (info.Path != Path) return false;
        var text = new StringBuilder("PriorityLevelName, IsIdle, WaitingRequests, ExecutingRequests, NominalSeats, SeatsInUse, LendableSeats, BorrowableSeats\n");
        foreach (var level in control.Ledger.Look().OrderBy(level => level.Name, StringComparer.Ordinal))
        {
            var borrowable = level.IsExempt ? "<none>" : level.Borrowable?.ToString(CultureInfo.InvariantCulture) ?? "<all>";
            text.Append(CultureInfo.InvariantCulture, $"{level.Name}, {(level is { InUse: 0, Waiting: 0 } ? "true" : "false")}, {level.Waiting}, {level.Executing}, {level.Nominal}, {level.InUse}, {level.Lendable}, {borrowable}\n");
        }

        await Answers.BytesAsync(http, 200, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text.ToString())).ConfigureAwait(false);
        return true;
    }
}
