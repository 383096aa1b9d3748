using Keelson.Api;
using Keelson.Api.Core.V1;

namespace Keelson.Server.Admission;

/// <summary>What is asked for beside the least, the most and the ratio that a limit allows.</summary>
internal static class LimitCheck
{
    public static void Of(LimitRangeItem limit, ApiMap<Quantity> requests, ApiMap<Quantity> limits, List<string> problems)
    {
        foreach (var (name, least) in limit.Min)
        {
            var head = $"minimum {name} usage per {limit.Type} is {least}";
            if (!requests.TryGetValue(name, out var request)) problems.Add($"{head}.  No request is specified");
            else if (request < least) problems.Add($"{head}, but request is {request}");
            else if (limits.TryGetValue(name, out var most) && most < least) problems.Add($"{head}, but limit is {most}");
        }

        foreach (var (name, most) in limit.Max)
        {
            var head = $"maximum {name} usage per {limit.Type} is {most}";
            if (!limits.TryGetValue(name, out var asked)) problems.Add($"{head}.  No limit is specified");
            else if (asked > most) problems.Add($"{head}, but limit is {asked}");
            else if (requests.TryGetValue(name, out var request) && request > most) problems.Add($"{head}, but request is {request}");
        }

        foreach (var (name, ratio) in limit.MaxLimitRequestRatio) CheckRatio(limit, name, ratio, requests, limits, problems);
    }

    public static void OfClaim(LimitRangeItem limit, PersistentVolumeClaim claim, List<string> problems)
    {
        var requests = claim.Spec.Resources.Requests;
        foreach (var (name, least) in limit.Min)
        {
            var head = $"minimum {name} usage per {limit.Type} is {least}";
            if (!requests.TryGetValue(name, out var request)) problems.Add($"{head}.  No request is specified");
            else if (request < least) problems.Add($"{head}, but request is {request}");
        }

        foreach (var (name, most) in limit.Max)
        {
            var head = $"maximum {name} usage per {limit.Type} is {most}";
            if (!requests.TryGetValue(name, out var request)) problems.Add($"{head}.  No request is specified");
            else if (request > most) problems.Add($"{head}, but request is {request}");
        }
    }

    private static void CheckRatio(LimitRangeItem limit, string name, Quantity ratio, ApiMap<Quantity> requests, ApiMap<Quantity> limits, List<string> problems)
    {
        var head = $"{name} max limit to request ratio per {limit.Type} is {ratio}";
        if (!requests.TryGetValue(name, out var request) || request.IsZero) problems.Add($"{head}, but no request is specified or request is 0");
        else if (!limits.TryGetValue(name, out var most) || most.IsZero) problems.Add($"{head}, but no limit is specified or limit is 0");
        else if (most.ToDouble() / request.ToDouble() is var given && given > ratio.ToDouble())
        {
            problems.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{head}, but provided ratio is {given:F6}"));
        }
    }
}
