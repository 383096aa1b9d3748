using System.Buffers.Binary;

namespace Keelson.Node.Dns.Wire;

/// <summary>Writes an answer into a buffer, up to a limit; what does not fit is left out, and that is said.</summary>
internal ref struct AnswerWriter
{
    private const ushort AnswerFlag = 0x8000;
    private const ushort AuthoritativeFlag = 0x0400;
    private const ushort TruncatedFlag = 0x0200;
    private const ushort RecursionAvailableFlag = 0x0080;

    // Operation, recursion desired, checking disabled: as the question had them.
    private const ushort EchoedFlags = 0x7910;
    private const int OptionsLength = 11;

    /// <summary>Points to the name in the question.</summary>
    private const ushort QuestionPointer = 0xc000 | WireLimits.Header;

    private readonly Span<byte> _buffer;
    private readonly bool _hasOptions;
    private readonly int _limit;
    private readonly ushort _echo;
    private int _at;
    private bool _isTruncated;
    private ushort _answers;
    private ushort _authorities;
    private ushort _additional;

    /// <param name="limit">The most bytes of the answer, with the OPT record for which room is kept.</param>
    public AnswerWriter(Span<byte> buffer, ReadOnlySpan<byte> message, in Query query, int limit)
    {
        _buffer = buffer;
        _hasOptions = query.HasOptions;
        _limit = Math.Min(limit, buffer.Length) - (_hasOptions ? OptionsLength : 0);
        _echo = (ushort)(query.Flags & EchoedFlags);
        message[..2].CopyTo(buffer);
        message.Slice(WireLimits.Header, query.QuestionLength).CopyTo(buffer[WireLimits.Header..]);
        HasQuestion = query.QuestionLength > 0;
        _at = WireLimits.Header + query.QuestionLength;
    }

    public readonly bool HasQuestion { get; }

    public readonly bool IsTruncated => _isTruncated;

    /// <summary>Adds records with the question's name.</summary>
    /// <param name="first">The one to begin with: others take the next, so that load is spread.</param>
    public void Answer(byte[][] bodies, uint first = 0)
    {
        var start = bodies.Length > 1 ? (int)(first % (uint)bodies.Length) : 0;
        for (var i = 0; i < bodies.Length; i++)
        {
            var body = bodies[(start + i) % bodies.Length];
            if (!Fits(2 + body.Length)) return;
            BinaryPrimitives.WriteUInt16BigEndian(_buffer[_at..], QuestionPointer);
            body.CopyTo(_buffer[(_at + 2)..]);
            _at += 2 + body.Length;
            _answers++;
        }
    }

    /// <summary>Adds records with another name.</summary>
    public void Answer(scoped ReadOnlySpan<byte> owner, byte[][] bodies)
    {
        foreach (var body in bodies)
        {
            if (!Fits(owner.Length + body.Length)) return;
            Put(owner, body);
            _answers++;
        }
    }

    /// <summary>Adds records that help; the answer is whole without them.</summary>
    public void Additional(scoped ReadOnlySpan<byte> owner, byte[][] bodies)
    {
        foreach (var body in bodies)
        {
            if (_isTruncated || _at + owner.Length + body.Length > _limit) return;
            Put(owner, body);
            _additional++;
        }
    }

    /// <summary>Adds the record that says for how long there is nothing.</summary>
    /// <param name="zoneStart">Where in the question's name the zone begins.</param>
    public void Authority(int zoneStart, byte[] body)
    {
        if (!Fits(2 + body.Length)) return;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[_at..], (ushort)(0xc000 | (WireLimits.Header + zoneStart)));
        body.CopyTo(_buffer[(_at + 2)..]);
        _at += 2 + body.Length;
        _authorities++;
    }

    /// <summary>Ends the answer and says how long it is.</summary>
    public int Finish(ResponseCode code, bool isAuthoritative)
    {
        var flags = (ushort)(AnswerFlag | RecursionAvailableFlag | _echo | ((int)code & 0xf));
        if (isAuthoritative) flags |= AuthoritativeFlag;
        if (_isTruncated) flags |= TruncatedFlag;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[2..], flags);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[4..], HasQuestion ? (ushort)1 : (ushort)0);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[6..], _answers);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[8..], _authorities);
        if (_hasOptions)
        {
            var options = _buffer.Slice(_at, OptionsLength);
            options.Clear();
            BinaryPrimitives.WriteUInt16BigEndian(options[1..], RecordType.Options);
            BinaryPrimitives.WriteUInt16BigEndian(options[3..], WireLimits.Datagram);
            options[5] = (byte)((int)code >> 4);
            _at += OptionsLength;
            _additional++;
        }

        BinaryPrimitives.WriteUInt16BigEndian(_buffer[10..], _additional);
        return _at;
    }

    private void Put(scoped ReadOnlySpan<byte> owner, byte[] body)
    {
        owner.CopyTo(_buffer[_at..]);
        body.CopyTo(_buffer[(_at + owner.Length)..]);
        _at += owner.Length + body.Length;
    }

    private bool Fits(int length)
    {
        if (!_isTruncated && _at + length <= _limit) return true;
        _isTruncated = true;
        return false;
    }
}
