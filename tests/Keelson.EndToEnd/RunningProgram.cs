using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Keelson.EndToEnd;

/// <summary>A program that a test runs beside itself: its output line by line, and an end in good time.</summary>
internal sealed partial class RunningProgram : IAsyncDisposable
{
    private const int Interrupt = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>For a script that builds first, which on a busy machine takes minutes where nothing was built before.</summary>
    internal static readonly TimeSpan PatienceForBuilds = TimeSpan.FromMinutes(5);


    private readonly Process _process;
    private readonly BlockingCollection<string> _lines = [];
    private readonly StringBuilder _output = new();
    private readonly Task _reading;

    private RunningProgram(Process process)
    {
        _process = process;
        _reading = ReadAllAsync();
    }

    /// <summary>All that it has said so far, on both streams.</summary>
    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    /// <summary>Starts Keelson as it was built for this suite.</summary>
    public static RunningProgram Keelson(params string[] arguments) =>
        Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "keelson.dll"), .. arguments]);

    public static RunningProgram Start(string program, params string[] arguments) => StartIn("", program, arguments);

    /// <summary>As <see cref="Start"/>, in a folder.</summary>
    public static RunningProgram StartIn(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return new RunningProgram(process);
    }

    /// <summary>Where a program is on the PATH, or null.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>The first line that holds a text, waiting for it to be said.</summary>
    public string WaitForLine(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            foreach (var line in _lines.GetConsumingEnumerable(patience.Token))
            {
                if (line.Contains(text, StringComparison.Ordinal)) return line;
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"It did not say '{text}' in {Patience}, but:\n{Output}");
        }

        throw new InvalidOperationException($"It ended without saying '{text}', but with:\n{Output}");
    }

    /// <summary>Waits for its end; the exit code.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan? within = null)
    {
        var limit = within ?? Patience;
        using var patience = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"It did not end in {limit}, and said:\n{Output}");
        }

        await _reading;
        return _process.ExitCode;
    }

    /// <summary>What Ctrl-C does.</summary>
    public Task<int> InterruptAsync()
    {
        if (SendSignal(_process.Id, Interrupt) != 0) throw new InvalidOperationException("The program is gone.");
        return WaitForExitAsync();
    }

    /// <summary>What a power cut does to a process.</summary>
    public Task<int> KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        return WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _reading;
        _process.Dispose();
        _lines.Dispose();
    }

    private async Task ReadAllAsync()
    {
        await Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
        _lines.CompleteAdding();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_output) _output.AppendLine(line);
            _lines.Add(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
