namespace Keelson.Testing;

/// <summary>Whether this process has something to do at this moment, however long a busy machine lets it wait for a processor.</summary>
internal static class WorkUnderWay
{
    private const string Tasks = "/proc/self/task";
    private const int StateLength = 512;

    /// <summary>Work is queued at the thread pool.</summary>
    public static bool IsQueued => ThreadPool.PendingWorkItemCount > 0;

    /// <summary>
    /// A thread besides the one that asks runs, or is ready to run and has no processor. Only Linux tells; elsewhere the answer
    /// is no, and callers that look several times in a row are as good as they were without it.
    /// </summary>
    public static bool HasThreads()
    {
        if (!OperatingSystem.IsLinux()) return false;
        var ready = 0;
        Span<byte> text = stackalloc byte[StateLength];
        foreach (var task in Directory.EnumerateDirectories(Tasks))
        {
            if (IsReady(task, text) && ++ready > 1) return true;
        }

        return false;
    }

    private static bool IsReady(string task, Span<byte> text)
    {
        try
        {
            using var file = File.OpenHandle(task + "/stat");
            var read = text[..RandomAccess.Read(file, text, 0)];
            // The state follows the name, which may hold anything, in parentheses.
            var end = read.LastIndexOf((byte)')');
            return end >= 0 && end + 2 < read.Length && read[end + 2] is (byte)'R' or (byte)'D';
        }
        catch (IOException)
        {
            // The thread has ended meanwhile.
            return false;
        }
    }
}
