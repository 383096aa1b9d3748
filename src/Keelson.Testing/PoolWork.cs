namespace Keelson.Testing;

/// <summary>Whether the thread pool seems to have nothing to do.</summary>
/// <remarks>
/// A worker that has work but gets no processor, because the machine is busy or because it waits for code to be
/// compiled, looks idle to the runtime. Linux knows better: its thread is runnable. Elsewhere the queue has to do.
/// </remarks>
internal static class PoolWork
{
    private const string Threads = "/proc/self/task";
    private const string WorkerName = "(.NET TP Worker)";

    public static bool IsAtRest() => ThreadPool.PendingWorkItemCount == 0 && RunnableWorkers() <= 1;

    // Whoever asks is one of them.
    private static int RunnableWorkers()
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists(Threads)) return 0;
        return Directory.EnumerateDirectories(Threads).Count(IsRunnableWorker);
    }

    private static bool IsRunnableWorker(string thread)
    {
        try
        {
            // "123 (name) S ...": runnable is R, waiting for the disk is D.
            var state = File.ReadAllText(Path.Combine(thread, "stat"));
            var name = state.IndexOf(WorkerName, StringComparison.Ordinal);
            return name >= 0 && state[name + WorkerName.Length + 1] is 'R' or 'D';
        }
        catch (IOException)
        {
            // It ended while it was looked at.
            return false;
        }
    }
}
