namespace Keelson.Api.Core.V1;

public sealed partial record ResourceRequirements
{
    private const int Milli = -3;

    internal ResourceRequirements WithDefaults()
    {
        var (limits, requests) = (Rounded(Limits), Rounded(Requests));
        return limits == Limits && requests == Requests ? this : this with { Limits = limits, Requests = requests };
    }

    /// <summary>The requirements with a request for everything that only a limit is given for.</summary>
    internal ResourceRequirements WithRequestsFromLimits()
    {
        var requests = Requests;
        foreach (var (name, limit) in Limits)
        {
            if (!requests.ContainsKey(name)) requests = requests.With(name, limit);
        }

        return requests.Count == Requests.Count ? this : this with { Requests = requests };
    }

    /// <summary>Amounts of resources are kept in thousandths at the finest.</summary>
    internal static ApiMap<Quantity> Rounded(ApiMap<Quantity> amounts) =>
        amounts.Map(amount => amount.RoundUp(Milli, out var exact) is var rounded && exact ? amount : rounded);
}
