namespace Keelson.Cluster;

/// <summary>Keeps two processes from running the cluster of one folder. It ends with the process, however that ends.</summary>
internal sealed class ClusterLock : IDisposable
{
    private readonly FileStream _file;

    private ClusterLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or answers null where another process has it.</summary>
    public static ClusterLock? TryTake(ClusterFolder folder)
    {
        try
        {
            return new ClusterLock(new FileStream(folder.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException failure) when (failure is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException) && File.Exists(folder.Lock))
        {
            return null;
        }
    }

    /// <summary>Whether a process runs the cluster of this folder.</summary>
    public static bool IsTaken(ClusterFolder folder)
    {
        if (!File.Exists(folder.Lock)) return false;
        using var taken = TryTake(folder);
        return taken is null;
    }

    public void Dispose() => _file.Dispose();
}
