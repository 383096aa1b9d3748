using System.Runtime.InteropServices;

namespace Keelson.Node.Kubelet.Volumes;

/// <summary>What volumes need of the kernel and the platform does not offer: mounts, owners, kinds of files.</summary>
internal static partial class SystemFiles
{
    private const ulong BindMount = 0x1000;
    private const ulong RecursiveMount = 0x4000;
    private const ulong SharedMount = 0x100000;
    private const int NoOwner = -1;
    private const int RelativeToWorkingDirectory = -100;
    private const int StatxSize = 256;
    private const int StatxModeOffset = 28;
    private const uint StatxType = 1;
    private const int KindMask = 0xF000;

    public enum FileKind { Missing = 0, Pipe = 0x1000, CharacterDevice = 0x2000, Directory = 0x4000, BlockDevice = 0x6000, File = 0x8000, Socket = 0xC000 }

    /// <summary>Mounts a file system in memory, once.</summary>
    public static void MountMemory(string folder, long? bytes)
    {
        if (IsMounted(folder)) return;
        var data = bytes is { } limit ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"size={limit}") : "";
        if (Mount("tmpfs", folder, "tmpfs", 0, data) != 0) throw new IOException($"A file system in memory cannot be mounted at {folder}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Makes a folder one in which mounts are passed on, both ways, where what it lies on does not do so already.</summary>
    public static void Share(string folder)
    {
        if (IsShared(folder)) return;
        if (!IsMounted(folder) && Mount(folder, folder, "", BindMount, "") != 0) throw new IOException($"{folder} cannot be mounted onto itself: {Marshal.GetLastPInvokeErrorMessage()}");
        if (Mount("none", folder, "", SharedMount | RecursiveMount, "") != 0) throw new IOException($"{folder} cannot be made shared: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private static bool IsShared(string folder)
    {
        var (longest, shared) = ("", false);
        foreach (var line in File.ReadLines("/proc/self/mountinfo"))
        {
            var fields = line.Split(" - ", 2)[0].Split(' ');
            if (fields.Length < 6) continue;
            var point = fields[4];
            var isAbove = point == "/" || folder == point || folder.StartsWith(point + "/", StringComparison.Ordinal);
            // Of mounts at one place, the last one is on top.
            if (isAbove && point.Length >= longest.Length) (longest, shared) = (point, fields.Skip(6).Any(field => field.StartsWith("shared:", StringComparison.Ordinal)));
        }

        return shared;
    }

    public static bool IsMounted(string folder) => Runtime.Containerd.Machine.MountsBelow(Path.GetDirectoryName(folder)!).Contains(folder);

    /// <summary>Gives a file, folder or link, not what it points to, to a user or a group; null leaves that as it is.</summary>
    public static void Own(string path, long? user, long? group)
    {
        if (user is null && group is null) return;
        if (ChangeOwner(path, (int)(user ?? NoOwner), (int)(group ?? NoOwner)) != 0) throw new IOException($"The owner of {path} cannot be changed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>What is at the path, links followed.</summary>
    public static unsafe FileKind Kind(string path)
    {
        var buffer = stackalloc byte[StatxSize];
        if (Statx(RelativeToWorkingDirectory, path, 0, StatxType, buffer) != 0) return FileKind.Missing;
        return (FileKind)(*(ushort*)(buffer + StatxModeOffset) & KindMask);
    }

    [LibraryImport("libc", EntryPoint = "mount", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Mount(string source, string target, string kind, ulong flags, string data);

    [LibraryImport("libc", EntryPoint = "lchown", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int ChangeOwner(string path, int user, int group);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* buffer);
}
