using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Keelson.Node.Dns.Wire;

namespace Keelson.Node.Dns.Upstream;

/// <summary>Asks other servers. Every question has a socket, so a port, and an id of its own that nobody can guess.</summary>
internal sealed class Forwarder(ClusterDnsOptions options)
{
    /// <summary>Datagrams that may come from a server and be no answer, before it is given up: somebody guesses.</summary>
    private const int MostStrangers = 16;

    private const int OptionsLength = 11;
    private const ushort AnswerFlag = 0x8000;

    private volatile IPEndPoint[] _upstreams = [.. options.Upstreams];
    private volatile string? _probe;
    private volatile bool _probeReturned;

    public bool HasUpstreams => _upstreams.Length > 0;

    /// <summary>Whether a question is one that this server sent to find out whether its own questions come back to it.</summary>
    public bool IsProbe(ReadOnlySpan<char> name)
    {
        if (_probe is not { } probe || !name.SequenceEqual(probe)) return false;
        _probeReturned = true;
        return true;
    }

    /// <summary>No longer asks servers that lead back to this one.</summary>
    public async Task RemoveLoopsAsync(CancellationToken cancel)
    {
        foreach (var upstream in _upstreams)
        {
            var label = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            byte[] question = [32, .. System.Text.Encoding.ASCII.GetBytes(label), 0, 0, (byte)RecordType.HostInformation, 0, 1];
            _probe = (char)32 + label;
            _probeReturned = false;
            await AttemptAsync(upstream, question, new ForwardFlags(), overStream: false, cancel).ConfigureAwait(false);
            if (!_probeReturned) continue;
            _upstreams = [.. _upstreams.Where(other => other != upstream)];
            options.OnError?.Invoke(new InvalidOperationException($"the DNS server {upstream} asks this one in turn; it is not asked"));
        }

        _probe = null;
    }

    /// <summary>The first answer that a server gives, or null.</summary>
    /// <param name="question">Name, type and class on the wire.</param>
    public async Task<byte[]?> AskAsync(ReadOnlyMemory<byte> question, ForwardFlags flags, bool overStream, CancellationToken cancel)
    {
        byte[]? refusal = null;
        foreach (var upstream in _upstreams)
        {
            if (await AttemptAsync(upstream, question, flags, overStream, cancel).ConfigureAwait(false) is not { } answer) continue;
            if ((ResponseCode)(answer[3] & 0xf) is ResponseCode.NoError or ResponseCode.NoSuchName) return answer;
            refusal ??= answer;
        }

        return refusal;
    }

    private async Task<byte[]?> AttemptAsync(IPEndPoint upstream, ReadOnlyMemory<byte> question, ForwardFlags flags, bool overStream, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(options.UpstreamTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            var message = Message(question.Span, flags);
            var answer = overStream
                ? await AskStreamAsync(upstream, message, either.Token).ConfigureAwait(false)
                : await AskDatagramAsync(upstream, message, either.Token).ConfigureAwait(false);
            return answer;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            return null;
        }
    }

    private static async Task<byte[]?> AskDatagramAsync(IPEndPoint upstream, byte[] message, CancellationToken cancel)
    {
        using var socket = new Socket(upstream.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        // A connected socket takes datagrams of that server only; the kernel chooses the port by chance.
        await socket.ConnectAsync(upstream, cancel).ConfigureAwait(false);
        await socket.SendAsync(message, cancel).ConfigureAwait(false);
        var buffer = new byte[WireLimits.Question];
        for (var i = 0; i < MostStrangers; i++)
        {
            var length = await socket.ReceiveAsync(buffer, cancel).ConfigureAwait(false);
            if (IsAnswer(buffer.AsSpan(0, length), message)) return buffer[..length];
        }

        return null;
    }

    private static async Task<byte[]?> AskStreamAsync(IPEndPoint upstream, byte[] message, CancellationToken cancel)
    {
        using var socket = new Socket(upstream.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(upstream, cancel).ConfigureAwait(false);
        using var stream = new NetworkStream(socket);
        byte[] framed = [(byte)(message.Length >> 8), (byte)message.Length, .. message];
        await stream.WriteAsync(framed, cancel).ConfigureAwait(false);
        await stream.ReadExactlyAsync(framed.AsMemory(0, 2), cancel).ConfigureAwait(false);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(framed)];
        await stream.ReadExactlyAsync(answer, cancel).ConfigureAwait(false);
        return IsAnswer(answer, message) ? answer : null;
    }

    private static byte[] Message(ReadOnlySpan<byte> question, ForwardFlags flags)
    {
        var message = new byte[WireLimits.Header + question.Length + (flags.AnswerLimit is null ? 0 : OptionsLength)];
        RandomNumberGenerator.Fill(message.AsSpan(0, 2));
        message[2] = flags.RecursionDesired ? (byte)1 : (byte)0;
        message[3] = flags.CheckingDisabled ? (byte)0x10 : (byte)0;
        message[5] = 1;
        question.CopyTo(message.AsSpan(WireLimits.Header));
        if (flags.AnswerLimit is not { } limit) return message;
        message[11] = 1;
        var record = message.AsSpan(WireLimits.Header + question.Length);
        BinaryPrimitives.WriteUInt16BigEndian(record[1..], RecordType.Options);
        BinaryPrimitives.WriteUInt16BigEndian(record[3..], (ushort)limit);
        if (flags.WantsSecurity) record[7] = 0x80;
        return message;
    }

    // The id and the question must be ours, the whole must be readable, and there must be nothing behind it.
    internal static bool IsAnswer(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> asked)
    {
        if (answer.Length < WireLimits.Header || !answer[..2].SequenceEqual(asked[..2])) return false;
        if ((BinaryPrimitives.ReadUInt16BigEndian(answer[2..]) & 0xf800) != AnswerFlag || BinaryPrimitives.ReadUInt16BigEndian(answer[4..]) != 1) return false;
        var end = WireLimits.Header;
        if (!RecordView.TrySkipName(asked, ref end)) return false;
        end += 4;
        if (answer.Length < end || !EqualQuestions(answer[WireLimits.Header..end], asked[WireLimits.Header..end])) return false;
        var count = BinaryPrimitives.ReadUInt16BigEndian(answer[6..]) + BinaryPrimitives.ReadUInt16BigEndian(answer[8..]) + BinaryPrimitives.ReadUInt16BigEndian(answer[10..]);
        for (var i = 0; i < count; i++)
        {
            if (!RecordView.TryRead(answer, ref end, out _)) return false;
        }

        return end == answer.Length;
    }

    private static bool EqualQuestions(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left[^4..].SequenceEqual(right[^4..]) && System.Text.Ascii.EqualsIgnoreCase(left[..^4], right[..^4]);
}

/// <summary>What of a question's header goes on to the server that is asked.</summary>
/// <param name="AnswerLimit">How large an answer may be where the one who asks knows EDNS.</param>
internal readonly record struct ForwardFlags(bool RecursionDesired = true, bool CheckingDisabled = false, bool WantsSecurity = false, int? AnswerLimit = null)
{
    public static ForwardFlags Of(in Query query) =>
        new(query.RecursionDesired, query.CheckingDisabled, query.WantsSecurity, query.HasOptions ? query.AnswerLimit : null);
}
