using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Keelson.Node.Runtime.Cri;

/// <summary>Sockets that live in another network namespace than the process.</summary>
/// <remarks>A socket belongs for ever to the namespace of the thread that makes it, whoever uses it later.</remarks>
internal static partial class NamespaceSocket
{
    private const int CloneNewNet = 0x40000000;

    /// <summary>A TCP socket in the namespace that the path names.</summary>
    public static Socket Create(string networkNamespace)
    {
        Socket? socket = null;
        Exception? failure = null;
        // A thread that changed its namespace must not go back to the pool, so it does this one thing and ends.
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle(networkNamespace);
                if (SetNamespace(handle, CloneNewNet) != 0) throw new IOException($"Cannot enter {networkNamespace}: {Marshal.GetLastPInvokeErrorMessage()}");
                socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            }
            catch (Exception error)
            {
                failure = error;
            }
        }, maxStackSize: 256 * 1024) { IsBackground = true };
        thread.Start();
        thread.Join();
        return socket ?? throw new RuntimeException(RuntimeError.Unavailable, failure!.Message, failure);
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle handle, int kind);
}
