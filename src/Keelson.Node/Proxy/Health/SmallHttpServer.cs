using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Keelson.Node.Network;

namespace Keelson.Node.Proxy.Health;

/// <summary>An answer of a <see cref="SmallHttpServer"/>.</summary>
internal sealed record SmallAnswer(int Status, string ContentType, string Body)
{
    /// <summary>More header lines, each ended; empty for none.</summary>
    public string Headers { get; init; } = "";
}

/// <summary>Answers GET requests with small texts, one a connection: for health checks on ports that come and go.</summary>
internal sealed class SmallHttpServer(IPEndPoint endpoint, NetworkNamespace place, Func<string, SmallAnswer> answer) : IAsyncDisposable
{
    /// <summary>How many bytes a request has at most before it is refused.</summary>
    private const int MostRequestBytes = 8192;

    /// <summary>How many connections are served at once; more wait to be accepted.</summary>
    private const int MostConnections = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _slots = new(MostConnections);
    private readonly HashSet<Task> _connections = [];
    private Socket? _listener;
    private Task? _accepting;

    public IPEndPoint LocalEndpoint => (IPEndPoint)_listener!.LocalEndPoint!;

    /// <summary>Listens from now on; throws where the port is taken.</summary>
    public void Start()
    {
        _listener = place.Listen(endpoint);
        _accepting = AcceptAsync(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener?.Dispose();
        if (_accepting is not null) await _accepting.ConfigureAwait(false);
        await Task.WhenAll(_connections).ConfigureAwait(false);
        _stop.Dispose();
        _slots.Dispose();
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            try
            {
                await _slots.WaitAsync(_stop.Token).ConfigureAwait(false);
                var socket = await listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                _connections.RemoveWhere(static task => task.IsCompleted);
                _connections.Add(ServeAsync(socket));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // The client was gone before it was accepted.
                _slots.Release();
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            limit.CancelAfter(Patience);
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            var path = await ReadPathAsync(stream, limit.Token).ConfigureAwait(false);
            var reply = path is null ? new SmallAnswer(400, "text/plain; charset=utf-8", "bad request\n") : answer(path);
            var body = Encoding.UTF8.GetBytes(reply.Body);
            var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} {Reason(reply.Status)}\r\nContent-Type: {reply.ContentType}\r\nContent-Length: {body.Length}\r\nX-Content-Type-Options: nosniff\r\n{reply.Headers}Connection: close\r\n\r\n");
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head), limit.Token).ConfigureAwait(false);
            await stream.WriteAsync(body, limit.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or SocketException)
        {
            // A client that is slow or gone is its own problem.
        }
        finally
        {
            _slots.Release();
        }
    }

    private static async Task<string?> ReadPathAsync(NetworkStream stream, CancellationToken cancel)
    {
        var buffer = new byte[MostRequestBytes];
        var length = 0;
        while (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            if (length == buffer.Length) return null;
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancel).ConfigureAwait(false);
            if (read == 0) return null;
            length += read;
        }

        var line = Encoding.ASCII.GetString(buffer, 0, buffer.AsSpan(0, length).IndexOf("\r\n"u8)).Split(' ');
        return line is ["GET" or "HEAD", { } target, _] ? target.Split('?')[0] : null;
    }

    private static string Reason(int status) => status switch
    {
        200 => "OK",
        400 => "Bad Request",
        404 => "Not Found",
        _ => "Service Unavailable",
    };
}
