using System.Collections.Immutable;
using Keelson.Api;
using Keelson.Api.Core.V1;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>What of a container's amounts can change while it runs, and how.</summary>
internal static class ResizeRecipe
{
    private static readonly string[] Resizable = ["cpu", "memory"];

    /// <summary>The amounts as one line that changes when they do.</summary>
    public static string Key(ApiContainer container)
    {
        var parts = Resizable.SelectMany(name => (string[])[Text(container.Resources.Requests, name), Text(container.Resources.Limits, name)]);
        return string.Join(' ', parts);
    }

    /// <summary>Whether what changed between two keys lets the container run on.</summary>
    public static bool NeedsRestart(ApiContainer container, string before)
    {
        var (old, now) = (before.Split(' '), Key(container).Split(' '));
        if (old.Length != now.Length) return false;
        for (var index = 0; index < now.Length; index++)
        {
            var policy = container.ResizePolicy.FirstOrDefault(policy => policy.ResourceName == Resizable[index / 2]);
            if (old[index] != now[index] && policy?.RestartPolicy == "RestartContainer") return true;
        }

        return false;
    }

    /// <summary>The pod with the amounts that it was given, where it may not have those that it asks for yet.</summary>
    public static Pod WithAmounts(Pod pod, ImmutableDictionary<string, ResourceRequirements> given)
    {
        ApiContainer Given(ApiContainer container) => given.TryGetValue(container.Name, out var amounts) ? container with { Resources = amounts } : container;
        return pod with
        {
            Spec = pod.Spec with
            {
                Containers = pod.Spec.Containers.Select(Given).ToApiList(),
                InitContainers = pod.Spec.InitContainers.Select(Given).ToApiList(),
            },
        };
    }

    public static ImmutableDictionary<string, ResourceRequirements> Amounts(Pod pod) =>
        pod.Spec.InitContainers.Concat(pod.Spec.Containers).ToImmutableDictionary(container => container.Name, container => container.Resources, StringComparer.Ordinal);

    /// <summary>Whether a pod asks for other amounts than it was given.</summary>
    public static bool Differs(Pod pod, ImmutableDictionary<string, ResourceRequirements> given) =>
        pod.Spec.InitContainers.Concat(pod.Spec.Containers).Any(container => given.TryGetValue(container.Name, out var amounts) && Key(container) != Key(container with { Resources = amounts }));

    private static string Text(ApiMap<Quantity> amounts, string name) =>
        amounts.TryGetValue(name, out var amount) ? (name == "cpu" ? amount.MilliValue() : amount.Value()).ToString(System.Globalization.CultureInfo.InvariantCulture) : "-";
}
