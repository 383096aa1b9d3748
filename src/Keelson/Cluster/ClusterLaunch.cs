namespace Keelson.Cluster;

/// <summary>Starts and ends the process of a cluster.</summary>
internal sealed class ClusterLaunch(ClusterFolder folder, TimeProvider time)
{
    /// <summary>The name of the command that is the cluster's process.</summary>
    public const string ServerCommand = "cluster-server";

    /// <summary>How long the process may take to end before it is killed.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan PollStep = TimeSpan.FromMilliseconds(20);
    private const int LogEnd = 4000;
    private const long LeastSpace = 64 * 1024;

    /// <summary>Starts the cluster in a process of its own and returns when it is ready.</summary>
    public async Task<ClusterState> StartAsync(Action<string> report, CancellationToken cancel)
    {
        File.Delete(folder.State);
        using var process = DetachedProcess.Start([.. DetachedProcess.Self, ServerCommand, "--data-dir", folder.Path], folder.Log);
        var reported = 0;
        try
        {
            while (true)
            {
                // Asked first: what it wrote before its end is read after it.
                var ended = process.HasExited;
                var state = ClusterState.Read(folder);
                for (; reported < (state?.Steps.Count ?? 0); reported++) report(state!.Steps[reported]);
                if (state?.Phase == ClusterPhase.Ready) return state;
                if (state?.Phase == ClusterPhase.Failed) throw new ClusterException(state.Failure ?? "the cluster did not start");
                if (ended && IsDiskFull()) throw new ClusterException($"The disk that holds {folder.Path} is full.");
                if (ended) throw new ClusterException($"the cluster's process ended before it was ready. The end of {folder.Log}:\n{EndOfLog()}");
                await Task.Delay(PollStep, time, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            await DetachedProcess.EndAsync(process.Id, EndLimit, time, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Runs the cluster in this process until it is cancelled.</summary>
    public async Task RunHereAsync(ClusterSettings settings, TextWriter output, Action ready, CancellationToken cancel)
    {
        var greeted = false;
        var progress = new ClusterProgress(folder, time, Tell);
        await RunAsync(settings, progress, new ClusterLog(output, time), cancel);
        await output.WriteLineAsync($"Stopped. The data stays in {folder.Path}.");

        void Tell(ClusterState state, string? step)
        {
            if (step is not null) output.WriteLine("  " + step);
            if (state.Phase != ClusterPhase.Ready || greeted) return;
            greeted = true;
            ready();
            output.Write(Commands.Up.UpCommand.Greeting(folder, settings, state));
            output.WriteLine("Ctrl-C stops it.");
            output.Flush();
        }
    }

    /// <summary>The body of the cluster's process.</summary>
    public async Task RunAsync(ClusterSettings settings, ClusterProgress progress, ClusterLog log, CancellationToken cancel)
    {
        try
        {
            await new ClusterServer(folder, settings, progress, log, time).RunAsync(cancel);
            progress.Enter(ClusterPhase.Stopped);
        }
        catch (Exception failure)
        {
            progress.Fail(Commands.Failures.IsExpected(failure) ? failure.Message : failure.ToString());
            throw;
        }
    }

    /// <summary>Ends the cluster's process, if it runs; whether it did.</summary>
    public async Task<bool> EndAsync(CancellationToken cancel)
    {
        if (!ClusterLock.IsTaken(folder)) return false;
        var state = ClusterState.Read(folder) ?? throw new ClusterException($"A process has the cluster in {folder.Path}, and nothing says which.");
        await DetachedProcess.EndAsync(state.ProcessId, EndLimit, time, cancel);
        return true;
    }

    // On a full disk the process cannot even write down why it ended.
    private bool IsDiskFull()
    {
        try
        {
            return new DriveInfo(folder.Path).AvailableFreeSpace < LeastSpace;
        }
        catch (Exception failure) when (failure is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string EndOfLog()
    {
        if (!File.Exists(folder.Log)) return "(there is no log)";
        using var log = new FileStream(folder.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Position = Math.Max(0, log.Length - LogEnd);
        return new StreamReader(log).ReadToEnd();
    }
}
