using Keelson.Api.Core.V1;

namespace Keelson.Server.Registry.Strategies;

/// <summary>The quality of service that a pod's requests and limits amount to.</summary>
internal static class PodQuality
{
    public const string Guaranteed = "Guaranteed";
    public const string Burstable = "Burstable";
    public const string BestEffort = "BestEffort";

    private static readonly string[] Counted = ["cpu", "memory"];

    public static string Of(PodSpec spec)
    {
        var any = false;
        var guaranteed = true;
        foreach (var container in spec.InitContainers.AsSpan()) Add(container.Resources, ref any, ref guaranteed);
        foreach (var container in spec.Containers.AsSpan()) Add(container.Resources, ref any, ref guaranteed);
        return !any ? BestEffort : guaranteed ? Guaranteed : Burstable;
    }

    private static void Add(ResourceRequirements resources, ref bool any, ref bool guaranteed)
    {
        foreach (var name in Counted)
        {
            var limited = resources.Limits.TryGetValue(name, out var limit) && !limit.IsZero;
            var requested = resources.Requests.TryGetValue(name, out var request) && !request.IsZero;
            any |= limited || requested;

            // A limit without a request is requested too.
            if (!limited || (requested && request.CompareTo(limit) != 0)) guaranteed = false;
        }
    }
}
