using System.Buffers.Binary;
using Keelson.Node.Dns.Wire;

namespace Keelson.Node.Dns.Upstream;

/// <summary>What other servers said, for a short while; the oldest goes first when there is no room.</summary>
internal sealed class AnswerCache(int limit, TimeSpan longest, TimeProvider time)
{
    /// <summary>The most bytes of all answers.</summary>
    private const int MostBytes = 8 << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = [];
    private readonly Queue<Entry> _byAge = new();
    private int _bytes;

    public int Count
    {
        get { lock (_lock) return _entries.Count; }
    }

    /// <summary>Writes the answer that is kept for a question, with the time that has passed taken off; zero where there is none.</summary>
    public int TryAnswer(ReadOnlySpan<byte> message, in Query query, in QueryName name, Span<byte> output, int room)
    {
        if (limit == 0) return 0;
        Span<char> key = stackalloc char[WireLimits.Name + 3];
        Entry? entry;
        lock (_lock)
        {
            if (!_entries.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(Key(query, name, key), out entry)) return 0;
        }

        var age = time.GetElapsedTime(entry.At);
        if (age >= entry.Lifetime || entry.Answer.Length > Math.Min(room, output.Length)) return 0;
        entry.Answer.CopyTo(output);
        BinaryPrimitives.WriteUInt16BigEndian(output, query.Id);
        // The one who asks compares the case of the letters, too.
        message.Slice(WireLimits.Header, query.QuestionLength).CopyTo(output[WireLimits.Header..]);
        Age(output[..entry.Answer.Length], query.QuestionLength, (uint)age.TotalSeconds);
        return entry.Answer.Length;
    }

    /// <summary>Keeps an answer that was checked to be one of this question.</summary>
    public void Keep(in Query query, in QueryName name, byte[] answer)
    {
        if (limit == 0 || answer.Length > WireLimits.Datagram || Lifetime(answer) is not { } lifetime) return;
        Span<char> key = stackalloc char[WireLimits.Name + 3];
        var entry = new Entry(Key(query, name, key).ToString(), answer, time.GetTimestamp(), lifetime < longest ? lifetime : longest);
        lock (_lock)
        {
            if (_entries.TryGetValue(entry.Key, out var old)) _bytes -= old.Answer.Length;
            _entries[entry.Key] = entry;
            _byAge.Enqueue(entry);
            _bytes += answer.Length;
            while (_byAge.Count > limit || _bytes > MostBytes)
            {
                var oldest = _byAge.Dequeue();
                if (!_entries.TryGetValue(oldest.Key, out var current) || current != oldest) continue;
                _entries.Remove(oldest.Key);
                _bytes -= oldest.Answer.Length;
            }
        }
    }

    // Names and failures that say how long they hold; nothing that was cut off.
    private static TimeSpan? Lifetime(ReadOnlySpan<byte> answer)
    {
        var flags = BinaryPrimitives.ReadUInt16BigEndian(answer[2..]);
        if ((ResponseCode)(flags & 0xf) is not (ResponseCode.NoError or ResponseCode.NoSuchName) || (flags & 0x0200) != 0) return null;
        uint? shortest = null;
        var at = WireLimits.Header;
        if (!RecordView.TrySkipName(answer, ref at)) return null;
        at += 4;
        while (at < answer.Length)
        {
            if (!RecordView.TryRead(answer, ref at, out var record)) return null;
            if (record.Type == RecordType.Options) continue;
            var seconds = record.TimeToLive > int.MaxValue ? 0 : record.TimeToLive;
            if (record.Type == RecordType.StartOfAuthority && record.DataLength >= 20) seconds = Math.Min(seconds, BinaryPrimitives.ReadUInt32BigEndian(answer[(record.DataAt + record.DataLength - 4)..]));
            shortest = Math.Min(shortest ?? uint.MaxValue, seconds);
        }

        return shortest is > 0 ? TimeSpan.FromSeconds(shortest.Value) : null;
    }

    private static void Age(Span<byte> answer, int questionLength, uint seconds)
    {
        var at = WireLimits.Header + questionLength;
        while (at < answer.Length && RecordView.TryRead(answer, ref at, out var record))
        {
            if (record.Type != RecordType.Options) BinaryPrimitives.WriteUInt32BigEndian(answer[record.TimeToLiveAt..], record.TimeToLive > seconds ? record.TimeToLive - seconds : 0);
        }
    }

    private static ReadOnlySpan<char> Key(in Query query, in QueryName name, Span<char> buffer)
    {
        var text = name.Text;
        text.CopyTo(buffer);
        buffer[text.Length] = (char)query.Type;
        buffer[text.Length + 1] = (char)query.Class;
        buffer[text.Length + 2] = (char)((query.HasOptions ? 1 : 0) | (query.WantsSecurity ? 2 : 0) | (query.CheckingDisabled ? 4 : 0) | (query.RecursionDesired ? 8 : 0));
        return buffer[..(text.Length + 3)];
    }

    private sealed record Entry(string Key, byte[] Answer, long At, TimeSpan Lifetime);
}
