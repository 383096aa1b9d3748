using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Keelson.Node.Runtime.Containerd;

/// <summary>What the machine has and may: programs, capabilities, mounts, processes.</summary>
internal static partial class Machine
{
    public const int SignalKill = 9;
    public const int SignalTerminate = 15;
    private const int DetachMount = 2;
    private const int CapabilitySysResource = 24;

    private static readonly string[] ProgramDirectories = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>Where a program is; the usual places are looked at even if PATH leaves them out.</summary>
    public static string? TryFindProgram(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(ProgramDirectories)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);

    public static string FindProgram(string name, string package) => TryFindProgram(name)
        ?? throw new RuntimeException(RuntimeError.Unavailable, $"{name} is not installed. On Debian and Ubuntu: apt-get install {package}");

    /// <summary>Whether this process may give its children a better chance than its own when memory runs out.</summary>
    public static bool MayLowerOomScore()
    {
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
        return line is not null
            && ulong.TryParse(line.AsSpan("CapEff:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var capabilities)
            && (capabilities >> CapabilitySysResource & 1) == 1;
    }

    /// <summary>Whether overlay mounts work on the file system of this directory.</summary>
    public static bool OverlayWorks(string directory)
    {
        var probe = Path.Combine(directory, "overlay-probe");
        try
        {
            foreach (var part in new[] { "lower", "upper", "work", "merged" }) Directory.CreateDirectory(Path.Combine(probe, part));
            var merged = Path.Combine(probe, "merged");
            if (Mount("overlay", merged, "overlay", 0, $"lowerdir={probe}/lower,upperdir={probe}/upper,workdir={probe}/work") != 0) return false;
            return Unmount(merged, DetachMount) == 0;
        }
        finally
        {
            if (Directory.Exists(probe)) Directory.Delete(probe, recursive: true);
        }
    }

    /// <summary>Mount points below a directory, the innermost first.</summary>
    public static List<string> MountsBelow(string directory)
    {
        var prefix = directory.TrimEnd('/') + "/";
        var mounts = new List<string>();
        foreach (var line in File.ReadLines("/proc/self/mountinfo"))
        {
            var parts = line.Split(' ');
            if (parts.Length < 5) continue;
            // The kernel writes blanks and the like in octal.
            var point = OctalEscape().Replace(parts[4], match => ((char)Convert.ToInt32(match.Groups[1].Value, 8)).ToString());
            if (point.StartsWith(prefix, StringComparison.Ordinal)) mounts.Add(point);
        }

        mounts.Reverse();
        return mounts;
    }

    /// <summary>Takes away everything that is mounted below a directory.</summary>
    public static void UnmountBelow(string directory)
    {
        // Mounts can lie on each other; each round takes the upper ones.
        for (var round = 0; round < 16; round++)
        {
            var mounts = MountsBelow(directory);
            if (mounts.Count == 0) return;
            foreach (var mount in mounts) _ = Unmount(mount, DetachMount);
        }
    }

    /// <summary>The processes whose command line the condition holds for.</summary>
    public static IEnumerable<int> Processes(Func<string[], bool> condition)
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            if (CommandLine(id) is { Length: > 0 } command && condition(command)) yield return id;
        }
    }

    public static string[] CommandLine(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public static bool IsRunning(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            // The state follows the name, which may hold anything, in parentheses.
            var state = stat[(stat.LastIndexOf(')') + 2)..];
            return state[0] is not ('Z' or 'X');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public static bool Signal(int processId, int signal) => Kill(processId, signal) == 0;

    /// <summary>Removes a directory without looking into it, as cgroups must be, whose files cannot be deleted.</summary>
    public static bool RemoveDirectory(string path) => RemoveDirectoryCall(path) == 0;

    /// <summary>Runs a program to its end and answers with what it wrote; its failure is not one of this method.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancel)
    {
        using var process = new Process { StartInfo = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true } };
        process.Start();
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancel);
            var errors = process.StandardError.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel).ConfigureAwait(false);
            return (process.ExitCode, await output.ConfigureAwait(false) + await errors.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    [GeneratedRegex(@"\\([0-7]{3})")]
    private static partial Regex OctalEscape();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "rmdir", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int RemoveDirectoryCall(string path);

    [LibraryImport("libc", EntryPoint = "mount", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Mount(string source, string target, string kind, ulong flags, string data);

    [LibraryImport("libc", EntryPoint = "umount2", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Unmount(string target, int flags);
}
