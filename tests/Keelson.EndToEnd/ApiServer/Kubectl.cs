using System.Diagnostics;
using Keelson.EndToEnd.Store;

namespace Keelson.EndToEnd.ApiServer;

/// <summary>Runs a real kubectl with a home of its own.</summary>
internal sealed class Kubectl(string program, TemporaryFolder home, string kubeconfig)
{
    public const string WhyNot = "No kubectl is installed on this machine.";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Every version of kubectl that lies beside the one on the path, from the oldest on; that one alone if there are none.</summary>
    public static IReadOnlyList<string> Installed { get; } = Find();

    public void WriteFile(string name, string content) => File.WriteAllText(home[name], content);

    public string ReadFile(string name) => File.ReadAllText(home[name]);

    /// <summary>Starts a command line that goes on until it is disposed.</summary>
    public RunningProgram Start(string commandLine) => RunningProgram.StartIn(home[""], program, [$"--kubeconfig={kubeconfig}", .. Split(commandLine)]);

    /// <summary>Runs a command line on a terminal of its own, on which somebody types the input.</summary>
    public Task<Run> RunOnTerminalAsync(string commandLine, string input)
    {
        var words = string.Join(' ', Split(commandLine).Prepend(program).Select(word => $"'{word}'"));
        return RunAsync("script", ["-qec", words, "/dev/null"], commandLine, input);
    }

    /// <summary>Runs a command line; its words are separated by blanks, unless quoted by apostrophes.</summary>
    public Task<Run> RunAsync(string commandLine, string? input = null) => RunAsync(program, Split(commandLine), commandLine, input);

    private async Task<Run> RunAsync(string executable, IEnumerable<string> words, string commandLine, string? input)
    {
        var start = new ProcessStartInfo(executable, words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = home[""] };
        start.Environment["HOME"] = home[""];
        start.Environment["KUBECONFIG"] = kubeconfig;
        start.Environment["KUBE_EDITOR"] = "sed -i s/edited-before/edited-after/";
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{executable} does not start");
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            return new Run(commandLine, process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Runs a command that has to work, and returns what it printed.</summary>
    public async Task<string> DoAsync(string commandLine, string? input = null)
    {
        var run = await RunAsync(commandLine, input);
        Assert.True(run.Code == 0, $"{Path.GetFileName(program)} {run}");
        return run.Output;
    }

    private static string[] Find()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "kubectl")).FirstOrDefault(File.Exists);
        if (onPath is null) return [];
        var real = File.ResolveLinkTarget(onPath, returnFinalTarget: true)?.FullName ?? onPath;
        var beside = Directory.GetFiles(Path.GetDirectoryName(real)!, "kubectl.*").Where(file => Path.GetFileName(file) is { Length: > 8 } name && Version.TryParse(name.AsSpan(8), out _));
        return [.. beside.Order(StringComparer.Ordinal).DefaultIfEmpty(real)];
    }

    private static IEnumerable<string> Split(string commandLine)
    {
        // Between apostrophes blanks belong to the word.
        var parts = commandLine.Split('\'');
        for (var i = 0; i < parts.Length; i++)
        {
            if (i % 2 == 1) yield return parts[i];
            else foreach (var word in parts[i].Split(' ', StringSplitOptions.RemoveEmptyEntries)) yield return word;
        }
    }
}

/// <summary>How a command ended.</summary>
internal sealed record Run(string CommandLine, int Code, string Output, string Error)
{
    public override string ToString() => $"{CommandLine} ended with {Code}\n{Output}\n{Error}";
}
