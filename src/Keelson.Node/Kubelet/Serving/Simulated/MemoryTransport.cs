using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Keelson.Node.Kubelet.Serving.Simulated;

/// <summary>Connections that stay within the process: no socket, and nobody else can make one.</summary>
internal sealed class MemoryTransport : IConnectionListenerFactory, IConnectionListener
{
    /// <summary>Connections that may wait to be accepted; default 64. One more waits to be made.</summary>
    private const int Backlog = 64;

    private readonly Channel<ConnectionContext> _waiting = Channel.CreateBounded<ConnectionContext>(Backlog);
    private int _count;

    public EndPoint EndPoint { get; private set; } = new IPEndPoint(IPAddress.Loopback, 0);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        EndPoint = endpoint;
        return new(this);
    }

    /// <summary>Makes a connection; what is answered is the asking end.</summary>
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancel)
    {
        var (toServer, toClient) = (new Pipe(), new Pipe());
        var name = $"memory-{Interlocked.Increment(ref _count)}";
        var context = new DefaultConnectionContext(name, new Ends(toServer.Reader, toClient.Writer), new Ends(toClient.Reader, toServer.Writer));
        try
        {
            await _waiting.Writer.WriteAsync(context, cancel).ConfigureAwait(false);
        }
        catch (ChannelClosedException closed)
        {
            throw new IOException("the server of the simulated nodes has ended", closed);
        }

        return new PipedStream(toClient.Reader, toServer.Writer);
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _waiting.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _waiting.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
