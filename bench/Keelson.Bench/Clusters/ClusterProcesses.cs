using System.Globalization;

namespace Keelson.Bench.Clusters;

/// <summary>The processes of a cluster at one moment: its own, and the shims with what runs in containers.</summary>
internal sealed class ClusterProcesses
{
    private const double TicksPerSecond = 100;

    private readonly Dictionary<int, string> _kinds = [];

    /// <summary>Memory in MB by kind, each process with its part of what it shares.</summary>
    public IReadOnlyDictionary<string, double> Memory => _kinds.GroupBy(entry => entry.Value, entry => Share(entry.Key)).ToDictionary(group => group.Key, group => group.Sum());

    /// <summary>Seconds of processor that all but what runs in containers have used so far.</summary>
    public double ProcessorSeconds => _kinds.Where(entry => entry.Value != "containers").Sum(entry => Used(entry.Key));

    public static ClusterProcesses Of(string folder)
    {
        var found = new ClusterProcesses();
        var parents = new Dictionary<int, int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            var command = Read(Path.Combine(directory, "cmdline"));
            if (Stat(id) is [_, var parent, ..]) parents[id] = int.Parse(parent, CultureInfo.InvariantCulture);
            if (!command.Contains(folder, StringComparison.Ordinal) || id == Environment.ProcessId) continue;
            if (command.Contains("cluster-server", StringComparison.Ordinal)) found._kinds[id] = "server";
            else if (command.Contains("node-agent", StringComparison.Ordinal)) found._kinds[id] = "node agent";
            else if (command.Contains("containerd-shim", StringComparison.Ordinal)) found._kinds[id] = "shims";
            else if (command.StartsWith("containerd", StringComparison.Ordinal) || command.Contains("/containerd\0", StringComparison.Ordinal)) found._kinds[id] = "containerd";
        }

        foreach (var id in parents.Keys.Where(id => !found._kinds.ContainsKey(id) && IsBelowShim(id)).ToList()) found._kinds[id] = "containers";
        return found;

        bool IsBelowShim(int id)
        {
            while (parents.TryGetValue(id, out var parent) && parent > 1)
            {
                if (found._kinds.TryGetValue(parent, out var kind) && kind == "shims") return true;
                id = parent;
            }

            return false;
        }
    }

    private static double Share(int id)
    {
        var line = Read($"/proc/{id}/smaps_rollup").Split('\n').FirstOrDefault(line => line.StartsWith("Pss:", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[4..].Trim().Split(' ')[0], CultureInfo.InvariantCulture) / 1024;
    }

    private static double Used(int id) => Stat(id) is { Length: > 12 } stat
        ? (double.Parse(stat[11], CultureInfo.InvariantCulture) + double.Parse(stat[12], CultureInfo.InvariantCulture)) / TicksPerSecond
        : 0;

    // From the state on: the name before it may hold anything.
    private static string[] Stat(int id)
    {
        var stat = Read($"/proc/{id}/stat");
        return stat.Length == 0 ? [] : stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
