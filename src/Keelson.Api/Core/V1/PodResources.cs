namespace Keelson.Api.Core.V1;

/// <summary>What the containers of a pod need together: init containers run one after another, those that go on running stay.</summary>
public static class PodResources
{
    public const string HugePagesPrefix = "hugepages-";

    public static bool IsHugePages(string name) => name.StartsWith(HugePagesPrefix, StringComparison.Ordinal);

    /// <summary>The resources that a pod as a whole can ask for.</summary>
    public static bool IsPodLevel(string name) => name is ResourceName.Cpu or ResourceName.Memory || IsHugePages(name);

    /// <summary>Whether more may be asked for than there is; not so for devices and huge pages.</summary>
    public static bool MayOvercommit(string name) => IsNative(name) && !IsHugePages(name);

    public static bool IsNative(string name) =>
        !name.Contains('/', StringComparison.Ordinal) || name.Contains("kubernetes.io/", StringComparison.Ordinal);

    public static ApiMap<Quantity> Requests(PodSpec spec) => Aggregate(spec, container => container.Resources.Requests);

    public static ApiMap<Quantity> Limits(PodSpec spec) => Aggregate(spec, container => container.Resources.Limits);

    private static ApiMap<Quantity> Aggregate(PodSpec spec, Func<Container, ApiMap<Quantity>> amounts)
    {
        var running = new SortedDictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var container in spec.Containers) Add(running, amounts(container));
        var sidecars = new SortedDictionary<string, Quantity>(StringComparer.Ordinal);
        var starting = new SortedDictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var container in spec.InitContainers)
        {
            var needed = amounts(container);
            if (container.RestartPolicy == ContainerRestartPolicy.Always)
            {
                Add(running, needed);
                Add(sidecars, needed);
                Raise(starting, sidecars);
                continue;
            }

            var moment = new SortedDictionary<string, Quantity>(sidecars, StringComparer.Ordinal);
            Add(moment, needed);
            Raise(starting, moment);
        }

        Raise(running, starting);
        return running.ToApiMap();
    }

    private static void Add(SortedDictionary<string, Quantity> sum, ApiMap<Quantity> amounts)
    {
        foreach (var (name, amount) in amounts) sum[name] = sum.TryGetValue(name, out var before) ? before + amount : amount;
    }

    private static void Raise(SortedDictionary<string, Quantity> sum, SortedDictionary<string, Quantity> least)
    {
        foreach (var (name, amount) in least)
        {
            if (!sum.TryGetValue(name, out var before) || amount > before) sum[name] = amount;
        }
    }
}
