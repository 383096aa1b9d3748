using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using Keelson.Node.Dns.Wire;

namespace Keelson.Node.Dns.Serving;

/// <summary>Accepts connections and answers the questions of each one after another.</summary>
internal sealed class StreamListener(Socket socket, Responder responder, BoundedWork connections, DnsCounters counters, ClusterDnsOptions options)
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                var connection = await socket.AcceptAsync(cancel).ConfigureAwait(false);
                // More than the limit are turned away: they would only wait for ones that do nothing.
                if (!connections.TryStart(() => ServeAsync(connection, cancel))) connection.Dispose();
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException failure)
            {
                options.OnError?.Invoke(failure);
                await Task.Delay(PauseAfterFailure, options.Time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private async Task ServeAsync(Socket connection, CancellationToken cancel)
    {
        using var stream = new NetworkStream(connection, ownsSocket: true);
        connection.NoDelay = true;
        var input = new byte[WireLimits.Question];
        try
        {
            while (await ReadAsync(stream, input, cancel).ConfigureAwait(false) is > 0 and var length)
            {
                counters.Add(DnsCount.Streamed);
                if (!await AnswerAsync(stream, input.AsMemory(0, length), cancel).ConfigureAwait(false)) return;
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            // The other end has gone, or took too long: that is its own business.
        }
    }

    private async Task<bool> AnswerAsync(NetworkStream stream, ReadOnlyMemory<byte> message, CancellationToken cancel)
    {
        var output = ArrayPool<byte>.Shared.Rent(WireLimits.Message + 2);
        try
        {
            var length = responder.Answer(message.Span, output.AsSpan(2, WireLimits.Message), isStream: true);
            if (length == Responder.Later)
            {
                var answer = await responder.AnswerLaterAsync(message.ToArray(), isStream: true, cancel).ConfigureAwait(false);
                length = answer.Length;
                answer.CopyTo(output, 2);
            }

            if (length == 0) return false;
            BinaryPrimitives.WriteUInt16BigEndian(output, (ushort)length);
            using var limit = new CancellationTokenSource(options.ConnectionTimeout, options.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
            await stream.WriteAsync(output.AsMemory(0, length + 2), either.Token).ConfigureAwait(false);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(output);
        }
    }

    // Zero where the connection ended, was idle, or sends more than a question may have.
    private async Task<int> ReadAsync(NetworkStream stream, byte[] input, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(options.ConnectionTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        if (await stream.ReadAtLeastAsync(input.AsMemory(0, 2), 2, throwOnEndOfStream: false, either.Token).ConfigureAwait(false) < 2) return 0;
        var length = BinaryPrimitives.ReadUInt16BigEndian(input);
        if (length is 0 or > WireLimits.Question) return 0;
        return await stream.ReadAtLeastAsync(input.AsMemory(0, length), length, throwOnEndOfStream: false, either.Token).ConfigureAwait(false) == length ? length : 0;
    }
}
