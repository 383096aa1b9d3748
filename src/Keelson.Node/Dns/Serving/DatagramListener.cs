using System.Net;
using System.Net.Sockets;
using Keelson.Node.Dns.Wire;

namespace Keelson.Node.Dns.Serving;

/// <summary>Reads questions from a datagram socket and sends the answers; several loops may share it.</summary>
internal sealed class DatagramListener(Socket socket, Responder responder, BoundedWork forwards, DnsCounters counters, ClusterDnsOptions options)
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(CancellationToken cancel)
    {
        var input = GC.AllocateArray<byte>(WireLimits.Question, pinned: true);
        var output = GC.AllocateArray<byte>(WireLimits.Datagram, pinned: true);
        var sender = new SocketAddress(socket.AddressFamily);
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                var length = await socket.ReceiveFromAsync(input.AsMemory(), SocketFlags.None, sender, cancel).ConfigureAwait(false);
                Handle(input.AsSpan(0, length), output, sender, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException failure)
            {
                // A sender that is gone, or no memory for the moment: nothing that ends the server.
                options.OnError?.Invoke(failure);
                await Task.Delay(PauseAfterFailure, options.Time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private void Handle(ReadOnlySpan<byte> message, byte[] output, SocketAddress sender, CancellationToken cancel)
    {
        counters.Add(DnsCount.Datagrams);
        var length = responder.Answer(message, output, isStream: false);
        if (length == Responder.Later)
        {
            var (question, to) = (message.ToArray(), Copy(sender));
            if (forwards.TryStart(() => ForwardAsync(question, to, cancel))) return;
            length = responder.Fail(message, output);
        }

        if (length > 0) socket.SendTo(output.AsSpan(0, length), SocketFlags.None, sender);
    }

    private async Task ForwardAsync(byte[] question, SocketAddress to, CancellationToken cancel)
    {
        var answer = await responder.AnswerLaterAsync(question, isStream: false, cancel).ConfigureAwait(false);
        await socket.SendToAsync(answer, SocketFlags.None, to, cancel).ConfigureAwait(false);
    }

    private static SocketAddress Copy(SocketAddress source)
    {
        var copy = new SocketAddress(source.Family, source.Size);
        source.Buffer.Span[..source.Size].CopyTo(copy.Buffer.Span);
        return copy;
    }
}
