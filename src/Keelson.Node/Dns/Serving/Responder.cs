using System.Buffers.Binary;
using Keelson.Node.Dns.Upstream;
using Keelson.Node.Dns.Wire;
using Keelson.Node.Dns.Zone;

namespace Keelson.Node.Dns.Serving;

/// <summary>Answers questions from the index; says so where another server has to be asked.</summary>
internal sealed class Responder(ZoneNames zone, Func<DnsIndex?> index, Forwarder forwarder, AnswerCache cache, DnsCounters counters)
{
    /// <summary>The answer when another server has to be asked: see <see cref="AnswerLaterAsync"/>.</summary>
    public const int Later = -1;

    /// <summary>Names that stand for other names, in a row.</summary>
    private const int MostAliases = 8;

    private uint _turn;

    /// <summary>Answers a message; zero for one that gets no answer.</summary>
    public int Answer(ReadOnlySpan<byte> message, Span<byte> output, bool isStream)
    {
        var name = new QueryName(stackalloc char[WireLimits.Name], stackalloc byte[WireLimits.Labels + 1]);
        var code = Query.Read(message, ref name, out var query);
        if (code is null)
        {
            counters.Add(DnsCount.Dropped);
            return 0;
        }

        var room = isStream ? output.Length : query.AnswerLimit;
        if (code != ResponseCode.NoError) return Refuse(message, query, output, room, code.Value);
        if (query.Class is not (Query.InternetClass or Query.AnyClass) || query.Type is RecordType.Transfer or RecordType.IncrementalTransfer or RecordType.Options) return Refuse(message, query, output, room, ResponseCode.Refused);
        if (name.EndsWith(zone.Labels)) return AnswerZone(message, query, name, output, room);
        if (ReverseName.TryRead(name, out var address) && index()?.FindPointers(address) is { } pointers)
        {
            counters.Add(DnsCount.Answered);
            var writer = new AnswerWriter(output, message, query, room);
            writer.Answer(pointers.Of(query.Type));
            return writer.Finish(ResponseCode.NoError, isAuthoritative: true);
        }

        if (query.Type == RecordType.HostInformation && forwarder.IsProbe(name.Text)) return Refuse(message, query, output, room, ResponseCode.Refused);
        if (!forwarder.HasUpstreams) return Refuse(message, query, output, room, ResponseCode.Refused);
        if (cache.TryAnswer(message, query, name, output, room) is > 0 and var length)
        {
            counters.Add(DnsCount.Cached);
            return length;
        }

        return Later;
    }

    /// <summary>Answers with what another server says.</summary>
    public async Task<byte[]> AnswerLaterAsync(byte[] message, bool isStream, CancellationToken cancel)
    {
        var (query, target) = Look(message);
        counters.Add(DnsCount.Forwarded);
        byte[] question = target is null
            ? message[WireLimits.Header..(WireLimits.Header + query.QuestionLength)]
            : [.. target, .. message.AsSpan(WireLimits.Header + query.QuestionLength - 4, 4)];
        var answer = await forwarder.AskAsync(question, ForwardFlags.Of(query), isStream, cancel).ConfigureAwait(false);
        if (answer is null) counters.Add(DnsCount.ForwardFailed);
        if (target is null && answer is not null) return Relay(message, answer, isStream);
        return Compose(message, answer, isStream);
    }

    /// <summary>The answer where there is too much to do.</summary>
    public int Fail(ReadOnlySpan<byte> message, Span<byte> output)
    {
        counters.Add(DnsCount.ForwardFailed);
        var name = new QueryName(stackalloc char[WireLimits.Name], stackalloc byte[WireLimits.Labels + 1]);
        return Query.Read(message, ref name, out var query) is null ? 0 : Write(message, query, output, query.AnswerLimit, ResponseCode.ServerFailure);
    }

    private int AnswerZone(ReadOnlySpan<byte> message, in Query query, in QueryName name, Span<byte> output, int room)
    {
        if (index() is not { } current) return Write(message, query, output, room, ResponseCode.ServerFailure);
        var records = current.Find(name);
        if (records?.Canonical is not null && query.Type != RecordType.CanonicalName && Outside(current, records) is not null && forwarder.HasUpstreams) return Later;
        return WriteZone(message, query, name, output, room, current, records, []);
    }

