using System.Buffers.Binary;
using System.Net;

namespace Keelson.Node.Proxy.Conntrack;

/// <summary>Reads a flow from the attributes of a netlink message.</summary>
internal static class FlowReader
{
    private const int TupleFirst = 1;
    private const int TupleReply = 2;
    private const int FlowZone = 18;
    private const int TupleAddresses = 1;
    private const int TupleProtocol = 2;
    private const int SourceIPv4 = 1;
    private const int TargetIPv4 = 2;
    private const int SourceIPv6 = 3;
    private const int TargetIPv6 = 4;
    private const int ProtocolNumber = 1;
    private const int ProtocolSource = 2;
    private const int ProtocolTarget = 3;
    private const int AttributeHeader = 4;

    /// <summary>The lower bits are the attribute's kind, the two highest say how it is to be read.</summary>
    private const int KindMask = 0x3fff;

    public static bool TryRead(ReadOnlySpan<byte> attributes, out Flow flow)
    {
        flow = default;
        var (first, reply) = (default(FlowTuple), default(FlowTuple));
        var identity = new List<byte>();
        while (TryNext(ref attributes, out var kind, out var value, out var whole))
        {
            if (kind is TupleFirst or FlowZone)
            {
                identity.AddRange(whole);
                while (identity.Count % 4 != 0) identity.Add(0);
            }

            if (kind == TupleFirst) first = ReadTuple(value);
            else if (kind == TupleReply) reply = ReadTuple(value);
        }

        if (first.Source is null || first.Target is null || reply.Source is null) return false;
        flow = new Flow(first.Protocol, first.Source, first.SourcePort, first.Target, first.TargetPort, new EndpointAddress(reply.Source, reply.SourcePort), identity.ToArray());
        return true;
    }

    private static FlowTuple ReadTuple(ReadOnlySpan<byte> attributes)
    {
        var tuple = default(FlowTuple);
        while (TryNext(ref attributes, out var kind, out var value, out _))
        {
            while (kind == TupleAddresses && TryNext(ref value, out var which, out var address, out _))
            {
                if (which is SourceIPv4 or SourceIPv6) tuple.Source = new IPAddress(address);
                else if (which is TargetIPv4 or TargetIPv6) tuple.Target = new IPAddress(address);
            }

            while (kind == TupleProtocol && TryNext(ref value, out var which, out var number, out _))
            {
                if (which == ProtocolNumber) tuple.Protocol = number[0];
                else if (which == ProtocolSource) tuple.SourcePort = BinaryPrimitives.ReadUInt16BigEndian(number);
                else if (which == ProtocolTarget) tuple.TargetPort = BinaryPrimitives.ReadUInt16BigEndian(number);
            }
        }

        return tuple;
    }

    private static bool TryNext(ref ReadOnlySpan<byte> attributes, out int kind, out ReadOnlySpan<byte> value, out ReadOnlySpan<byte> whole)
    {
        kind = 0;
        value = whole = default;
        if (attributes.Length < AttributeHeader) return false;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(attributes);
        if (length < AttributeHeader || length > attributes.Length) return false;
        kind = BinaryPrimitives.ReadUInt16LittleEndian(attributes[2..]) & KindMask;
        whole = attributes[..length];
        value = whole[AttributeHeader..];
        attributes = attributes[Math.Min((length + 3) & ~3, attributes.Length)..];
        return true;
    }

    private struct FlowTuple
    {
        public IPAddress? Source;
        public IPAddress? Target;
        public byte Protocol;
        public int SourcePort;
        public int TargetPort;
    }
}
