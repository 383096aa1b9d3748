using System.Globalization;

namespace Keelson.Node.Kubelet.Serving;

/// <summary>What the machine uses as a whole, as its kernel counts it.</summary>
internal sealed record MachineUsage(double CpuSeconds, long MemoryTotalBytes, long MemoryAvailableBytes)
{
    /// <summary>The kernel counts processor time in hundredths of a second on every machine of today.</summary>
    private const double TicksPerSecond = 100;

    public long WorkingSetBytes => MemoryTotalBytes - MemoryAvailableBytes;

    /// <summary>Null where there is no such kernel to ask.</summary>
    public static MachineUsage? Read()
    {
        try
        {
            var cpu = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);

            // User, nice, system, and then idle and waiting, which are not use; interrupts and steal are.
            var ticks = cpu.Skip(1).Take(8).Select(text => long.Parse(text, CultureInfo.InvariantCulture)).Where((_, index) => index is not (3 or 4)).Sum();
            var memory = File.ReadLines("/proc/meminfo").Take(5).Select(line => line.Split(':', 2)).ToDictionary(line => line[0], line => Kilobytes(line[1]));
            return new MachineUsage(ticks / TicksPerSecond, memory["MemTotal"], memory["MemAvailable"]);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static long Kilobytes(string text) => long.Parse(text.AsSpan().Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) * 1024;
}
