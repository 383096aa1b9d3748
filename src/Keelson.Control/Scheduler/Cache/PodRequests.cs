using Keelson.Api.Core.V1;

namespace Keelson.Control.Scheduler.Cache;

/// <summary>What a pod asks for: containers and sidecars together, or more while it starts; then the overhead.</summary>
internal static class PodRequests
{
    /// <summary>What a container counts as, for scores only, that asks for no processor: 100 thousandths.</summary>
    public const long PresumedMilliCpu = 100;

    /// <summary>What a container counts as, for scores only, that asks for no memory: 200 megabytes.</summary>
    public const long PresumedMemory = 200 * 1024 * 1024;

    /// <param name="isPresumed">Whether containers that ask for no processor or memory count as asking for a little.</param>
    public static ResourceAmounts Of(PodSpec spec, bool isPresumed)
    {
        var running = default(ResourceAmounts);
        foreach (var container in spec.Containers) running.Add(Amounts(container, isPresumed));
        var sidecars = default(ResourceAmounts);
        var starting = default(ResourceAmounts);
        foreach (var container in spec.InitContainers)
        {
            var needed = Amounts(container, isPresumed);
            if (container.RestartPolicy == ContainerRestartPolicy.Always)
            {
                running.Add(needed);
                sidecars.Add(needed);
                starting.Raise(sidecars);
                continue;
            }

            needed.Add(sidecars);
            starting.Raise(needed);
        }

        running.Raise(starting);
        if (spec.Resources is { } whole)
        {
            foreach (var (name, amount) in whole.Requests) running.Set(name, name == ResourceName.Cpu ? amount.MilliValue() : amount.Value());
        }

        running.Add(ResourceAmounts.Of(spec.Overhead));
        return running;
    }

    private static ResourceAmounts Amounts(Container container, bool isPresumed)
    {
        var amounts = ResourceAmounts.Of(container.Resources.Requests);
        if (!isPresumed) return amounts;
        if (!container.Resources.Requests.ContainsKey(ResourceName.Cpu)) amounts.MilliCpu = PresumedMilliCpu;
        if (!container.Resources.Requests.ContainsKey(ResourceName.Memory)) amounts.Memory = PresumedMemory;
        return amounts;
    }
}
