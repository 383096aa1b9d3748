using System.Buffers.Binary;
using Keelson.Node.Dns.Wire;

namespace Keelson.Node.Dns.Serving;

/// <summary>Takes addresses, texts and aliases out of another server's answer, with their names written out.</summary>
internal static class ForeignRecords
{
    private const int Fixed = 10;

    public static void Copy(ReadOnlySpan<byte> answer, ref AnswerWriter writer)
    {
        if (answer.Length < WireLimits.Header) return;
        var at = WireLimits.Header;
        if (!RecordView.TrySkipName(answer, ref at)) return;
        at += 4;
        Span<byte> owner = stackalloc byte[WireLimits.Name];
        Span<byte> target = stackalloc byte[WireLimits.Name];
        for (var left = BinaryPrimitives.ReadUInt16BigEndian(answer[6..]); left > 0; left--)
        {
            if (!RecordView.TryRead(answer, ref at, out var record)) return;
            if (record.Type is not (RecordType.Address or RecordType.AddressV6 or RecordType.Text or RecordType.CanonicalName)) continue;
            var ownerLength = RecordView.CopyName(answer, record.NameStart, owner);
            if (ownerLength == 0) return;
            var head = answer.Slice(record.TimeToLiveAt - 4, Fixed);
            byte[] body = [.. head, .. answer.Slice(record.DataAt, record.DataLength)];
            if (record.Type == RecordType.CanonicalName)
            {
                var length = RecordView.CopyName(answer, record.DataAt, target);
                if (length == 0) return;
                body = [.. head, .. target[..length]];
                BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(8), (ushort)length);
            }

            writer.Answer(owner[..ownerLength], [body]);
        }
    }
}
