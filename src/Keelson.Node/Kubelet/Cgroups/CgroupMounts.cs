namespace Keelson.Node.Kubelet.Cgroups;

/// <summary>Where the kernel shows control groups.</summary>
/// <param name="Hierarchies">The mount points of version 1, by controller.</param>
/// <param name="All">Every mount point of either version: a runtime may have made groups in each.</param>
/// <param name="Unified">The mount point of version 2 where that one has the controllers; null with version 1.</param>
internal sealed record CgroupMounts(IReadOnlyDictionary<string, string> Hierarchies, IReadOnlyList<string> All, string? Unified)
{
    private const int PointField = 4;

    public static CgroupMounts Read() => File.Exists("/proc/self/mountinfo") ? Parse(File.ReadLines("/proc/self/mountinfo")) : Parse([]);

    public static CgroupMounts Parse(IEnumerable<string> lines)
    {
        var hierarchies = new Dictionary<string, string>(StringComparer.Ordinal);
        var all = new List<string>();
        string? unified = null;
        foreach (var line in lines)
        {
            var halves = line.Split(" - ", 2);
            if (halves.Length < 2) continue;
            var (left, right) = (halves[0].Split(' '), halves[1].Split(' '));
            if (left.Length <= PointField || right.Length < 3 || right[0] is not ("cgroup" or "cgroup2")) continue;
            var point = left[PointField];
            all.Add(point);
            if (right[0] == "cgroup2") unified ??= point;
            else foreach (var controller in right[2].Split(',')) hierarchies.TryAdd(controller, point);
        }

        // With version 1 beside it, version 2 has no controllers left.
        var isFirst = hierarchies.ContainsKey("cpu") || hierarchies.ContainsKey("memory");
        return new CgroupMounts(hierarchies, all, isFirst ? null : unified);
    }
}
