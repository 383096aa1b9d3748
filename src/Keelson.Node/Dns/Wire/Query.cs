using System.Buffers.Binary;

namespace Keelson.Node.Dns.Wire;

/// <summary>A question as it came, without its name: see <see cref="QueryName"/>.</summary>
internal struct Query
{
    public const ushort InternetClass = 1;
    public const ushort AnyClass = 255;

    private const ushort AnswerFlag = 0x8000;
    private const ushort OperationMask = 0x7800;
    private const ushort RecursionDesiredFlag = 0x0100;
    private const ushort CheckingDisabledFlag = 0x0010;
    private const uint SecurityWantedFlag = 0x8000;

    public ushort Id { get; private set; }

    public ushort Flags { get; private set; }

    public ushort Type { get; private set; }

    public ushort Class { get; private set; }

    /// <summary>The bytes of the question with its name.</summary>
    public int QuestionLength { get; private set; }

    /// <summary>Whether the one who asks knows EDNS.</summary>
    public bool HasOptions { get; private set; }

    public int OptionsVersion { get; private set; }

    public bool WantsSecurity { get; private set; }

    /// <summary>The largest answer that he takes over UDP.</summary>
    public int AnswerLimit { get; private set; }

    public readonly bool RecursionDesired => (Flags & RecursionDesiredFlag) != 0;

    public readonly bool CheckingDisabled => (Flags & CheckingDisabledFlag) != 0;

    /// <summary>Reads a question. Null says that nothing is to be answered at all, as with an answer or with less than a header.</summary>
    public static ResponseCode? Read(ReadOnlySpan<byte> message, ref QueryName name, out Query query)
    {
        query = new Query { AnswerLimit = WireLimits.PlainDatagram };
        if (message.Length < WireLimits.Header) return null;
        query.Id = BinaryPrimitives.ReadUInt16BigEndian(message);
        query.Flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        if ((query.Flags & AnswerFlag) != 0) return null;
        if ((query.Flags & OperationMask) != 0) return ResponseCode.NotImplemented;
        if (BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1 || !name.TryRead(message[WireLimits.Header..])) return ResponseCode.FormatError;
        var at = WireLimits.Header + name.WireLength;
        if (message.Length < at + 4) return ResponseCode.FormatError;
        query.Type = BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
        query.Class = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 2)..]);
        query.QuestionLength = name.WireLength + 4;
        return query.ReadRecords(message, at + 4);
    }

    private ResponseCode ReadRecords(ReadOnlySpan<byte> message, int at)
    {
        var before = BinaryPrimitives.ReadUInt16BigEndian(message[6..]) + BinaryPrimitives.ReadUInt16BigEndian(message[8..]);
        var count = before + BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        // Every record takes at least eleven bytes, so the message ends this loop however many it claims to have.
        for (var i = 0; i < count; i++)
        {
            if (!RecordView.TryRead(message, ref at, out var record)) return ResponseCode.FormatError;
            if (record.Type != RecordType.Options) continue;
            if (HasOptions || i < before || record.NameLength != 1) return ResponseCode.FormatError;
            HasOptions = true;
            AnswerLimit = Math.Clamp((int)record.Class, WireLimits.PlainDatagram, WireLimits.Datagram);
            OptionsVersion = (int)(record.TimeToLive >> 16) & 0xff;
            WantsSecurity = (record.TimeToLive & SecurityWantedFlag) != 0;
        }

        return OptionsVersion == 0 ? ResponseCode.NoError : ResponseCode.BadVersion;
    }
}
