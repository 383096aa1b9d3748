using System.Net.Security;
using System.Net.Sockets;

namespace Keelson.Client.Streaming;

/// <summary>Ends the writing side of a stream while its reading side goes on, where the stream can do that.</summary>
public static class HalfClose
{
    /// <summary>False where the stream's kind knows no half end.</summary>
    public static async ValueTask<bool> TryAsync(Stream stream, CancellationToken cancel = default)
    {
        switch (stream)
        {
            case ChannelStream channel:
                await channel.CompleteWritesAsync(cancel).ConfigureAwait(false);
                return true;
            case NetworkStream network:
                try
                {
                    network.Socket.Shutdown(SocketShutdown.Send);
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }

            case SslStream tls:
                await tls.ShutdownAsync().WaitAsync(cancel).ConfigureAwait(false);
                return true;
            case IHalfClosable other:
                return await other.TryCompleteWritesAsync(cancel).ConfigureAwait(false);
            default:
                return false;
        }
    }
}

/// <summary>A stream that may end its writing side by itself.</summary>
public interface IHalfClosable
{
    /// <summary>False where it could not, and both directions end together.</summary>
    ValueTask<bool> TryCompleteWritesAsync(CancellationToken cancel = default);
}
