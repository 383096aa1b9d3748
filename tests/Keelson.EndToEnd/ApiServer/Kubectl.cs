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

    /// <summary>
    /// Those that tests use: every kubectl takes a minute, so the oldest and the newest stand for the others unless all is asked for.
    /// Without any there is one without a name.
    /// </summary>
    public static TheoryData<string> Programs => Installed switch
    {
        [] => [""],
        [var oldest, .., var newest] when Environment.GetEnvironmentVariable("KEELSON_TEST_ALL") is not "1" => [oldest, newest],
        var all => [.. all],
    };

    /// <summary>The minor version, as far as the program's name has it; otherwise that of the newest known.</summary>
    public int Minor { get; } = Path.GetExtension(program) is { Length: > 1 } version && int.TryParse(version.AsSpan(1), out var minor) ? minor : int.MaxValue;

    /// <summary>What is in the environment beside a home and the way to the server; the editor is a script.</summary>
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal) { ["KUBE_EDITOR"] = "sed -i s/edited-before/edited-after/" };

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
        foreach (var (name, value) in Variables) start.Environment[name] = value;
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

    /// <summary>Runs a command that has to work and to print a text, wherever.</summary>
    public async Task<string> SaysAsync(string commandLine, string expected, string? input = null)
    {
        var run = await RunAsync(commandLine, input);
        Assert.True(run.Code == 0 && (run.Output + run.Error).Contains(expected, StringComparison.Ordinal), $"{Path.GetFileName(program)} should say '{expected}': {run}");
        return run.Output;
    }

    /// <summary>Runs a command that has to work and to print lines of a form.</summary>
    public async Task ShowsAsync(string commandLine, string pattern, string? input = null)
    {
        var run = await RunAsync(commandLine, input);
        var fits = System.Text.RegularExpressions.Regex.IsMatch(run.Output, pattern, System.Text.RegularExpressions.RegexOptions.Multiline);
        Assert.True(run.Code == 0 && fits, $"{Path.GetFileName(program)} should show '{pattern}': {run}");
    }

    /// <summary>Runs a command that has to fail and to say why.</summary>
    public async Task FailsAsync(string commandLine, string why, string? input = null)
    {
        var run = await RunAsync(commandLine, input);
        Assert.True(run.Code != 0 && (run.Output + run.Error).Contains(why, StringComparison.Ordinal), $"{Path.GetFileName(program)} should fail and say '{why}': {run}");
    }

    /// <summary>Repeats a command until it prints a text, for what the cluster does in its own time.</summary>
    public async Task SaysInTimeAsync(string commandLine, string expected)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            var run = await RunAsync(commandLine);
            if (run.Code == 0 && run.Output.Contains(expected, StringComparison.Ordinal)) return;
            Assert.True(patience.Elapsed < Limit, $"{Path.GetFileName(program)} should say '{expected}' in {Limit}: {run}");
        }
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
