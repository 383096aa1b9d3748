using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Keelson.Cluster;

/// <summary>Processes that outlive the one that starts them, and what to do about them by their numbers.</summary>
internal static partial class DetachedProcess
{
    private const int Terminate = 15;
    private static readonly TimeSpan PollStep = TimeSpan.FromMilliseconds(20);

    /// <summary>The command line that runs this very program.</summary>
    public static IReadOnlyList<string> Self
    {
        get
        {
            var program = Environment.ProcessPath ?? throw new InvalidOperationException("this process does not know its own program");
            var assembly = System.IO.Path.Combine(AppContext.BaseDirectory, "keelson.dll");
            return System.IO.Path.GetFileNameWithoutExtension(program) == "keelson" || !File.Exists(assembly) ? [program] : [DotnetHost(program), assembly];
        }
    }

    // Under a test's runner the process is the runner's; the runtime that it uses lies above the framework's folder.
    private static string DotnetHost(string program)
    {
        if (System.IO.Path.GetFileNameWithoutExtension(program) == "dotnet") return program;
        var beside = System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        return File.Exists(beside) ? beside : "dotnet";
    }

    /// <summary>Starts a command in a session of its own, which writes to a log and reads nothing.</summary>
    /// <remarks>The process that this answers with becomes the command, by its number, too.</remarks>
    public static Process Start(IReadOnlyList<string> command, string log)
    {
        // The log is a file and no pipe, which would break when this process ends.
        if (OperatingSystem.IsWindows()) return Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { CreateNoWindow = true })!;
        List<string> whole = ["-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", log];
        if (OperatingSystem.IsLinux()) whole.Add("setsid");
        return Process.Start(new ProcessStartInfo("/bin/sh", [.. whole, .. command]) { WorkingDirectory = "/" })!;
    }

    public static bool IsRunning(int processId)
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                var stat = File.ReadAllText($"/proc/{processId}/stat");
                // The state follows the name, which may hold anything, in parentheses.
                return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }

        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Whether a number belongs to a process that has this text in its command line, and not to a later one.</summary>
    public static bool IsRunning(int processId, string mark)
    {
        if (!OperatingSystem.IsLinux()) return IsRunning(processId);
        try
        {
            return IsRunning(processId) && File.ReadAllText($"/proc/{processId}/cmdline").Split('\0').Contains(mark);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Asks a process to end, and kills it after the limit; returns when it is gone.</summary>
    public static async Task EndAsync(int processId, TimeSpan limit, TimeProvider time, CancellationToken cancel)
    {
        if (OperatingSystem.IsWindows() || SendSignal(processId, Terminate) != 0)
        {
            KillNow(processId);
            return;
        }

        var started = time.GetTimestamp();
        while (IsRunning(processId))
        {
            if (time.GetElapsedTime(started) > limit) KillNow(processId);
            await Task.Delay(PollStep, time, cancel);
        }
    }

    private static void KillNow(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            process.Kill();
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
