using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Keelson.Server.Serving.Connections;

/// <summary>Accepts connections for Kestrel, which then speak TLS directly on their socket: nothing is copied in between.</summary>
/// <param name="bind">Makes the socket to listen on.</param>
internal sealed class TlsTransport(TlsTerms terms, Func<EndPoint, Socket> bind) : IConnectionListenerFactory
{
    /// <summary>Connections that may wait to be accepted; default 512, as in Kestrel.</summary>
    private const int Backlog = 512;

    /// <summary>The pause when the process can't have more connections; default 50 milliseconds.</summary>
    private static readonly TimeSpan Full = TimeSpan.FromMilliseconds(50);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            var socket = bind(endpoint);
            socket.Listen(Backlog);
            return new(new Listener(socket, terms));
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(taken.Message, taken);
        }
    }

    private sealed class Listener(Socket socket, TlsTerms terms) : IConnectionListener
    {
        // Where it listens is asked for after it has stopped, too.
        public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                try
                {
                    var accepted = await socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
                    accepted.NoDelay = true;
                    return new TlsConnection(accepted, terms);
                }
                catch (ObjectDisposedException)
                {
                    return null;
                }
                catch (SocketException stopped) when (stopped.SocketErrorCode == SocketError.OperationAborted)
                {
                    return null;
                }
                catch (SocketException full) when (full.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
                {
                    // The client waits until others have gone; asking at once again would only burn time that these need.
                    await Task.Delay(Full, terms.Time, cancellationToken).ConfigureAwait(false);
                }
                catch (SocketException)
                {
                    // The client was gone before it was accepted.
                }
            }
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => DisposeAsync();

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
