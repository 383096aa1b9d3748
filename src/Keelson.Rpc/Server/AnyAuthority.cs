using System.IO.Pipelines;
using Keelson.Rpc.Wire;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Keelson.Rpc.Server;

/// <summary>Lets clients in that name the server in a way that an HTTP server would refuse.</summary>
public static class AnyAuthority
{
    /// <summary>Ignores which authority calls name. To be added after TLS, on an endpoint for HTTP/2 only.</summary>
    public static void UseAnyAuthority(this ListenOptions endpoint) =>
        endpoint.Use(next => connection => RunAsync(connection, next));

    private static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var transport = connection.Transport;
        var input = new Pipe();
        connection.Transport = new Duplex(input.Reader, transport.Output);
        var pumping = PumpAsync(transport.Input, input.Writer);
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            connection.Transport = transport;
            await input.Reader.CompleteAsync().ConfigureAwait(false);
            transport.Input.CancelPendingRead();
            await pumping.ConfigureAwait(false);
        }
    }

    // Never fails: why the client's side ended is told to the server through the pipe.
    private static async Task PumpAsync(PipeReader from, PipeWriter to)
    {
        var rewriter = new FrameRewriter();
        Exception? failure = null;
        try
        {
            while (true)
            {
                var read = await from.ReadAsync().ConfigureAwait(false);
                if (read.IsCanceled) break;
                from.AdvanceTo(rewriter.Rewrite(read.Buffer, to), read.Buffer.End);
                var flush = await to.FlushAsync().ConfigureAwait(false);
                if (read.IsCompleted || flush.IsCompleted) break;
            }
        }
        catch (Exception error)
        {
            failure = error;
        }

        await to.CompleteAsync(failure).ConfigureAwait(false);
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
