using System.Diagnostics;

namespace Keelson.Storage.Tests.Faults;

/// <summary>A process of its own that uses a store, until it is killed.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private WorkerProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public static WorkerProcess Start(params string[] arguments) => StartIn(null, arguments);

    /// <param name="shell">A shell script that ends in starting "$@", for a worker that needs special surroundings.</param>
    public static WorkerProcess StartIn(string? shell, params string[] arguments)
    {
        var assembly = typeof(WorkerProcess).Assembly.Location;
        var start = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardInput = true };
        List<string> command = [Environment.ProcessPath!];
        if (Path.GetFileNameWithoutExtension(command[0]) == "dotnet") command.Add(assembly);
        command.AddRange([StoreWorker.Argument, .. arguments]);
        if (shell is not null) command.InsertRange(0, ["/bin/sh", "-c", shell, "sh"]);
        start.FileName = command[0];
        foreach (var argument in command.Skip(1)) start.ArgumentList.Add(argument);
        return new WorkerProcess(Process.Start(start)!);
    }

    /// <summary>The next line that the worker says; null at its end.</summary>
    public async Task<string?> ReadAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        return await _process.StandardOutput.ReadLineAsync(deadline.Token);
    }

    public async Task TellAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Kills the process as hard as there is, and says what else it had said.</summary>
    public async Task<List<string>> KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        var rest = new List<string>();
        while (await ReadAsync() is { } line) rest.Add(line);
        await _process.WaitForExitAsync();
        return rest;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }
}
