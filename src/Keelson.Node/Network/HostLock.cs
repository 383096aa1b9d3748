using System.Net.Sockets;

namespace Keelson.Node.Network;

/// <summary>Lets one process at a time change a host's network for its cluster.</summary>
/// <remarks>An abstract socket belongs to a network namespace, has no file that could remain, and is free when its process ends.</remarks>
internal static class HostLock
{
    private const string Name = "\0keelson-host-network";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>How long another may take; 30 seconds.</summary>
    private const int Attempts = 1500;

    public static async Task<IDisposable> TakeAsync(NetworkNamespace host, TimeProvider time, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var socket = host.Run(() => new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));
            try
            {
                socket.Bind(new UnixDomainSocketEndPoint(Name));
                return socket;
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                socket.Dispose();
                if (attempt == Attempts) throw new NetworkException("Another process has been changing the host's network for half a minute.", taken);
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            await Task.Delay(Pause, time, cancel).ConfigureAwait(false);
        }
    }
}
