using System.Diagnostics;
using System.Globalization;

namespace Keelson.Storage.Sqlite;

/// <summary>The directory of a store, owned by one process at a time.</summary>
internal sealed class DataDirectory : IDisposable
{
    public const string DatabaseFile = "store.db";
    public const string LogFile = DatabaseFile + "-wal";
    public const string LockFile = "lock";

    /// <summary>Says who holds the lock; a file of its own, because a locked one cannot be read everywhere.</summary>
    public const string OwnerFile = "owner";
    public const string MarkFile = "acknowledged";

    /// <summary>A restore in progress; left behind by one that was interrupted.</summary>
    public const string PartialFile = "restoring.db";

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    public string Database => System.IO.Path.Combine(Path, DatabaseFile);

    public string Log => System.IO.Path.Combine(Path, LogFile);

    public string Mark => System.IO.Path.Combine(Path, MarkFile);

    public string Partial => System.IO.Path.Combine(Path, PartialFile);

    /// <summary>Creates the directory where it is missing, and takes it; refused where another process has it.</summary>
    public static DataDirectory Take(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            // Only the owner may look: Secrets lie here.
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return new DataDirectory(path, Lock(System.IO.Path.Combine(path, LockFile)));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StoreException(StoreError.Unavailable, $"the data directory {path} cannot be written: {exception.Message}", exception);
        }
        catch (IOException exception)
        {
            throw new StoreException(StoreError.Unavailable, $"the data directory {path} cannot be used: {exception.Message}", exception);
        }
    }

    /// <summary>Whether anything is here besides what taking the directory made.</summary>
    public bool IsEmpty() => !Directory.EnumerateFileSystemEntries(Path).Any(entry => System.IO.Path.GetFileName(entry) is not (LockFile or OwnerFile or PartialFile));

    /// <summary>Creates a file that only its owner may read, unless it is there. SQLite gives the files beside a database the same mode.</summary>
    public static void Create(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        new FileStream(file, options).Dispose();
    }

    /// <summary>The bytes of a file; zero where there is none.</summary>
    public static long Size(string file) => new FileInfo(file) is { Exists: true } info ? info.Length : 0;

    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string file)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (IsSharingViolation(exception))
        {
            var directory = System.IO.Path.GetDirectoryName(file)!;
            throw new StoreException(
                StoreError.Unavailable,
                $"the data directory {directory} is in use by another process{Holder(directory)}; a directory has one owner at a time",
                exception);
        }

        File.WriteAllText(Owner(System.IO.Path.GetDirectoryName(file)!), string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n"));
        return stream;
    }

    private static string Owner(string directory) => System.IO.Path.Combine(directory, OwnerFile);

    // The system's own number: "would block" on Linux and on macOS, the sharing violation on Windows.
    private static bool IsSharingViolation(IOException exception) => exception.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static string Holder(string directory)
    {
        try
        {
            if (!int.TryParse(File.ReadAllText(Owner(directory)), CultureInfo.InvariantCulture, out var id)) return "";
            try
            {
                using var process = Process.GetProcessById(id);
                return string.Create(CultureInfo.InvariantCulture, $" (process {id}, {process.ProcessName})");
            }
            catch (ArgumentException)
            {
                return string.Create(CultureInfo.InvariantCulture, $" (process {id})");
            }
        }
        catch (IOException)
        {
            return "";
        }
    }
}
