using System.Net;
using System.Net.Sockets;

namespace Keelson.Client.Tests.Streaming;

/// <summary>Two ends of one connection.</summary>
internal static class LoopbackPair
{
    public static async Task<(NetworkStream Near, NetworkStream Far)> CreateAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var near = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await near.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        return (new NetworkStream(near, ownsSocket: true), new NetworkStream(await listener.AcceptSocketAsync(), ownsSocket: true));
    }
}