    private int WriteZone(ReadOnlySpan<byte> message, in Query query, in QueryName name, Span<byte> output, int room, DnsIndex current, NameRecords? records, ReadOnlySpan<byte> others)
    {
        var writer = new AnswerWriter(output, message, query, room);
        var zoneStart = name.Start(name.Count - zone.Labels.Length);
        if (records is null)
        {
            counters.Add(DnsCount.Missing);
            writer.Authority(zoneStart, current.Authority);
            return writer.Finish(ResponseCode.NoSuchName, isAuthoritative: true);
        }

        counters.Add(DnsCount.Answered);
        if (records.Canonical is not null && query.Type != RecordType.CanonicalName)
        {
            writer.Answer(records.CanonicalRecord);
            Follow(ref writer, current, records, query.Type);
            ForeignRecords.Copy(others, ref writer);
            return writer.Finish(ResponseCode.NoError, isAuthoritative: true);
        }

        byte[][] found = query.Type == RecordType.StartOfAuthority && name.Count == zone.Labels.Length ? [current.Authority] : records.Of(query.Type);
        if (found.Length == 0)
        {
            writer.Authority(zoneStart, current.Authority);
            return writer.Finish(ResponseCode.NoError, isAuthoritative: true);
        }

        writer.Answer(found, found.Length > 1 && query.Type != RecordType.Service ? Interlocked.Increment(ref _turn) : 0);
        if (query.Type is RecordType.Service or RecordType.NameServer)
        {
            foreach (var (owner, target) in records.Targets)
            {
                writer.Additional(owner, target.Addresses);
                writer.Additional(owner, target.AddressesV6);
            }
        }

        return writer.Finish(ResponseCode.NoError, isAuthoritative: true);
    }

    /// <summary>Adds what stands at the end of a row of aliases, as far as it stays in the cluster.</summary>
    private void Follow(ref AnswerWriter writer, DnsIndex current, NameRecords records, ushort type)
    {
        for (var i = 0; i < MostAliases && records.Canonical is { } target; i++)
        {
            var name = new QueryName(new char[WireLimits.Name], new byte[WireLimits.Labels + 1]);
            if (!name.TryRead(target) || !name.EndsWith(zone.Labels) || current.Find(name) is not { } next) return;
            writer.Answer(target, next.Canonical is null ? next.Of(type) : next.CanonicalRecord);
            records = next;
        }
    }

    /// <summary>The name outside of the cluster to which a row of aliases leads, or null.</summary>
    private byte[]? Outside(DnsIndex current, NameRecords? records)
    {
        for (var i = 0; i < MostAliases && records?.Canonical is { } target; i++)
        {
            var name = new QueryName(new char[WireLimits.Name], new byte[WireLimits.Labels + 1]);
            if (!name.TryRead(target)) return null;
            if (!name.EndsWith(zone.Labels)) return target;
            records = current.Find(name);
        }

        return null;
    }

    private (Query Query, byte[]? Target) Look(byte[] message)
    {
        var name = new QueryName(stackalloc char[WireLimits.Name], stackalloc byte[WireLimits.Labels + 1]);
        Query.Read(message, ref name, out var query);
        return (query, index() is { } current && name.EndsWith(zone.Labels) ? Outside(current, current.Find(name)) : null);
    }

    private byte[] Relay(byte[] message, byte[] answer, bool isStream)
    {
        var name = new QueryName(stackalloc char[WireLimits.Name], stackalloc byte[WireLimits.Labels + 1]);
        Query.Read(message, ref name, out var query);
        cache.Keep(query, name, [.. answer]);
        BinaryPrimitives.WriteUInt16BigEndian(answer, query.Id);
        // Longer than it was asked to be: then it comes over TCP.
        if (!isStream && answer.Length > query.AnswerLimit) answer = Cut(answer, query.QuestionLength);
        message.AsSpan(WireLimits.Header, query.QuestionLength).CopyTo(answer.AsSpan(WireLimits.Header));
        return answer;
    }

    private static byte[] Cut(byte[] answer, int questionLength)
    {
        const byte Truncated = 2;
        var head = answer[..(WireLimits.Header + questionLength)];
        head[2] |= Truncated;
        head.AsSpan(6, 6).Clear();
        return head;
    }

    /// <summary>Our aliases with the other server's records behind them; without them where it did not answer.</summary>
    private byte[] Compose(byte[] message, byte[]? answer, bool isStream)
    {
        var name = new QueryName(stackalloc char[WireLimits.Name], stackalloc byte[WireLimits.Labels + 1]);
        Query.Read(message, ref name, out var query);
        var output = new byte[isStream ? WireLimits.Message : WireLimits.Datagram];
        var room = isStream ? output.Length : query.AnswerLimit;
        var current = index();
        var records = current is not null && name.EndsWith(zone.Labels) ? current.Find(name) : null;
        var length = answer is null || current is null || records is null
            ? Write(message, query, output, room, ResponseCode.ServerFailure)
            : WriteZone(message, query, name, output, room, current, records, answer);
        return output[..length];
    }

    private int Refuse(ReadOnlySpan<byte> message, in Query query, Span<byte> output, int room, ResponseCode code)
    {
        counters.Add(DnsCount.Refused);
        return Write(message, query, output, room, code);
    }

    private static int Write(ReadOnlySpan<byte> message, in Query query, Span<byte> output, int room, ResponseCode code) =>
        new AnswerWriter(output, message, query, room).Finish(code, isAuthoritative: false);
}
