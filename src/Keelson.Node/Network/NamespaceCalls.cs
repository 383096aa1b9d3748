using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Keelson.Node.Network;

/// <summary>The system calls that network namespaces are made of.</summary>
internal static partial class NamespaceCalls
{
    public const int NewNetwork = 0x40000000;
    public const ulong MountBind = 0x1000;
    public const ulong MountRecursive = 0x4000;
    public const ulong MountShared = 0x100000;
    public const int DetachMount = 2;
    public const int InvalidArgument = 22;

    /// <summary>What a file system of namespaces calls itself.</summary>
    private const long NamespaceFileSystem = 0x6e736673;

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    public static partial int SetNamespace(SafeFileHandle handle, int kind);

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    public static partial int Unshare(int kind);

    [LibraryImport("libc", EntryPoint = "mount", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int Mount(string source, string target, string kind, ulong flags, nint data);

    [LibraryImport("libc", EntryPoint = "umount2", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int Unmount(string target, int flags);

    /// <summary>Whether a path leads to a namespace, and not to the plain file that one was to be mounted on.</summary>
    public static bool IsNamespace(string path)
    {
        // Larger than the structure is anywhere; its first field is the kind.
        Span<byte> answer = stackalloc byte[512];
        return StatFileSystem(path, answer) == 0 && MemoryMarshal.Read<nint>(answer) == NamespaceFileSystem;
    }

    [LibraryImport("libc", EntryPoint = "statfs", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int StatFileSystem(string path, Span<byte> answer);
}
