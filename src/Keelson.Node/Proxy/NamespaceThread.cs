using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Keelson.Node.Proxy;

/// <summary>Does a thing in another network namespace: sockets and settings belong to that of the thread that makes or opens them.</summary>
internal static partial class NamespaceThread
{
    private const int CloneNewNet = 0x40000000;
    private const int StackBytes = 512 * 1024;

    /// <param name="networkNamespace">Its path; the process's own when null.</param>
    public static T Run<T>(string? networkNamespace, Func<T> work)
    {
        if (networkNamespace is null) return work();
        var result = default(T);
        ExceptionDispatchInfo? failure = null;
        // A thread that changed its namespace must not go back to the pool, so it does this one thing and ends.
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle(networkNamespace);
                if (SetNamespace(handle, CloneNewNet) != 0) throw new ProxyException($"Cannot enter {networkNamespace}: {Marshal.GetLastPInvokeErrorMessage()}");
                result = work();
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
        }, StackBytes) { IsBackground = true };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle handle, int kind);
}
