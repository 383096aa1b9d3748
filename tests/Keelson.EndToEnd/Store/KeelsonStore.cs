namespace Keelson.EndToEnd.Store;

/// <summary>"keelson store" as users run it: a process of its own.</summary>
internal sealed class KeelsonStore : IAsyncDisposable
{
    private RunningProcess _process;
    private readonly string[] _arguments;

    private KeelsonStore(RunningProcess process, string[] arguments)
    {
        _process = process;
        _arguments = arguments;
    }

    public string Endpoint { get; private set; } = "";

    public RunningProcess Process => _process;

    /// <summary>Serves a data directory, on a port that the system chooses unless told otherwise.</summary>
    public static async Task<KeelsonStore> ServeAsync(string dataFolder, params string[] options)
    {
        string[] listen = options.Contains("--listen") ? [] : ["--listen", "127.0.0.1:0"];
        string[] arguments = ["store", "serve", "--data-dir", dataFolder, .. listen, .. options];
        var store = new KeelsonStore(Start(arguments), arguments);
        await store.ReadyAsync();
        return store;
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        await using var process = Start(arguments);
        process.EndInput();
        await process.EndAsync();
        return (process.ExitCode, string.Join('\n', process.Output), process.Errors);
    }

    /// <summary>Ends it as a power failure would, and starts it again.</summary>
    public async Task KillAndRestartAsync()
    {
        _process.Kill();
        await _process.DisposeAsync();
        _process = Start(_arguments);
        await ReadyAsync();
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static RunningProcess Start(string[] arguments) =>
        RunningProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "keelson.dll"), .. arguments]);

    private async Task ReadyAsync()
    {
        var lines = await _process.UntilAsync(lines => lines.Any(line => line.StartsWith("ready: ", StringComparison.Ordinal)));
        Endpoint = lines.First(line => line.StartsWith("ready: ", StringComparison.Ordinal)).Split(' ', ',')[3];
    }
}
