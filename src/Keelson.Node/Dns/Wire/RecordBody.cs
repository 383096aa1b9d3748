using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Keelson.Node.Dns.Wire;

/// <summary>Makes records without their owner's name: type, class, time to live, data.</summary>
internal static class RecordBody
{
    private const int Fixed = 10;

    public static byte[] Address(IPAddress address, uint timeToLive) =>
        Make(address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? RecordType.Address : RecordType.AddressV6, timeToLive, address.GetAddressBytes());

    public static byte[] Name(ushort type, ReadOnlySpan<byte> name, uint timeToLive) => Make(type, timeToLive, name);

    public static byte[] Text(string text, uint timeToLive) => Make(RecordType.Text, timeToLive, [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)]);

    public static byte[] Service(int weight, int port, ReadOnlySpan<byte> target, uint timeToLive)
    {
        var data = new byte[6 + target.Length];
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(2), (ushort)weight);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(4), (ushort)port);
        target.CopyTo(data.AsSpan(6));
        return Make(RecordType.Service, timeToLive, data);
    }

    public static byte[] Authority(ReadOnlySpan<byte> server, ReadOnlySpan<byte> mailbox, uint serial, uint timeToLive)
    {
        Span<byte> numbers = stackalloc byte[20];
        BinaryPrimitives.WriteUInt32BigEndian(numbers, serial);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[4..], 7200);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[8..], 1800);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[12..], 86400);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[16..], timeToLive);
        return Make(RecordType.StartOfAuthority, timeToLive, [.. server, .. mailbox, .. numbers]);
    }

    private static byte[] Make(ushort type, uint timeToLive, ReadOnlySpan<byte> data)
    {
        var body = new byte[Fixed + data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(body, type);
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(2), Query.InternetClass);
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(4), timeToLive);
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(8), (ushort)data.Length);
        data.CopyTo(body.AsSpan(Fixed));
        return body;
    }
}
