using Keelson.Api;
using Keelson.Api.Core.V1;

namespace Keelson.Control.Controllers.Quotas;

/// <summary>What a pod asks for or is limited to, over all its containers.</summary>
internal static class PodAmounts
{
    public static Dictionary<string, Quantity> Requests(PodSpec spec) => Sum(spec, container => container.Resources.Requests, spec.Resources?.Requests ?? default);

    public static Dictionary<string, Quantity> Limits(PodSpec spec) => Sum(spec, container => container.Resources.Limits, spec.Resources?.Limits ?? default);

    // Containers run together, those that prepare one after another before them; what stays beside the others counts with both.
    private static Dictionary<string, Quantity> Sum(PodSpec spec, Func<Container, ApiMap<Quantity>> amounts, ApiMap<Quantity> ofPod)
    {
        var together = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        var beside = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        var before = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var container in spec.Containers) Add(together, amounts(container));
        foreach (var container in spec.InitContainers)
        {
            var own = amounts(container);
            if (container.RestartPolicy == "Always")
            {
                Add(together, own);
                Add(beside, own);
                Raise(before, beside);
            }
            else
            {
                var moment = new Dictionary<string, Quantity>(beside, StringComparer.Ordinal);
                Add(moment, own);
                Raise(before, moment);
            }
        }

        Raise(together, before);
        foreach (var (name, amount) in ofPod) together[name] = amount;
        Add(together, spec.Overhead);
        return together;
    }

    private static void Add(Dictionary<string, Quantity> sum, IEnumerable<KeyValuePair<string, Quantity>> amounts)
    {
        foreach (var (name, amount) in amounts) sum[name] = sum.TryGetValue(name, out var known) ? known + amount : amount;
    }

    private static void Raise(Dictionary<string, Quantity> most, Dictionary<string, Quantity> amounts)
    {
        foreach (var (name, amount) in amounts)
        {
            if (!most.TryGetValue(name, out var known) || amount.CompareTo(known) > 0) most[name] = amount;
        }
    }
}
