using System.Net.Sockets;

namespace Keelson.Server.Nodes;

/// <summary>Opens a connection to a host and port of the cluster.</summary>
public delegate ValueTask<Stream> NodeDialer(string host, int port, CancellationToken cancel);

/// <summary>How the server reaches kubelets, pods and what is behind services.</summary>
public sealed record NodeAccess
{
    /// <summary>Connects; over the machine's own network unless set.</summary>
    public NodeDialer Dial { get; init; } = DialAsync;

    /// <summary>Which of a node's addresses its kubelet is reached by: the first kind that the node has.</summary>
    public IReadOnlyList<string> AddressTypes { get; init; } = ["InternalIP", "ExternalIP", "InternalDNS", "Hostname", "ExternalDNS"];

    /// <summary>Whether a kubelet has to show a certificate of the cluster's authority in its node's address; default true.</summary>
    public bool VerifiesKubelets { get; init; } = true;

    /// <summary>How long a connection may take to come about; default 10 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    private static async ValueTask<Stream> DialAsync(string host, int port, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancel).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
