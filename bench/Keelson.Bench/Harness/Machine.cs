using System.Globalization;
using System.Runtime.InteropServices;

namespace Keelson.Bench.Harness;

/// <summary>What a reader needs to know of the machine, and nothing that names it.</summary>
internal static class Machine
{
    public static string Describe(string folder)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1L << 30);
        return string.Create(CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores ({Processor()}), {memory} GB of memory, {Disk(folder)}, {RuntimeInformation.OSDescription.Split('#')[0].Trim()}, .NET {Environment.Version}");
    }

    /// <summary>How busy the machine is, with everything that runs on it; a figure for trust in the others.</summary>
    public static string Load()
    {
        const string Info = "/proc/loadavg";
        return File.Exists(Info) ? File.ReadAllText(Info).Split(' ')[0] : "unknown";
    }

    private static string Processor()
    {
        const string Info = "/proc/cpuinfo";
        if (!File.Exists(Info)) return RuntimeInformation.ProcessArchitecture.ToString();
        var line = File.ReadLines(Info).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':') + 1)..].Trim();
    }

    private static string Disk(string folder)
    {
        var drive = DriveInfo.GetDrives()
            .Where(drive => folder.StartsWith(drive.Name, StringComparison.Ordinal))
            .MaxBy(drive => drive.Name.Length);
        return drive is null ? "an unknown disk" : $"a disk with {drive.DriveFormat}";
    }
}
