using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Keelson.Node.Network;

namespace Keelson.Node.Proxy.Conntrack;

/// <summary>Reads and deletes what the kernel remembers of flows, over a netlink socket: no other program is needed.</summary>
internal sealed partial class CtNetlink(NetworkNamespace place)
{
    public const byte Udp = 17;

    private const int NetlinkFamily = 16;
    private const int NetfilterProtocol = 12;
    private const int SocketRaw = 3;
    private const int SocketCloseOnExec = 0x80000;
    private const int BufferBytes = 64 * 1024;
    private const int NoSuchEntry = 2;

    private const ushort ConntrackSubsystem = 1 << 8;
    private const ushort MessageGet = ConntrackSubsystem | 1;
    private const ushort MessageDelete = ConntrackSubsystem | 2;
    private const ushort MessageError = 2;
    private const ushort MessageDone = 3;
    private const ushort FlagRequest = 1;
    private const ushort FlagAcknowledge = 4;
    private const ushort FlagDump = 0x300;
    private const int HeaderBytes = 16;
    private const int FamilyBytes = 4;

    /// <summary>Deletes the flows for which the condition holds; answers how many there were.</summary>
    public int DeleteWhere(Func<Flow, bool> condition) => place.Run(() => Delete(condition));

    private static int Delete(Func<Flow, bool> condition)
    {
        var descriptor = OpenSocket(NetlinkFamily, SocketRaw | SocketCloseOnExec, NetfilterProtocol);
        if (descriptor < 0) throw Failure("open a socket to conntrack");
        try
        {
            var deleted = 0;
            foreach (var family in (ReadOnlySpan<byte>)[2, 10])
            {
                foreach (var flow in Dump(descriptor, family).Where(condition))
                {
                    if (Delete(descriptor, family, flow.Tuple.Span)) deleted++;
                }
            }

            return deleted;
        }
        finally
        {
            _ = CloseSocket(descriptor);
        }
    }

    private static List<Flow> Dump(int descriptor, byte family)
    {
        SendMessage(descriptor, MessageGet, FlagRequest | FlagDump, family, []);
        var flows = new List<Flow>();
        var buffer = new byte[BufferBytes];
        while (true)
        {
            var length = Receive(descriptor, buffer);
            for (var offset = 0; offset + HeaderBytes <= length;)
            {
                var message = buffer.AsSpan(offset);
                var size = BinaryPrimitives.ReadInt32LittleEndian(message);
                var type = BinaryPrimitives.ReadUInt16LittleEndian(message[4..]);
                if (size < HeaderBytes || size > length - offset) throw new ProxyException("The kernel's answer about flows is cut off.");
                if (type == MessageDone) return flows;
                if (type == MessageError) throw Failure("read the flows", -BinaryPrimitives.ReadInt32LittleEndian(message[HeaderBytes..]));
                if (size > HeaderBytes + FamilyBytes && FlowReader.TryRead(message[(HeaderBytes + FamilyBytes)..size], out var flow)) flows.Add(flow);
                offset += (size + 3) & ~3;
            }
        }
    }

    // A flow that has ended meanwhile is as good as deleted.
    private static bool Delete(int descriptor, byte family, ReadOnlySpan<byte> tuple)
    {
        SendMessage(descriptor, MessageDelete, FlagRequest | FlagAcknowledge, family, tuple);
        var buffer = new byte[BufferBytes];
        var length = Receive(descriptor, buffer);
        if (length < HeaderBytes + 4 || BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(4)) != MessageError) throw new ProxyException("The kernel did not say whether a flow was deleted.");
        var error = -BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(HeaderBytes));
        return error switch
        {
            0 => true,
            NoSuchEntry => false,
            _ => throw Failure("delete a flow", error),
        };
    }

    private static void SendMessage(int descriptor, ushort type, ushort flags, byte family, ReadOnlySpan<byte> attributes)
    {
        var message = new byte[HeaderBytes + FamilyBytes + attributes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(4), type);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(6), flags);
        message[HeaderBytes] = family;
        attributes.CopyTo(message.AsSpan(HeaderBytes + FamilyBytes));
        if (Send(descriptor, message, message.Length, 0) != message.Length) throw Failure("ask conntrack");
    }

    private static int Receive(int descriptor, byte[] buffer)
    {
        var length = (int)Receive(descriptor, buffer, buffer.Length, 0);
        return length > 0 ? length : throw Failure("hear from conntrack");
    }

    private static ProxyException Failure(string what, int? error = null) =>
        new($"Cannot {what}: {Marshal.GetPInvokeErrorMessage(error ?? Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseSocket(int descriptor);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int descriptor, byte[] buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int descriptor, [Out] byte[] buffer, nint length, int flags);
}
