using System.Net;
using System.Net.Sockets;

namespace Keelson.Node.Network;

/// <summary>Listens in one network namespace and forwards what comes, TCP or UDP, to an address in another.</summary>
public sealed class PortForwarder : IDisposable
{
    private readonly PortForwarderOptions _options;
    private readonly Socket _socket;

    private PortForwarder(PortForwarderOptions options, Socket socket)
    {
        _options = options;
        _socket = socket;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Opens the port; forwarding begins with <see cref="RunAsync"/>.</summary>
    /// <exception cref="SocketException">The port is in use, or the address not one of the namespace's.</exception>
    public static PortForwarder Open(PortForwarderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Protocol == ProtocolType.Tcp) return new PortForwarder(options, options.ListenIn.Listen(options.Listen));
        if (options.Protocol != ProtocolType.Udp) throw new ArgumentException($"{options.Protocol} cannot be forwarded, only TCP and UDP.", nameof(options));
        var socket = options.ListenIn.CreateSocket(SocketType.Dgram, options.Listen.AddressFamily);
        try
        {
            socket.Bind(options.Listen);
            return new PortForwarder(options, socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Forwards until it is cancelled, then closes the port and every connection, and returns when all have ended.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using (_socket)
        {
            try
            {
                if (_options.Protocol == ProtocolType.Udp) await new DatagramForwarding(_options, _socket).RunAsync(cancel).ConfigureAwait(false);
                else await new StreamForwarding(_options, _socket).RunAsync(cancel).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                // That is how it ends.
            }
        }
    }

    public void Dispose() => _socket.Dispose();
}
