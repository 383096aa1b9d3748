namespace Keelson.Node.Dns.Wire;

/// <summary>The numbers that the protocol has for types of records.</summary>
internal static class RecordType
{
    public const ushort Address = 1;
    public const ushort NameServer = 2;
    public const ushort CanonicalName = 5;
    public const ushort StartOfAuthority = 6;
    public const ushort Pointer = 12;
    public const ushort HostInformation = 13;
    public const ushort Text = 16;
    public const ushort AddressV6 = 28;
    public const ushort Service = 33;
    public const ushort Options = 41;
    public const ushort IncrementalTransfer = 251;
    public const ushort Transfer = 252;
}
